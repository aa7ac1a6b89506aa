"""The release facts of a small device whose candidate passes the release gate."""

from __future__ import annotations

import pytest

from clausework.ledger.records.release import ReleaseGate
from clausework.release.facts import ReleaseFacts, read_release_facts
from tests.actions.device import Device


@pytest.fixture(scope="session")
def sound(prepared_releasable: Device) -> ReleaseFacts:
    """The facts that the gate of the prepared candidate was judged on, as they were recorded."""
    with prepared_releasable.open(reading=True) as workplace:
        gates = [one.body for one in workplace.snapshot().records if isinstance(one.body, ReleaseGate)]
        return read_release_facts(workplace.ledger.read_blob(gates[-1].facts.sha256))

"""Versions that artefacts report of themselves: an artefact that tells none is not recorded (clauses 5.8.4, 8.1.3)."""

from __future__ import annotations

import pytest

from clausework.actions.build import VersionNotReported, open_build
from clausework.ledger.records.build import BuildOutputs
from tests.actions.device import BUILD, VERSION, Device


@pytest.mark.parametrize(
    ("what", "instead", "told"),
    [
        ("it says nothing", "raise SystemExit", "it printed nothing"),
        ("it breaks", "raise SystemExit(3)", "ended with 3"),
    ],
)
def test_lapse_an_artefact_that_tells_no_version(
    established: Device, what: str, instead: str, told: str
) -> None:
    """Lapse: what is built cannot be asked which version it is; it is told, and no artefact is recorded."""
    silent = BUILD.replace(f'    print("counter {VERSION}")\n    raise SystemExit\n', f"    {instead}\n")
    assert silent != BUILD, what
    established.write("tools/build.py", silent)
    established.commit("A build without a version")
    with established.open() as workplace, pytest.raises(VersionNotReported, match=told):
        open_build(workplace, artefacts=[established.artefact])
    assert established.count(BuildOutputs) == 0

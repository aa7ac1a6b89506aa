"""Suspect links: what makes one, what clears it, and what does not."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import BinaryIO

import msgspec

from clausework.items.baseline import baseline_of
from clausework.items.model import Item, ItemType
from clausework.ledger.records import Body, Record
from clausework.ledger.records.control import ItemBaseline
from clausework.trace.item_fact import item_fact
from clausework.trace.item_history import item_history
from clausework.trace.staleness import Suspect, suspects
from tests.items.making import item
from tests.tracing.making import MADE, blob, build, in_log, origin_at, results

REQ = item("REQ-1", text="stop", links={"derives_from": "SYS-1"})
SYS = item("SYS-1", ItemType.SYSTEM_REQUIREMENT, text="safe")


class Log:
    """A log of item baselines and test reports, in the order in which they are put in."""

    def __init__(self) -> None:
        self.bodies: list[Body] = []
        self.blobs: dict[str, bytes] = {}
        self.baseline = ""

    @property
    def records(self) -> list[Record]:
        """All of it."""
        return in_log(*self.bodies)

    def items(self, *items: Item) -> None:
        """Record a baseline."""
        made = baseline_of(items)
        self.baseline = made.sha256
        detail = blob(made.sha256, "items.jsonl")
        self.blobs[detail.sha256] = made.lines
        self.bodies.append(ItemBaseline(MADE, made.sha256, detail, detail, "", made.counts))

    def tested(self) -> None:
        """Record a build of the last items and a report about it."""
        built = msgspec.structs.replace(build(f"build {len(self.bodies)}"), item_baseline=self.baseline)
        self.bodies += [built, results(origin_at(built))]

    def open(self, sha256: str) -> BinaryIO:
        """Return a blob."""
        return io.BytesIO(self.blobs[sha256])

    def suspects(
        self,
        *items: Item,
        tested: Sequence[tuple[str, str]] = (),
        reviewed: Sequence[str] = (),
        since: int = 0,
    ) -> tuple[Suspect, ...]:
        """Return what is suspect in ``items``, which are recorded last."""
        self.items(*items)
        history = item_history(self.records, self.open, self.baseline, since=since)
        return suspects([item_fact(one) for one in items], history, tested, reviewed)


def changed(one: Item, text: str) -> Item:
    """Return the item with another text."""
    return msgspec.structs.replace(one, text=text)


def test_a_changed_end_makes_its_links_suspect() -> None:
    """Either end counts, and the finding says which item changed since when."""
    log = Log()
    log.items(REQ, SYS)
    (one,) = log.suspects(REQ, changed(SYS, "safer"))
    assert one == Suspect("SYS-1", 0, ("REQ-1 derives_from SYS-1",))
    (other,) = log.suspects(changed(REQ, "stop now"), SYS)
    assert other.item == "REQ-1"


def test_a_review_of_the_changed_item_clears_it() -> None:
    """What a person accepted as it reads now is not suspect any more."""
    log = Log()
    log.items(REQ, SYS)
    assert log.suspects(REQ, changed(SYS, "safer"), reviewed=["SYS-1"]) == ()


def test_a_new_link_and_an_item_put_back_are_not_suspect() -> None:
    """A link made today says what both ends say today; a text that was taken back is what it was."""
    log = Log()
    log.items(item("REQ-1", text="stop"), SYS)
    assert log.suspects(REQ, SYS) == ()
    log.items(changed(REQ, "other"), SYS)
    assert log.suspects(REQ, SYS) == ()


def test_taking_a_link_out_and_in_again_does_not_clear_it() -> None:
    """ATTACK relink: the link is as old as when it was first there, whatever other branches recorded between."""
    log = Log()
    log.items(REQ, SYS)
    log.items(item("REQ-1", text="stop"), SYS)
    assert [one.item for one in log.suspects(REQ, changed(SYS, "safer"))] == ["SYS-1"]


def test_a_requirement_that_changed_after_it_was_tested_is_suspect() -> None:
    """Tests that passed for the old text may pass for the new one and say nothing about it."""
    log = Log()
    log.items(item("REQ-1", text="60 kPa"))
    log.tested()
    (one,) = log.suspects(item("REQ-1", text="40 kPa"), tested=[("verifies", "REQ-1")])
    assert one.links == ("tests that say verifies REQ-1",)


def test_a_draft_that_was_never_tested_is_not_suspect() -> None:
    """Before a report is recorded about it, a requirement may be written as often as it takes."""
    log = Log()
    log.items(item("REQ-1", text="60 kPa"))
    assert log.suspects(item("REQ-1", text="40 kPa"), tested=[("verifies", "REQ-1")]) == ()


def test_what_changed_before_the_last_release_is_settled() -> None:
    """Only what the items said since then is looked at."""
    log = Log()
    log.items(REQ, SYS)
    log.items(REQ, changed(SYS, "safer"))
    assert log.suspects(REQ, changed(SYS, "safer"), since=1) == ()


def test_the_state_of_an_anomaly_is_no_change_of_meaning() -> None:
    """Closing an anomaly makes no link suspect."""
    fields = {"status": "open", "severity": "low"}
    anomaly = item("ANOM-1", ItemType.ANOMALY, links={"affects": "REQ-1"}, fields=dict(fields))
    log = Log()
    log.items(item("REQ-1"), anomaly)
    assert (
        log.suspects(item("REQ-1"), msgspec.structs.replace(anomaly, fields={**fields, "status": "closed"}))
        == ()
    )


def test_an_id_that_was_another_type_is_told() -> None:
    """An ID is never used again for something else (8.1.1)."""
    log = Log()
    log.items(item("X-1", ItemType.USER_NEED))
    log.items(item("X-1"))
    assert item_history(log.records, log.open, log.baseline).reused == ("X-1",)

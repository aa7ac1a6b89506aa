"""Which anomalies stay with a candidate: deleting, closing late or another branch's items take none away (5.8.2)."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.items.baseline import baseline_of
from clausework.items.model import Item, ItemType
from clausework.ledger.records import Record
from clausework.ledger.records.control import ItemBaseline
from clausework.trace.residual import Residual, residual_items, with_residual
from tests.items.making import item
from tests.tracing.making import MADE, blob, in_log

Status = dict[str, str]
"""The anomalies of one baseline by ID, with their status."""


def _items(anomalies: Status) -> list[Item]:
    found = [item(one, ItemType.ANOMALY, fields={"status": status}) for one, status in anomalies.items()]
    return [*found, item("REQ-1", text='It says "type":"anomaly".')]


def _residual(
    baselines: Sequence[Status], frozen: int, besides: Sequence[int] = (), closed: Sequence[Item] = ()
) -> Residual:
    blobs: dict[str, bytes] = {}
    bodies = []
    for number, anomalies in enumerate(baselines):
        made = baseline_of(_items(anomalies))
        detail = blob(f"baseline {number}")
        blobs[detail.sha256] = made.lines
        bodies.append(ItemBaseline(MADE, made.sha256, detail, blob("tar"), "", made.counts))
    records: list[Record] = in_log(*bodies)
    return residual_items(
        records,
        bodies[frozen].baseline,
        lambda sha256: io.BytesIO(blobs[sha256]),
        [bodies[one].baseline for one in besides],
        [one.content_hash for one in closed],
    )


def _open(residual: Residual) -> set[str]:
    return {one.id for one in residual.items if one.says("status") != "closed"}


@pytest.mark.parametrize(
    ("baselines", "frozen", "open_ones", "vanished"),
    [
        ([{"A-1": "open"}], 0, {"A-1"}, ()),
        ([{"A-1": "closed"}], 0, set(), ()),
        ([{}, {"A-1": "open"}], 0, {"A-1"}, ()),
        ([{"A-1": "open"}, {}], 0, {"A-1"}, ()),
        ([{"A-1": "open"}, {"A-1": "closed"}], 0, {"A-1"}, ()),
        ([{"A-1": "closed"}, {"A-1": "open"}], 0, {"A-1"}, ()),
        ([{"A-1": "open"}, {"A-1": "closed"}], 1, set(), ()),
        ([{"A-1": "open"}, {}], 1, set(), ("A-1",)),
        ([{"A-1": "open"}, {"A-1": "closed"}, {}], 2, set(), ()),
        ([{}, {"A-1": "open"}, {"A-2": "closed"}], 0, {"A-1"}, ()),
    ],
    ids=[
        "open when frozen",
        "closed when frozen",
        "found later",
        "attack: deleted after the candidate was frozen",
        "attack: closed after the candidate was frozen",
        "opened again later",
        "closed before",
        "attack: deleted before the candidate was frozen",
        "closed, then taken out",
        "attack: another branch's items recorded later",
    ],
)
def test_anomaly_stays(
    baselines: Sequence[Status], frozen: int, open_ones: set[str], vanished: tuple[str, ...]
) -> None:
    """An anomaly is open, closed, or named as vanished; it is never just gone."""
    residual = _residual(baselines, frozen)
    assert (_open(residual), residual.vanished) == (open_ones, vanished)


def _anomaly(status: str) -> Item:
    return item("A-1", ItemType.ANOMALY, fields={"status": status})


@pytest.mark.parametrize(
    ("baselines", "frozen", "besides", "closed", "open_ones"),
    [
        ([{"A-1": "open"}, {"A-1": "closed"}], 1, [0], [], {"A-1"}),
        ([{"A-1": "open"}, {"A-1": "closed"}], 1, [], [], set()),
        ([{"A-1": "open"}, {"A-1": "closed"}], 1, [0], ["closed"], set()),
        ([{"A-1": "open"}, {"A-1": "closed"}], 1, [0], ["open"], set()),
        ([{"A-1": "open"}, {"A-1": "closed"}, {}], 2, [0], [], {"A-1"}),
        ([{"A-1": "closed"}, {"A-2": "closed"}], 1, [0], [], set()),
    ],
    ids=[
        "attack: closed, and the same artefacts are frozen again",
        "closed before these artefacts were ever frozen",
        "closed by people, at the text that says so",
        "closed by people, at the text that was open",
        "attack: closed, taken out, and frozen again",
        "never open",
    ],
)
def test_anomaly_stays_in_the_artefacts_that_were_frozen_with_it(
    baselines: Sequence[Status],
    frozen: int,
    besides: Sequence[int],
    closed: Sequence[str],
    open_ones: set[str],
) -> None:
    """What was open when the same artefacts were frozen is in them, unless a signed closure says what verified it."""
    residual = _residual(baselines, frozen, besides, [_anomaly(one) for one in closed])
    assert (_open(residual), residual.vanished) == (open_ones, ())


anomalies = st.dictionaries(st.sampled_from(("A-1", "A-2")), st.sampled_from(("open", "closed")))


@given(
    st.lists(anomalies, min_size=1, max_size=4, unique_by=lambda one: tuple(sorted(one.items()))), st.data()
)
def test_no_open_anomaly_is_ever_just_gone(baselines: list[Status], data: st.DataObject) -> None:
    """What stands as open in its newest text, or was open in the candidate's items, is listed or named as vanished."""
    frozen = data.draw(st.integers(0, len(baselines) - 1))
    residual = _residual(baselines, frozen)
    newest: Status = {}
    for one in baselines:
        newest |= one
    told = _open(residual) | set(residual.vanished)
    owed = {one for one, status in newest.items() if status == "open"}
    owed |= {one for one, status in baselines[frozen].items() if status == "open"}
    assert owed <= told


def test_other_items_stay_as_they_were_frozen() -> None:
    """Only anomalies and problem reports are looked up elsewhere; a text that looks like one is none."""
    residual = _residual([{"A-1": "open"}, {"A-1": "closed"}], 1)
    frozen = _items({"A-1": "open"})
    assert [one.id for one in with_residual(frozen, residual)] == ["A-1", "REQ-1"]

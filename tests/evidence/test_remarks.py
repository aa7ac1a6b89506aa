"""Remarks stay few and short enough for a record."""

from __future__ import annotations

from clausework.evidence.remarks import Remarks


def test_a_remark_is_kept_once_with_its_first_example() -> None:
    """Repeats are counted."""
    remarks = Remarks()
    for name in ("a", "b", "c"):
        remarks.add("seen", name)
    assert remarks.all() == ("seen: a (3 times)",)


def test_remarks_without_end_are_bounded() -> None:
    """A hostile report cannot make its own record too large."""
    remarks = Remarks()
    for number in range(5000):
        remarks.add(f"remark {number}", "x" * 5000)
    texts = remarks.all()
    assert len(texts) == 21
    assert "4980 further" in texts[-1]
    assert max(map(len, texts)) <= 320

"""Times are UTC in milliseconds, and a time without a zone is none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.clock import NotATime, parse_timestamp, system_clock, timestamp

MOMENTS = st.datetimes(
    min_value=datetime(1971, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.builds(timezone, st.timedeltas(timedelta(hours=-14), timedelta(hours=14))),
)


def test_the_form_is_fixed() -> None:
    """A moment in another zone is written in UTC, with three decimals and a Z."""
    moment = datetime(2026, 4, 10, 10, 30, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(moment) == "2026-04-10T08:30:00.000Z"


@given(MOMENTS)
def test_a_time_that_was_written_is_read(moment: datetime) -> None:
    """A moment survives writing and reading, to the millisecond."""
    read = parse_timestamp(timestamp(moment))
    assert read.tzinfo is UTC
    assert timedelta() <= moment - read < timedelta(milliseconds=1)


def test_a_date_is_its_first_instant() -> None:
    """A date alone means midnight in UTC."""
    assert parse_timestamp("2026-04-10") == datetime(2026, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-04-10T08:30:00",
        "2026-04-10 08:30",
        "2026-04-10x08:30",
        "20260410T08",
        "2026-13-01",
        "\x00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    """A time without a zone, or no time at all, is refused rather than guessed."""
    with pytest.raises(NotATime):
        parse_timestamp(text)


@given(st.text(max_size=30))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    """Whatever is given, the reader answers or refuses with its own error."""
    try:
        moment = parse_timestamp(text)
    except NotATime:
        return
    assert moment.tzinfo is UTC


def test_the_system_clock_is_aware() -> None:
    """The machine's clock is read in UTC."""
    assert system_clock().utcoffset() == timedelta()

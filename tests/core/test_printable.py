"""Text that never steers a terminal."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from clausework.core.printable import printable


@given(st.text(st.characters(codec=None)))
def test_nothing_that_is_shown_controls_hides_or_turns_text(text: str) -> None:
    """Whatever comes in, what goes out is UTF-8 without control characters, line separators and surrogates."""
    shown = printable(text)
    shown.encode()
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set(
        "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f\ufeff"
    )


def test_what_can_be_shown_stays_as_it_is() -> None:
    """Letters of any script, signs and blanks that have a width are left alone; the rest is an escape."""
    assert printable("0.1\u00a0mL/h \u00b5 \u5fc3 \U0001f600") == "0.1\u00a0mL/h \u00b5 \u5fc3 \U0001f600"
    assert printable("\x1b[31m\n\udcff\u202e\U000e0041") == "\\x1b[31m\\x0a\\xff\\u202e\\U000e0041"

"""Canonical JSON gives one byte string per value."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.canonical import NotCanonical, canonical_json

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcXYZ_09", max_size=6), inner, max_size=4)
    ),
    max_leaves=20,
)


class Sample(msgspec.Struct):
    """A struct whose fields are not in alphabetical order."""

    b: int
    a: tuple[str, ...]


@given(PLAIN)
def test_it_says_the_same_value(value: Any) -> None:
    """Canonical JSON read again is the value that was written."""
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text("abcXYZ_09", max_size=6), PLAIN, max_size=6))
def test_the_order_of_members_does_not_matter(value: dict[str, Any]) -> None:
    """Two mappings with equal members have equal bytes, however they were built."""
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@given(PLAIN)
def test_it_agrees_with_the_standard_library(value: Any) -> None:
    """For what records hold, the bytes are those of sorted, compact, unescaped JSON (RFC 8785)."""
    expected = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert msgspec.json.decode(canonical_json(value)) == msgspec.json.decode(expected.encode())
    if "\x7f" not in expected and "\\u" not in expected:
        assert canonical_json(value) == expected.encode()


def test_a_struct_is_written_by_its_fields_in_order() -> None:
    """A struct's members are sorted by name."""
    assert canonical_json(Sample(1, ("é",))) == '{"a":["é"],"b":1}'.encode()


@pytest.mark.parametrize("value", ["\ud800", {"a": ["x\udcff"]}])
def test_half_a_character_is_refused(value: object) -> None:
    """A lone surrogate, as a command line's stray bytes become, has no UTF-8 and is refused."""
    with pytest.raises(NotCanonical):
        canonical_json(value)


@pytest.mark.parametrize("value", [1.0, [0.5], {"a": [{"b": float("nan")}]}, (float("inf"),)])
def test_floating_point_numbers_are_refused(value: object) -> None:
    """A floating-point number anywhere is refused, for it has more than one text."""
    with pytest.raises(NotCanonical):
        canonical_json(value)

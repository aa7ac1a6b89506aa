"""People and items have one spelling of their identifier."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.identities import Email, ItemId, NotAnEmail, is_item_id, parse_email


@pytest.mark.parametrize("text", ["REQ-037", "A", "SRS.1.2", "risk_4-b", "x" * 100])
def test_item_ids(text: str) -> None:
    """Letters and digits with single separators between them are an ID."""
    assert is_item_id(text)
    assert msgspec.convert(text, ItemId) == text


@pytest.mark.parametrize(
    "text", ["", "1A", "-A", "A-", "A--B", "A B", "A/B", "../A", "A\n", "É1", "x" * 101, "A\u200b"]
)
def test_what_is_no_item_id(text: str) -> None:
    """ATTACK path or look-alike in an ID: anything else is refused, a line break at the end included."""
    assert not is_item_id(text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, ItemId)


def test_an_address_is_one_account_whatever_its_capitals() -> None:
    """Capitals and space around an address do not make another person."""
    assert parse_email(" Quality@Example.COM ") == "quality@example.com"


@pytest.mark.parametrize(
    "text", ["", "quality", "a@", "@b", "a@b@c", "a b@c", "a@b\x00", "a" * 250 + "@b.cd"]
)
def test_what_is_no_address(text: str) -> None:
    """What cannot be one person's address is refused."""
    with pytest.raises(NotAnEmail):
        parse_email(text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Email)


def test_a_record_takes_no_address_with_a_line_break() -> None:
    """ATTACK second spelling: an address with a line break after it is not the same account."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert("a@example.com\n", Email)


@given(st.text(max_size=40))
def test_a_parsed_address_is_a_recordable_one(text: str) -> None:
    """What the command line takes as an address, a record takes as well, unchanged by parsing it again."""
    try:
        address = parse_email(text)
    except NotAnEmail:
        return
    assert msgspec.convert(address, Email) == address
    assert parse_email(address) == address

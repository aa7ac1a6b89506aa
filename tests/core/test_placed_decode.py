"""Placed YAML becomes frozen structs, or every error with its place."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.placed_decode import decode_placed
from clausework.core.placed_yaml import load_placed_yaml

Colour = Literal["red", "green"]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535, description="a port number")]
Short = Annotated[str, msgspec.Meta(max_length=3)]


class Inner(msgspec.Struct, frozen=True, rename={"kind": "class"}):
    """A struct with a renamed field."""

    name: str
    kind: Colour = "red"


class Outer(msgspec.Struct, frozen=True):
    """A struct with one field of each shape that is read."""

    inner: Inner
    many: tuple[Inner, ...] = ()
    named: dict[Short, Inner] = {}
    port: Port = 80
    either: str | tuple[str, ...] = ""
    perhaps: Inner | None = None
    shaped: Inner | dict[str, int] | list[int] | None = None
    bounded: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=2)] = ("x",)
    table: Annotated[dict[str, int], msgspec.Meta(min_length=1)] | None = None
    flag: bool = False


class Even(msgspec.Struct, frozen=True):
    """A struct that checks itself."""

    number: int

    def __post_init__(self) -> None:
        if self.number % 2:
            raise ValueError(f"{self.number} is odd")


def decoded(text: str, into: type[Any] = Outer) -> Any:
    """Return what ``text`` is as ``into``."""
    value, findings = decode_placed(load_placed_yaml(text.encode(), "p"), into)
    assert findings == []
    return value


def findings_of(text: str, into: type[Any] = Outer) -> list[str]:
    """Return what is found wrong with ``text`` as ``into``."""
    value, findings = decode_placed(load_placed_yaml(text.encode(), "p"), into)
    assert value is None
    return [str(finding) for finding in findings]


def test_every_shape_is_read() -> None:
    """Structs, lists, mappings, unions and renamed fields become the values that they stand for."""
    text = """
inner: {name: a, class: green}
many: [{name: b}]
named: {x: {name: c}}
port: 8080
either: [d, e]
perhaps: ~
shaped: {name: f}
bounded: [g, h]
flag: true
"""
    assert decoded(text) == Outer(
        Inner("a", "green"),
        many=(Inner("b"),),
        named={"x": Inner("c")},
        port=8080,
        either=("d", "e"),
        shaped=Inner("f"),
        bounded=("g", "h"),
        flag=True,
    )


def test_what_is_left_out_has_its_default() -> None:
    """Fields that may be left out take their defaults."""
    assert decoded("inner: {name: a}") == Outer(Inner("a"))


def test_every_error_is_told_at_once() -> None:
    """Errors in different places are all told, each with line, column and what is wanted."""
    text = """inner: {nam: a, class: blue}
many: [{name: 1}, x]
named: {long: {name: c}}
port: 0
perhaps: 5
bounded: []
table: {}
falg: true
flag: yes
"""
    assert findings_of(text) == [
        "p:8:1: unknown-key: 'falg' is not known here. Did you mean 'flag'?",
        "p:1:9: unknown-key: 'nam' is not known here. Did you mean 'name'?",
        "p:1:8: missing: 'name' is missing",
        "p:1:24: value: inner.class: should be one of red, green",
        "p:2:15: value: many.0.name: expected `str`, got `int`",
        "p:2:19: value: many.1: should be a mapping",
        "p:3:9: value: named.long: expected `str` of length <= 3",
        "p:4:7: value: port: should be a port number",
        "p:5:10: value: perhaps: should be a mapping",
        "p:6:10: value: bounded: should hold at least 1",
        "p:7:8: value: table: should hold at least 1",
        "p:9:7: value: flag: expected `bool`, got `str`",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "p:1:1: value: the document: should be a mapping"),
        ("[a]", "p:1:1: value: the document: should be a mapping"),
        ("x", "p:1:1: value: the document: should be a mapping"),
        ("{}", "p:1:1: missing: 'inner' is missing"),
        ("{inner: {name: a}, many: {}}", "p:1:26: value: many: should be a list"),
        ("{inner: {name: a}, named: []}", "p:1:27: value: named: should be a mapping"),
        ("{inner: {name: a}, either: 5}", "p:1:28: value: either: expected `str | array`, got `int`"),
        ("{inner: {name: a}, either: [b, ~]}", "p:1:32: value: either.1: expected `str`, got `null`"),
        ("{inner: {name: a}, shaped: [b]}", "p:1:29: value: shaped.0: expected `int`, got `str`"),
        ("{inner: {name: a}, bounded: [a, b, c]}", "p:1:29: value: bounded: should hold at most 2"),
        ("{inner: {name: a}, port: }", "p:1:26: value: port: should be a port number"),
    ],
)
def test_each_wrong_shape_is_told(text: str, told: str) -> None:
    """A wrong shape is told in words at the place of the value."""
    assert findings_of(text) == [told]


def test_a_struct_s_own_check_is_told_where_it_stands() -> None:
    """What a struct refuses about itself is a finding at its place."""
    assert decoded("number: 2", Even) == Even(2)
    assert findings_of("number: 3", Even) == ["p:1:1: value: 3 is odd"]


def test_a_part_of_a_document_can_be_read_alone() -> None:
    """Reading at a path reads only what stands there, with the document's places."""
    document = load_placed_yaml(b"a:\n- {name: x}\n- {name: y, class: blue}\n", "p")
    assert decode_placed(document, Inner, at=("a", 0)) == (Inner("x"), [])
    value, findings = decode_placed(document, Inner, at=("a", 1))
    assert value is None
    assert [str(finding) for finding in findings] == ["p:3:20: value: a.1.class: should be one of red, green"]


def test_an_unknown_key_names_what_is_known() -> None:
    """Where no known key is near, all are named."""
    _, findings = decode_placed(load_placed_yaml(b"{name: a, zzz: 1}", "p"), Inner)
    assert findings[0].hint == "Known here: class, name."


def test_a_number_in_a_text_s_place_is_told_to_be_quoted() -> None:
    """Where a text is wanted and a number or a truth value stands, the hint is to put it in quotes."""
    _, findings = decode_placed(load_placed_yaml(b"{name: 12}", "p"), Inner)
    assert findings[0].hint == "Put it in quotes: '12'."
    _, findings = decode_placed(load_placed_yaml(b"{name: True}", "p"), Inner)
    assert findings[0].hint == "Put it in quotes: 'true'."


@given(
    st.builds(
        Outer,
        inner=st.builds(Inner, st.text(max_size=5), st.sampled_from(["red", "green"])),
        many=st.lists(st.builds(Inner, st.text(max_size=5)), max_size=3).map(tuple),
        named=st.dictionaries(st.text(max_size=3), st.builds(Inner, st.text(max_size=5)), max_size=3),
        port=st.integers(1, 65535),
        either=st.text(max_size=5) | st.lists(st.text(max_size=5), max_size=3).map(tuple),
        flag=st.booleans(),
    )
)
def test_a_struct_written_as_yaml_is_read_back(outer: Outer) -> None:
    """A struct written as YAML is read as it was."""
    plain = {name: value for name, value in msgspec.to_builtins(outer).items() if value is not None}
    assert decoded(yaml.safe_dump(plain)) == outer

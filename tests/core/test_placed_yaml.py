"""YAML is read as plain data with places, or refused with places."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.placed_yaml import Path, load_placed_yaml
from clausework.core.places import FindingsInInput

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=15,
)


def findings_of(text: str | bytes, *, first_line: int = 1) -> list[str]:
    """Return what is found wrong with ``text``."""
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(FindingsInInput) as caught:
        load_placed_yaml(data, "p", first_line=first_line)
    return [str(finding) for finding in caught.value.findings]


def value_of(text: str) -> Any:
    """Return the value of ``text``."""
    return load_placed_yaml(text.encode(), "p").value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-3", -3),
        ("0", 0),
        ("007", "007"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1:30", "1:30"),
        ("1.0", "1.0"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("٣", "٣"),
        ("2026-04-10", "2026-04-10"),
        ("2026-04-10T08:30:00Z", "2026-04-10T08:30:00Z"),
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("'true'", "true"),
        ('"12"', "12"),
        ("null", None),
        ("~", None),
        ('""', ""),
        ("", None),
        ("# only a comment", None),
        ("|\n  12\n", "12\n"),
        ("[a, 5.5, 8.1.2]", ["a", "5.5", "8.1.2"]),
        ("{a: , b: {}}", {"a": None, "b": {}}),
        ("1: x", {"1": "x"}),
        ("=", "="),
    ],
)
def test_scalars(text: str, value: object) -> None:
    """Numbers, truth and nothing are read as YAML 1.2 reads them; all else stays what was written."""
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


def test_places_count_characters_from_one() -> None:
    """Lines and columns count from 1, columns in characters, and keys have places of their own."""
    document = load_placed_yaml("é: [ü, {b: 1}]\nc:\n  - d\n".encode(), "p")
    assert {path: str(place) for path, place in document.places.items()} == {
        (): "p:1:1",
        ("é",): "p:1:4",
        ("é", 0): "p:1:5",
        ("é", 1): "p:1:8",
        ("é", 1, "b"): "p:1:12",
        ("c",): "p:3:3",
        ("c", 0): "p:3:5",
    }
    assert str(document.place_of_key(("é", 1, "b"))) == "p:1:9"
    assert str(document.place_of_key(("c",))) == "p:2:1"


def test_what_is_not_there_has_the_place_around_it() -> None:
    """The place of a missing member is that of the nearest value around it."""
    document = load_placed_yaml(b"a: {b: 1}", "p")
    missing: Path = ("a", "x", 3)
    assert str(document.place_of(missing)) == "p:1:4"
    assert str(document.place_of_key(missing)) == "p:1:4"


def test_front_matter_has_the_places_of_its_file() -> None:
    """Places are counted from the line on which the text begins in its file, errors included."""
    assert str(load_placed_yaml(b"a: 1", "p", first_line=5).place_of(("a",))) == "p:5:4"
    assert findings_of("a: 1\na: 2\n", first_line=5) == ["p:6:1: duplicate-key: 'a' is given twice"]
    assert findings_of("a: b\x01", first_line=5)[0].startswith("p:5:5: ")


def test_a_byte_order_mark_shifts_no_column() -> None:
    """A UTF-8 byte order mark is taken and counts for nothing."""
    document = load_placed_yaml(b"\xef\xbb\xbfa: 1", "p")
    assert document.value == {"a": 1}
    assert str(document.place_of(("a",))) == "p:1:4"


def test_several_errors_are_told_at_once() -> None:
    """Duplicate keys, tags and anchors are all told, each where it stands."""
    text = "a: 1\na: {b: [1, 2]}\nc: !!int '3'\nd: &x 4\ne: *x\nf: {g: 1, g: 2}\n"
    anchor = "yaml: anchors and aliases are not taken here; write the value out"
    assert findings_of(text) == [
        "p:2:1: duplicate-key: 'a' is given twice",
        "p:3:4: yaml: the tag 'tag:yaml.org,2002:int' is not taken here",
        f"p:4:4: {anchor}",
        f"p:5:4: {anchor}",
        "p:6:11: duplicate-key: 'g' is given twice",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['true']",
        "a: !!python/name:os.system",
        "a: !!bool maybe",
        "a: !!str 5",
        "a: ! 5",
        "%TAG ! tag:example.com,2000:\n---\n!thing {}",
        "a: !!binary AAAA",
        "a: !!set {x, y}",
    ],
)
def test_attack_tags(text: str) -> None:
    """ATTACK tag: no tag is honoured, neither one that would build an object nor one that would convert."""
    assert all("tag" in finding for finding in findings_of(text))


def test_attack_alias_bomb() -> None:
    """ATTACK billion laughs: aliases are refused before anything could be multiplied."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert all("anchors and aliases" in finding for finding in findings_of("\n".join(lines)))


@pytest.mark.parametrize("text", ["&a [*a]", "&a {b: *a}", "a: &x 1\n*x : 2", "<<: &m {a: 1}\nb: {<<: *m}"])
def test_attack_recursion_and_merge(text: str) -> None:
    """ATTACK self-reference: a value inside itself, an alias as key, and a merge are refused."""
    assert findings_of(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "{a: " * 50_000, "? " * 50_000])
def test_attack_deep_nesting(text: str) -> None:
    """ATTACK deep nesting: depth is refused at its limit, without using up the stack."""
    findings = findings_of(text)
    assert len(findings) == 1
    assert "deeper than 40 levels" in findings[0] or "a key must be plain text" in findings[0]


def test_depth_up_to_the_limit_is_taken() -> None:
    """Forty-one open levels are read; one more is refused at its own column."""
    assert value_of("[" * 41 + "]" * 41)
    assert findings_of("[" * 42 + "]" * 42) == ["p:1:42: yaml: values are nested deeper than 40 levels"]


@pytest.mark.parametrize("text", ["9" * 19, "-" + "9" * 19, "1" + "0" * 100_000])
def test_attack_huge_integers(text: str) -> None:
    """ATTACK huge number: an integer of more than 18 digits is refused, never converted."""
    assert findings_of(f"a: {text}") == ["p:1:4: yaml: a number may have 18 digits at most"]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: 1\nb: \xff", "p:2:4: encoding: byte 8 is not UTF-8"),
        (b"\xef\xbb\xbfa: \xc3\xa9\xff", "p:1:5: encoding: byte 8 is not UTF-8"),
        ("a: 1".encode("utf-16"), "p:1:1: encoding: byte 0 is not UTF-8"),
        ("a: é".encode("latin-1"), "p:1:4: encoding: byte 3 is not UTF-8"),
        ("a: 1".encode("utf-16-le"), "p:1:2: encoding: the character U+0000 may not stand here"),
        (b"a: 1\nb: x\x00y", "p:2:5: encoding: the character U+0000 may not stand here"),
        (b"a: \x1b[2J", "p:1:4: encoding: the character U+001B may not stand here"),
        ("a: 'b\x85c'".encode(), "p:1:6: encoding: the character U+0085 may not stand here"),
        ("a: 'b\u2028c'".encode(), "p:1:6: encoding: the character U+2028 may not stand here"),
        ("a: b\ufeffc".encode(), "p:1:5: encoding: the character U+FEFF may not stand here"),
    ],
)
def test_attack_encodings(data: bytes, told: str) -> None:
    """ATTACK wrong encoding: what is not UTF-8 text is refused at its byte, a NUL at its column."""
    assert findings_of(data) == [told]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1\nb: 2", "p:2:2: yaml: "),
        ("a: 'x", "p:1:6: yaml: "),
        ("a: 1\n\tb: 2", "p:2:1: yaml: "),
        ("--- 1\n--- 2", "p:2:1: yaml: only one document may stand in the file"),
        ("? [a]\n: b", "p:1:3: yaml: a key must be plain text"),
        ("%YAML 3.0\n---\na", "p:1:1: yaml: found incompatible YAML document"),
        ('a: "\\ud800"', "p:1:"),
    ],
)
def test_broken_yaml(text: str, told: str) -> None:
    """What cannot be parsed, or is more than one document, is refused where it breaks."""
    assert len(findings_of(text)) == 1
    assert findings_of(text)[0].startswith(told)


@given(PLAIN)
def test_what_is_written_as_yaml_is_read_back(value: Any) -> None:
    """Plain values written by another YAML writer are read as they were, each with a place."""
    data = yaml.safe_dump(value).encode()
    assert load_placed_yaml(data, "p").value == value


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*!|>?#'\"%@`,~\n\t <=0", max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes, the reader answers or refuses with places; nothing else escapes."""
    try:
        found = [place.path for place in load_placed_yaml(data, "p").places.values()]
    except FindingsInInput as error:
        found = [finding.place.path for finding in error.findings]
    assert found
    assert set(found) == {"p"}

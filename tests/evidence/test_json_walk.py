"""Walking JSON: the same values as a plain parser gives, whatever the chunks, and nothing ambiguous."""

from __future__ import annotations

import io
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType

from clausework.evidence import json_walk
from clausework.evidence.json_elements import RunDecoder
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.source import Source, Unreadable


class Inner(msgspec.Struct):
    """A struct within one."""

    text: str | UnsetType = UNSET


class Item(msgspec.Struct):
    """An element as a reader declares it."""

    name: str | UnsetType = UNSET
    number: int | UnsetType = UNSET
    inner: Inner | UnsetType = UNSET
    rest: msgspec.Raw | UnsetType = UNSET


items = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=8),
        "number": st.integers(-(2**60), 2**60),
        "inner": st.fixed_dictionaries({}, optional={"text": st.text(max_size=5)}),
        "rest": st.recursive(
            st.none() | st.booleans() | st.text(max_size=4),
            lambda each: st.lists(each, max_size=3),
            max_leaves=4,
        ),
        "unknown": st.text(max_size=4),
    },
)


def walk(data: bytes) -> JsonWalk:
    """Return a walk over ``data``."""
    return JsonWalk(Source(io.BytesIO(data), lambda _: None))


def each(data: bytes) -> list[Item]:
    """Return the elements of an array that is all of ``data``."""
    walked = walk(data)
    found = list(walked.each(Item))
    walked.finish()
    return found


@settings(max_examples=150, deadline=None)
@given(
    content=st.lists(items, max_size=12),
    indent=st.sampled_from([None, 0, 2]),
    chunk=st.integers(1, 40),
    ascii_only=st.booleans(),
)
def test_elements_are_those_of_a_plain_parser(
    content: list[Any], indent: int | None, chunk: int, ascii_only: bool
) -> None:
    """However the bytes are cut into chunks, each element is what msgspec reads from the whole."""
    text = json.dumps(content, indent=indent, ensure_ascii=ascii_only).encode("utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_walk, "CHUNK", chunk)
        found = each(text)
    assert msgspec.json.encode(found) == msgspec.json.encode(msgspec.json.decode(text, type=list[Item]))


REPEATED = [
    '{"name": "a", "name": "b"}',
    '{"name" : "a", "name": "b"}',
    '{"n\\u0061me": "a", "name": "b"}',
    '{"name": "a", "name": "b", "inner": {"text": "\\u0022\\u003a"}}',
    '{"name": "a", "name": "\\u003A"}',
    '{"inner": {"text": "a", "text": "b"}}',
    '{"unknown": 1, "unknown": 2}',
]


@pytest.mark.parametrize("position", [0, 3, 8])
@pytest.mark.parametrize("ambiguous", REPEATED)
def test_a_member_named_twice_is_refused_wherever_it_stands(ambiguous: str, position: int) -> None:
    """Two readers could read it in two ways, so neither is believed; spelling the name otherwise hides nothing."""
    plain = ['{"name": "a", "inner": {"text": "x"}}'] * 9
    plain[position] = ambiguous
    with pytest.raises(Unreadable, match="twice"):
        each(f"[{', '.join(plain)}]".encode())


def test_runs_are_decoded_only_without_doubt() -> None:
    """Elements that the type knows whole go in one run; a member that it does not have, or a repeat, stops it."""
    runs = RunDecoder(Item)
    assert runs.decode('{"name": "a:b"}, {"number": 1}') == [Item("a:b"), Item(number=1)]
    for doubtful in (*REPEATED, '{"other": 1}', '{"name": "a"', '{"name": 1}', '{"rest": ' + "[" * 5000):
        assert runs.decode(doubtful) is None


NOT_JSON = r"""
[1, NaN] | [Infinity] | [01] | [1.] | ['a'] | [1,] | [,1] | [1 2] | ["\x"] | {"a" 1} | {a: 1} | [tru] | [1]x | [1] [2]
""".strip().split(" | ")


@pytest.mark.parametrize(
    "text", [*NOT_JSON, '["\t"]', "// c\n[1]", f"[{'9' * 5000}]", "[" * 100_000, '{"a":' * 1000]
)
def test_what_is_not_json_is_refused(text: str) -> None:
    """The grammar is RFC 8259's, numbers and depth are bounded."""
    for wanted in (text, f'{{"rest": {text}}}'):
        walked = walk(wanted.encode())
        with pytest.raises(Unreadable):
            skip_all(walked)


def skip_all(walked: JsonWalk) -> None:
    """Skip the whole document."""
    walked.skip()
    walked.finish()


@pytest.mark.parametrize(
    "data", [b'["\xff"]', '["é"]'.encode("latin-1"), "[1]".encode("utf-16"), b'["\xed\xa0\x80"]']
)
def test_what_is_not_utf_8_is_refused(data: bytes) -> None:
    """JSON is UTF-8; the place of the first byte that is not is told."""
    with pytest.raises(Unreadable) as caught:
        walk(data).skip()
    assert 0 <= caught.value.offset <= len(data)


def test_half_a_surrogate_pair_is_refused() -> None:
    """Text that cannot be written again is not read."""
    with pytest.raises(Unreadable):
        each(b'[{"name": "\\ud800"}]')


def test_a_byte_order_mark_is_read_past() -> None:
    """Tools on Windows write one."""
    assert each(b'\xef\xbb\xbf[{"name": "a"}]') == [Item("a")]


def test_a_value_too_large_to_hold_is_refused_and_can_be_skipped() -> None:
    """One element cannot fill the memory; an array that is not read may be of any length."""
    huge = b'["' + b"x" * (6 << 20) + b'"]'
    with pytest.raises(Unreadable, match="not complete"):
        walk(huge).skip()
    walked = walk(b"[" + b'"abcdefgh",' * 700_000 + b"1]")
    walked.skip()
    walked.finish()


@pytest.mark.parametrize(
    ("head", "names"),
    [
        (b'{"a": 1, "b": {"c": 1}, "d": [', ["a", "b", "d"]),
        (b' \xef\xbb\xbf{"a": 1}', None),
        (b'\xef\xbb\xbf {"a": "{\\"x\\": 1", "b": 2, "c', ["a", "b"]),
        (b"[1]", None),
        (b"", None),
        (b'{"a": {"b": 1}}, "c": 2', ["a"]),
    ],
)
def test_a_head_shows_its_first_members(head: bytes, names: list[str] | None) -> None:
    """Only members of the outermost object are shown, as far as the head goes."""
    members = first_members(head)
    assert (None if members is None else list(members)) == names


@pytest.mark.parametrize("number", ["75.0", "-7", "1e5", "2E+10", "3.5e-7", "0"])
def test_a_number_is_read_whole_wherever_the_pieces_of_a_file_end(
    number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number of which only a part is at hand is not taken for a shorter one, not behind its point or its ``e``."""
    monkeypatch.setattr(json_walk, "CHUNK", 1)
    data = f'{{"a": {number}, "b": [{number}]}}'.encode()

    class Byte(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(1, 1 if size is None else size))

    walked = JsonWalk(Source(Byte(data), lambda _: None))
    found = [walked.take(Any) for _ in walked.members()]
    walked.finish()
    assert found == [json.loads(number), [json.loads(number)]]


def test_a_short_value_is_taken_at_hand_or_left() -> None:
    """A value that has another shape, names a member twice or is cut off is not consumed: a walk into it finds why."""
    walked = walk(b'[{"number": 1}, {"number": "x"}, {"number": 4}]')
    taken = [walked.take_at_hand(Item) or walked.take(Any) for _ in walked.elements()]
    assert taken == [Item(number=1), {"number": "x"}, Item(number=4)]
    for data in (b'{"number": 2, "number": 3}', b'{"number": 2', b'{"number": NaN}', b"[" * 100_000, b""):
        walked = walk(data)
        assert walked.take_at_hand(Item) is None
        with pytest.raises(Unreadable):
            walked.take(Item)

"""How the format of a file is told: by its own reader or not at all, however the same report is spelled."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.evidence.formats import FormatNotRecognised, detect, format_named, format_names
from clausework.evidence.source import HEAD, Source
from tests.evidence.recording import rejected
from tests.evidence.samples import SAMPLES

_DECLARATION = re.compile(rb"<\?xml[^>]*\?>\s*")
_GIGABYTE = 1 << 30


def _family(data: bytes) -> str:
    if data.startswith(b"PK"):
        return "archive"
    start = data.lstrip()[:1]
    return "xml" if start == b"<" else "json" if start in {b"{", b"["} else "text"


IN_LINES = {"go_test", "gerrit_reviews", "yarn_audit", "in_toto", "sigstore"}
"""Formats that are read line by line, so that a document over several lines is none of theirs."""

BY_WHAT_IS_IN_IT = {"cyclonedx_vex": {"cyclonedx"}}
"""Formats that share all but what they list, so that a head that lists nothing yet is taken for the common one."""


def claims(data: bytes) -> set[str]:
    """Return the formats that claim ``data``, whatever family it seems to be of."""
    return {name for name in format_names() if format_named(name).sniff(data[:HEAD], "report")}


def recognised(data: bytes) -> str:
    """Return the format that ``data`` is told to be of; empty for none."""
    try:
        return detect(data[:HEAD], "report").name
    except FormatNotRecognised:
        return ""


def _documents(data: bytes) -> list[Any]:
    decoder, text, found = json.JSONDecoder(), data.decode().strip(), []
    while text:
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:].lstrip()
    return found


def _written(data: bytes, change: Callable[[Any], Any], **options: Any) -> bytes:
    return b"\n".join(json.dumps(change(one), **options).encode() for one in _documents(data)) + b"\n"


def _as_it_is(document: Any) -> Any:
    return document


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(member) for name, member in reversed(value.items())}
    return [_reversed(one) for one in value] if isinstance(value, list) else value


def _with_first(value: Any, first: Any) -> Any:
    """Put a member before all others of a document, or of the first element of an array."""
    if isinstance(value, list):
        return [_with_first(value[0], first), *value[1:]]
    return {"remark": first, **value}


def _crlf(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _before_root(data: bytes, what: bytes) -> bytes:
    declaration = _DECLARATION.match(data)
    end = declaration.end() if declaration else 0
    return data[:end] + what + data[end:]


def _in_utf16(data: bytes, encoding: str, mark: bytes) -> bytes:
    text = _DECLARATION.sub(b"", data, count=1).decode()
    return mark + f'<?xml version="1.0" encoding="UTF-16"?>\n{text}'.encode(encoding)


_MARK = b"\xef\xbb\xbf"
SPELLINGS: dict[str, dict[str, Callable[[bytes], bytes]]] = {
    "xml": {
        "with a byte order mark": lambda data: _MARK + data,
        "with CRLF line ends": _crlf,
        "behind white space": lambda data: b"\r\n\t " + _DECLARATION.sub(b"", data, count=1),
        "behind a comment": lambda data: _before_root(data, b"<!-- made <by> 'hand' -->\n"),
        "behind an instruction": lambda data: _before_root(
            data, b"<?xml-stylesheet type='text/xsl' href='a'?>\n"
        ),
        "in UTF-16, little end first": lambda data: _in_utf16(data, "utf-16-le", b"\xff\xfe"),
        "in UTF-16, big end first": lambda data: _in_utf16(data, "utf-16-be", b"\xfe\xff"),
    },
    "json": {
        "with a byte order mark": lambda data: _MARK + data,
        "with CRLF line ends": _crlf,
        "behind white space": lambda data: b" \r\n\t" + data,
        "minified": lambda data: _written(data, _as_it_is, separators=(",", ":")),
        "pretty-printed": lambda data: _written(data, _as_it_is, indent="\t"),
        "with its members in reversed order": lambda data: _written(data, _reversed),
        "with its members in alphabetical order": lambda data: _written(data, _as_it_is, sort_keys=True),
    },
    "text": {
        "with a byte order mark": lambda data: _MARK + data.removeprefix(_MARK),
        "with CRLF line ends": _crlf,
        "behind empty lines": lambda data: b"\n\n" + data.removeprefix(_MARK),
    },
    "archive": {"as it is": _as_it_is},
}
"""Ways to write the same report."""

LONG_HEADS: dict[str, dict[str, Callable[[bytes], bytes]]] = {
    "xml": {
        "a comment": lambda data: _before_root(data, b"<!--" + b"x" * HEAD + b"-->"),
        "white space": lambda data: b" " * HEAD + data,
    },
    "json": {
        "a text": lambda data: _written(data, lambda one: _with_first(one, "x" * HEAD)),
        "an array": lambda data: _written(
            data, lambda one: _with_first(one, [{"version": "1", "id": str(at)} for at in range(4000)])
        ),
        "white space": lambda data: b" " * HEAD + data,
        "an unknown member": lambda data: _written(data, lambda one: _with_first(one, {"by": ["x"]})),
    },
    "text": {"comments": lambda data: b"# made by hand\n" * (HEAD // 15 + 1) + data},
    "archive": {"zeros": lambda data: bytes(HEAD) + data},
}
"""What may stand before that by which a report is told, and fill all of the head that is looked at."""

_SPELLED = [(name, how) for name, sample in SAMPLES.items() for how in SPELLINGS[_family(sample.data)]]
_HIDDEN = [(name, what) for name, sample in SAMPLES.items() for what in LONG_HEADS[_family(sample.data)]]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_report_is_claimed_by_its_own_format_alone(name: str) -> None:
    """No two formats claim one report, not even across families."""
    assert claims(SAMPLES[name].data) == {name}


@pytest.mark.parametrize(("name", "how"), _SPELLED)
def test_a_report_is_told_however_it_is_spelled(name: str, how: str) -> None:
    """Neither its line ends, its encoding, its white space nor the order of its members change what a report is."""
    spelled = SPELLINGS[_family(SAMPLES[name].data)][how](SAMPLES[name].data)
    assert claims(spelled) <= {name}
    if how == "pretty-printed" and name in IN_LINES:
        assert recognised(spelled) in {name, ""}
    else:
        assert recognised(spelled) == name


@pytest.mark.parametrize(("name", "what"), _HIDDEN)
def test_a_report_behind_a_long_head_is_told_or_refused(name: str, what: str) -> None:
    """What tells a report may stand beyond the head: it is then told with ``--as``, and never taken for another."""
    hidden = LONG_HEADS[_family(SAMPLES[name].data)][what](SAMPLES[name].data)
    assert claims(hidden) <= {name}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_head_that_breaks_off_is_told_or_refused(name: str) -> None:
    """The head of a large report ends anywhere; it is never another format's, unless that one rejects the whole."""
    data = SAMPLES[name].data
    others = set().union(*(claims(data[:length]) for length in range(0, len(data), 7))) - {name}
    for other in others:
        rejected(data, "report", other)
    assert others <= BY_WHAT_IS_IN_IT.get(name, set())


@settings(max_examples=300, deadline=None)
@given(
    data=st.binary(max_size=400),
    start=st.sampled_from([b"", b"<", b"<?xml", b"{", b"[{", b"TAP ", b"\xff\xfe<"]),
)
def test_no_sniff_raises_on_arbitrary_bytes(data: bytes, start: bytes) -> None:
    """Looking at a file never fails, whatever it holds."""
    claims(start + data)


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_sniff_raises_on_a_mutated_report(name: str, data: st.DataObject) -> None:
    """Looking at what is almost a report never fails, and never takes it for what it was not."""
    mutated = bytearray(SAMPLES[name].data)
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(mutated)))
        end = min(len(mutated), start + data.draw(st.integers(0, 20)))
        mutated[start:end] = data.draw(st.binary(max_size=12) | st.sampled_from(_FRAGMENTS))
    claims(bytes(mutated))


_FRAGMENTS = [
    b"\\ud800",
    b"\x00",
    b'"',
    b"{",
    b"[" * 2000,
    b"\\u0000",
    b"<!DOCTYPE a>",
    b"&#0;",
    b"\xed\xa0\x80",
    b"\n",
]


@pytest.mark.parametrize(
    "filler", [b"\x00", b" ", b"\n", b"[", b"{", b'{"a":', b"<a>", b'"', b"\\", b"# a\n", b"<!--"]
)
def test_looking_at_a_monotonous_head_takes_no_time(filler: bytes) -> None:
    """No regular expression and no parser takes more than a moment over a head, however it repeats itself."""
    for start in (b"", b"{", b'{"a": "', b"[{", b"<a ", b"TAP version 13\n", b"1..2\n"):
        before = time.process_time()
        assert claims((start + filler * HEAD)[:HEAD]) <= {"tap"}
        assert time.process_time() - before < 5


class _Endless(io.RawIOBase):
    """A gigabyte of one byte, which is nowhere held."""

    def __init__(self, filler: bytes) -> None:
        self.left = _GIGABYTE
        self._filler = filler

    def read(self, size: int = -1) -> bytes:
        size = min(size, self.left)
        self.left -= size
        return self._filler * size


@pytest.mark.parametrize("filler", [b"\x00", b" ", b"<", b"{"])
def test_only_the_head_of_a_file_is_looked_at(filler: bytes) -> None:
    """A gigabyte of nothing is refused by its first 64 KiB, before more of it is read."""
    stream = _Endless(filler)
    source = Source(cast("BinaryIO", stream), lambda _chunk: None)
    with pytest.raises(FormatNotRecognised):
        detect(source.head(), "report.xml")
    assert _GIGABYTE - stream.left == HEAD


def test_a_gigabyte_of_zeros_is_kept_in_bounded_memory(tmp_path: Path) -> None:
    """A file of no format is kept whole, piece by piece, by a process that never holds much of it."""
    path = tmp_path / "report.xml"
    with path.open("wb") as file:
        file.truncate(_GIGABYTE)
    done = subprocess.run([sys.executable, "-c", _KEEP, str(path)], check=True, stdout=subprocess.PIPE)
    assert int(done.stdout) * 1024 < 96_000_000


_KEEP = """
import pathlib, re, sys
from clausework.evidence.reading import Quarantined, read_evidence
from clausework.stores.file_blobs import FileBlobs
path = pathlib.Path(sys.argv[1])
read = read_evidence(path.open("rb"), "report.xml", FileBlobs(path.parent))
assert isinstance(read, Quarantined) and read.raw.size == path.stat().st_size, read
print(re.findall(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())[0])
"""

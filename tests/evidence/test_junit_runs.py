"""Runs of plain cases: leaving the parser out of them changes nothing, whatever stands in the report."""

from __future__ import annotations

import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clausework.evidence.detail import Case, DetailWriter, read_detail
from clausework.evidence.format import Result
from clausework.evidence.readers import junit, junit_bypass, junit_runs
from clausework.evidence.readers.junit_runs import read_run
from clausework.evidence.source import Source, Unreadable
from clausework.ledger.memory import MemoryBlobs

PLAIN = '<testcase classname="c" name="n{0}" time="0.{0}"/>'
AGAIN = '<testcase classname="c" name="again" time="1"/>'
MARKS = (
    '<properties><property name="verifies" value="REQ-{0}"/><property name="tags" value="a, b"/></properties>'
)
MARKED = (
    '<testcase classname="c" name="n{0}" time="1">'
    '<properties><property name="tag" value="slow"/><property name="req" value="REQ-{0}"/></properties></testcase>'
)
NAMES = ("classname", "name", "time")


class Trickle(io.BytesIO):
    """A stream that gives ``step`` bytes at a time."""

    step = 100

    def read(self, size: int | None = -1) -> bytes:
        """See ``io.BytesIO``."""
        return super().read(self.step)


def outcome(data: bytes, step: int, *, runs: bool) -> tuple[Result, list[Case]] | tuple[str, int]:
    """Return what the reader makes of ``data``, with or without runs."""
    stream = Trickle(data)
    stream.step = step
    detail = DetailWriter(Case)
    blobs = MemoryBlobs()
    with pytest.MonkeyPatch.context() as patch:
        if not runs:
            patch.setattr(junit_bypass, "read_run", lambda *_: None)
        try:
            result = junit.FORMAT.parse(Source(stream, lambda _: None), detail)
        except Unreadable as rejection:
            return type(rejection).__name__, rejection.offset
        finally:
            sha256, _ = detail.keep_in(blobs.receive(), "test", "a" * 64)
            detail.close()
    return result, list(read_detail(blobs.open(sha256), Case))


PIECES = [
    PLAIN,
    PLAIN,
    PLAIN,
    '<testcase classname="c" name="n{0}" time="0.{0}"></testcase>\n',
    '<testcase classname="c" name="n{0}" time="1"><system-out>log {0} > &lt;</system-out></testcase>',
    '<testcase classname="c" name="n{0}" time="1"> <system-out>log\n</system-out>\n <system-err/></testcase>',
    '<testcase classname="c" name="n{0}" time="1"><properties><property name="verifies" value="REQ-{0}"/>'
    '<property name="x" value="y" /></properties></testcase>\n',
    '<testcase classname="c" name="n{0}" time="1"><properties><property name="req" value="?"/></properties></testcase>',
    '<testcase classname="c" name="n{0}" time="1"><failure message="m"/></testcase>',
    '<testcase classname="c" name="n{0}" time="1"><skipped/></testcase>',
    MARKED,
    AGAIN,
    AGAIN,
    '<testcase classname="c" name="n{0}" time="1" Verifies="REQ-{0}"/>',
    MARKS,
    '<testcase classname="c" name="n{0}" status="failed"/>',
    '<testcase name="n{0}" classname="c" file="f" line="3" time="1"/>',
    '<testcase classname="c" name="a &amp; b" time="1"/>',
    '<testcase classname="c" name="a\tb" time="1"/>',
    "<testcase classname='c' name='n{0}' time='1'/>",
    '<testcase classname="c" name="Prüfung" time="1"/>',
    '<testsuite name="inner">',
    "</testsuite>",
    " between ",
    "<system-out>",
    "</system-out>",
]
HOSTILE = [
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?p ",
    "?>",
    "&am",
    "p;",
    "&lt;",
    "\x01",
    "\x00",
    "\ufffe",
    "<",
    ">",
    '<testcase classname="c" name="n" time="-1"/>',
    '<testcase classname="c" name="n" name="m" time="1"/>',
    '<testcase classname="c" name="n" time="1">',
    "</testcase>",
    '<testcase classname="c" name="n" time="1"><failure></testcase>',
    "<properties>",
]


@settings(max_examples=400, deadline=None)
@given(
    pieces=st.lists(st.sampled_from(PIECES), max_size=25),
    hostile=st.lists(st.tuples(st.sampled_from(HOSTILE), st.integers(0, 25)), max_size=2),
    step=st.integers(20, 400),
    suite=st.sampled_from(["s", "pytest"]),
)
@example(["<![CDATA[", *[PLAIN] * 8, "]]>", PLAIN, PLAIN], [], 60, "s")
@example([PLAIN, "<!--", *[PLAIN] * 8, "-->", PLAIN, PLAIN], [], 60, "s")
@example([PLAIN, "&am", *[PLAIN] * 8, "p;", PLAIN], [], 50, "s")
@example([PLAIN, PLAIN, "<system-out>", *[PLAIN] * 8, "</system-out>"], [], 50, "s")
@example([PLAIN, AGAIN, PLAIN, AGAIN, AGAIN, AGAIN, PLAIN, PLAIN, AGAIN, AGAIN, PLAIN], [], 100, "pytest")
@example([MARKS, *[PLAIN] * 8, MARKED, MARKED, PLAIN, MARKED], [], 100, "s")
def test_runs_change_nothing(
    pieces: list[str], hostile: list[tuple[str, int]], step: int, suite: str
) -> None:
    """With and without runs a report gives the same cases and counts, or is rejected at the same byte."""
    body = [piece.replace("{0}", str(number)) for number, piece in enumerate(pieces)]
    for fragment, position in hostile:
        body.insert(position, fragment)
    data = f"<?xml version='1.0'?><testsuite name='{suite}'>{''.join(body)}</testsuite>".encode()
    assert outcome(data, step, runs=True) == outcome(data, step, runs=False)


@pytest.mark.parametrize(
    "hidden", [("<![CDATA[", "]]>"), ("<!--", "-->"), ("&am", "p;"), ("<?p ", "?>"), ("</testsuite>", "")]
)
@pytest.mark.parametrize("last", PIECES[2:6])
def test_cases_hidden_behind_the_end_of_a_case_are_never_taken(hidden: tuple[str, str], last: str) -> None:
    """An attack: cases within a comment or section that begins right behind a case, cut at every place."""
    data = f"<testsuite>{PLAIN * 2}{last}{hidden[0]}{PLAIN * 4}{hidden[1]}{PLAIN}</testsuite>".replace(
        "{0}", "1"
    ).encode()
    for step in range(20, 260):
        assert outcome(data, step, runs=True) == outcome(data, step, runs=False)


def test_runs_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plain cases do go past the parser, or the tests here would prove nothing."""
    taken = []
    original = junit_runs.read_run

    def spy(piece: bytes, names: tuple[str, ...]) -> junit_runs.Run | None:
        run = original(piece, names)
        taken.append(0 if run is None else run.count)
        return run

    monkeypatch.setattr(junit_bypass, "read_run", spy)
    data = f"<testsuite>{''.join(PLAIN.replace('{0}', str(n)) for n in range(200))}</testsuite>".encode()
    _, cases = outcome(data, 500, runs=True)
    assert sum(taken) > 150
    assert [case.name for case in cases] == [f"n{n}" for n in range(200)]  # type: ignore[union-attr]


def test_a_report_in_another_encoding_takes_no_runs() -> None:
    """Bytes that mean other letters are left to the parser."""
    body = "".join('<testcase classname="c" name="ä" time="1"/>' for _ in range(50))
    data = f"<?xml version='1.0' encoding='iso-8859-1'?><testsuite>{body}</testsuite>".encode("iso-8859-1")
    assert outcome(data, 300, runs=True) == outcome(data, 300, runs=False)


@pytest.mark.parametrize(
    "piece",
    [
        "",
        "text",
        '<testcase classname="c" name="n"/>',
        '<testcase classname="c" name="n" time="1"/><failure/>',
        '<testcase classname="c" name="n" time="1"/><!-- x -->',
        '<testcase classname="c" name="n" time="1"/>]]>',
        '<testcase classname="c" name="n" time="1"/>\x08',
        '<testcase classname="c" name="n" time="1"/>\uffff',
        '<testcase classname="c" name="n" time="1"/>&lt;',
        '<testcase classname="c" name="n" time="1"><system-out><b/></system-out></testcase>',
        f'<testcase classname="c" name="{"n" * 1001}" time="1"/>',
        '<testcase classname="c" name="n" time="1"></testcase></testsuite>',
    ],
)
def test_what_may_be_anything_else_is_no_run(piece: str) -> None:
    """One bracket, entity or character too many, and the parser decides."""
    assert read_run(piece.encode(), NAMES) is None
    assert read_run(b"\xff", NAMES) is None


def test_runs_of_repeated_cases_are_left_to_the_parser() -> None:
    """In pytest's suites a case that may be another run of the one before is looked at one by one."""
    body = "".join(PLAIN.replace("{0}", str(number // 2)) for number in range(100))
    for suite in ("pytest", "s"):
        data = f"<testsuite name='{suite}'>{body}</testsuite>".encode()
        result, cases = outcome(data, 300, runs=True)
        assert (result, cases) == outcome(data, 300, runs=False)
        assert len(cases) == (50 if suite == "pytest" else 100)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "names", [(), ("name", "status"), ("result",), ("na me",), ("n:x", "("), ("VERIFIES",)]
)
def test_attributes_that_speak_of_the_outcome_are_no_run(names: tuple[str, ...]) -> None:
    """A case that states an outcome is not plain."""
    values = "".join(f' {name}="x"' for name in names)
    assert read_run(f"<testcase{values}/>".encode(), names) is None

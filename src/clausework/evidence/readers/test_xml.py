"""What the readers of NUnit, xUnit.net, TRX and CTest reports share: walking the elements, marks, names and totals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from clausework.evidence.detail import Case, CaseOutcome, DetailWriter
from clausework.evidence.format import TestsRead
from clausework.evidence.readers.junit_case import LONGEST_MESSAGE, bounded
from clausework.evidence.readers.junit_items import Link, is_link, links_of
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import DEEPEST, Attributes, NestedTooDeeply, feed, new_parser
from clausework.ledger.records.evidence import TestCounts

LONGEST_TEXT = 20_000
"""Characters of an element's text that are looked at."""

MOST_MARKS = 1000
"""Items and tags that one case or suite may name."""

_LONGEST_DURATION = 10 * 365 * 86_400
_COUNT = re.compile(r"[0-9]{1,9}")
_SECONDS = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?")
_SPAN = re.compile(r"(?:([0-9]{1,5})\.)?([0-9]{1,2}):([0-9]{2}):([0-9]{2}(?:\.[0-9]{1,9})?)")
_LABELLED = re.compile(r"@?([A-Za-z_-]{1,40})\s*(?:[:=]\s*(.+)|\((.+)\))", re.DOTALL)
_BINARY = re.compile(r".*[\\/]([^\\/]+\.(?:dll|exe|nunit|[a-z]{2,3}proj))", re.IGNORECASE | re.DOTALL)
_TAGGING = frozenset({"category", "tag", "label", "testcategory"})
_TAGGING_LISTS = frozenset({"categories", "tags", "labels", "cmake_labels"})
_LISTED = re.compile(r"[,;]")
_OPENING, _CLOSING = "([{<", ")]}>"


class TotalsContradict(ValueRejected):
    """The totals that a report states cannot be explained by its cases."""


class Handler(Protocol):
    """Takes the elements of a report; ``path`` names those that are open, the one in question last."""

    def open(self, path: Sequence[str], attributes: Attributes) -> None:
        """Take the beginning of an element."""

    def close(self, path: Sequence[str], text: str) -> None:
        """Take the end of an element, with its text where that is wanted."""


def walk(source: Source, handler: Handler, texts: frozenset[str]) -> None:
    """Read ``source`` to its end as XML and hand its elements to ``handler``, with the text of those in ``texts``.

    A text takes in that of the elements within; its first ``LONGEST_TEXT`` characters, and then more only to tell
    that there are. Raises ``Unreadable``.
    """
    parser = new_parser()
    path: list[str] = []
    parts: list[str] = []
    collecting = taken = 0

    def characters(text: str) -> None:
        nonlocal taken
        if taken <= LONGEST_TEXT:
            parts.append(text[: LONGEST_TEXT + 1])
            taken += len(text)

    def start(name: str, attributes: Attributes) -> None:
        nonlocal collecting, taken
        path.append(name)
        if len(path) > DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {DEEPEST}")
        handler.open(path, attributes)
        if name in texts and not collecting:
            collecting, taken = len(path), 0
            parser.CharacterDataHandler = characters

    def end(_name: str) -> None:
        nonlocal collecting
        text = ""
        if collecting == len(path):
            text = "".join(parts)[: LONGEST_TEXT + 1]
            parts.clear()
            collecting = 0
            parser.CharacterDataHandler = None
        handler.close(path, text)
        path.pop()

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    feed(parser, source.chunks())


class Marks:
    """What properties, traits, categories and labels say of a case or suite: items that it verifies, and tags."""

    def __init__(self, around: Marks | None = None) -> None:
        self.links: list[Link] = list(around.links) if around else []
        self.tags: list[str] = list(around.tags) if around else []

    def add(self, name: str, value: str, remarks: Remarks) -> bool:
        """Take the property ``name``; tell whether it is one that links or tags."""
        if is_link(name):
            if len(value) > LONGEST_TEXT:
                raise ValueRejected(f"a property '{name[:40]}' is longer than {LONGEST_TEXT} characters")
            links, unknown = links_of(name, value)
            for word in unknown:
                remarks.add(f"a property '{name[:40]}' names what is no item's ID", word[:60])
            self.links += links
        elif name.lower() in _TAGGING:
            self.add_word(value, remarks)
        elif name.lower() in _TAGGING_LISTS:
            for word in _LISTED.split(value[:LONGEST_TEXT]):
                self.add_word(word, remarks)
        else:
            return False
        self._bound()
        return True

    def add_word(self, word: str, remarks: Remarks) -> None:
        """Take a category or label: a link where it is written ``verifies:REQ-1`` or so, or else a tag.

        The equal sign, ``@verifies(REQ-1)`` and hyphens in the role's name mean the same.
        """
        labelled = _LABELLED.fullmatch(word.strip())
        name = labelled[1].replace("-", "_") if labelled else ""
        if labelled and is_link(name):
            self.add(name, labelled[2] or labelled[3], remarks)
        else:
            self.tag(word)

    def tag(self, word: str) -> None:
        """Take a tag."""
        if word.strip():
            self.tags.append(bounded(word.strip()))
            self._bound()

    def of_case(self) -> tuple[tuple[Link, ...], tuple[str, ...]]:
        """Return links and tags, each once."""
        return tuple(dict.fromkeys(self.links)), tuple(dict.fromkeys(self.tags))

    def _bound(self) -> None:
        if len(self.links) + len(self.tags) > MOST_MARKS:
            raise ValueRejected(f"a case or suite names more than {MOST_MARKS} items and tags")


class Cases:
    """Writes the cases of a report and counts them by outcome."""

    def __init__(self, detail: DetailWriter) -> None:
        self._detail = detail
        self._counts: Counter[CaseOutcome] = Counter()
        self.remarks = Remarks()

    def add(self, case: Case) -> None:
        """Write a case."""
        self._counts[case.outcome] += 1
        self._detail.add(case)

    def add_outside(self, suite: str, outcome: CaseOutcome, message: str, name: str = "") -> None:
        """Write what went wrong outside the cases, such as in a tear-down, as a case of its own."""
        self.remarks.add("a suite reports a problem outside its cases", suite)
        self.add(Case(suite, bounded(name), "", outcome, message=message[:LONGEST_MESSAGE]))

    def read(self) -> TestsRead:
        """Return what the report comes to."""
        counts = self._counts
        return TestsRead(
            TestCounts(
                counts.total(), counts["passed"], counts["failed"], counts["errored"], counts["skipped"]
            ),
            self.remarks.all(),
        )


def count_of(what: str, attributes: Attributes, name: str) -> int | None:
    """Return the count ``name``, ``None`` where it is not stated; raises ``ValueRejected`` for what is no count."""
    text = attributes.get(name, "").strip()
    if not text:
        return None
    if not _COUNT.fullmatch(text):
        raise ValueRejected(f"{what} has {name}='{text[:40]}', which is not a count")
    return int(text)


def odd_totals(
    what: str, attributes: Attributes, counted: Mapping[str, Sequence[int]]
) -> list[tuple[str, str]]:
    """Hold the totals in ``attributes`` against the cases; raises ``TotalsContradict`` with both numbers.

    ``counted`` gives for each total the plain count first, then those that known tools mean; for each total that was
    met by one of these, a remark and its example are returned.
    """
    odd: list[tuple[str, str]] = []
    for name, readings in counted.items():
        stated = count_of(what, attributes, name)
        if stated is None or stated == readings[0]:
            continue
        if stated not in readings:
            held = " or ".join(str(count) for count in dict.fromkeys(readings))
            raise TotalsContradict(f"{what} says {name}='{stated}' but holds {held}")
        odd.append(
            (f"a total '{name}' counts in another way than the cases do", f"{stated} for {readings[0]}")
        )
    return odd


def check_totals(
    what: str, attributes: Attributes, counted: Mapping[str, Sequence[int]], remarks: Remarks
) -> None:
    """As ``odd_totals``, with what it returns made as remarks."""
    for remark, example in odd_totals(what, attributes, counted):
        remarks.add(remark, example)


def milliseconds(text: str, what: str = "a duration") -> int:
    """Return seconds, with a point or a comma before their fraction, in milliseconds; 0 where none are given."""
    text = text.strip()
    if not text:
        return 0
    seconds = float(text.replace(",", ".")) if _SECONDS.fullmatch(text) else -1.0
    if not 0 <= seconds <= _LONGEST_DURATION:
        raise ValueRejected(f"{what} of '{text[:40]}' is none")
    return round(seconds * 1000)


def span_milliseconds(text: str) -> int:
    """Return a .NET time span, such as ``1.02:03:04.5670000``, in milliseconds; 0 where none is given."""
    text = text.strip()
    if not text:
        return 0
    span = _SPAN.fullmatch(text)
    if not span or int(span[1] or 0) > _LONGEST_DURATION // 86_400:
        raise ValueRejected(f"a duration of '{text[:40]}' is none")
    minutes = (int(span[1] or 0) * 24 + int(span[2])) * 60 + int(span[3])
    return round((minutes * 60 + float(span[4])) * 1000)


def suite_path(around: str, name: str) -> str:
    """Return the path of a suite called ``name`` within ``around``; of a binary's path only its last part counts."""
    binary = _BINARY.fullmatch(name)
    own = bounded(binary[1] if binary else name)
    return bounded(f"{around} > {own}" if around and own else own or around)


def class_and_name(full: str) -> tuple[str, str]:
    """Divide a full name at its last point outside brackets and quotes into the class and the rest."""
    depth, quoted, cut = 0, False, -1
    for place, character in enumerate(full):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
        elif character == "." and depth == 0:
            cut = place
    return ("", full) if cut < 0 or depth or quoted else (full[:cut], full[cut + 1 :])


def name_within(class_name: str, name: str) -> str:
    """Return ``name`` without the class that it repeats."""
    return name.removeprefix(f"{class_name}.") if class_name else name


def misplaced(path: Sequence[str], form: str) -> WrongKind:
    """Return the rejection of an element that stands where its format has none."""
    return WrongKind(f"a <{path[-1][:60]}> stands where {form} has none")

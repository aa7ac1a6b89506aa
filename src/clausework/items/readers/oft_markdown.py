"""Specification items in OpenFastTrace's Markdown, read line by line as its keywords part them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clausework.core.places import Finding, Place
from clausework.items.readers.oft_items import ID_PATTERN, Reference, SpecId, Specification, spec_id_of

_ID = re.compile(rf"`?{ID_PATTERN}`?(?!\w).*")
_ANY_ID = re.compile(rf"(?<!\w){ID_PATTERN}")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})\s*")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_KEYWORD = re.compile(r"(?P<word>Comment|Covers|Depends|Description|Needs|Rationale|Tags):\s*(?P<rest>.*)")
_STATUS = re.compile(r"Status:\s*(?P<status>approved|proposed|draft|rejected)\s*")
_BULLET = re.compile(r"\s{0,3}[+*-]\s*(?P<entry>.*)")
_FORWARD = re.compile(
    rf"(?<![A-Za-z])(?P<skipped>[A-Za-z]+)\s*-->\s*(?P<to>[A-Za-z]+(?:,\s*[A-Za-z]+)*)\s*:\s*{ID_PATTERN}"
)
_SWITCH = re.compile(r"(?<!\w)oft:(?P<to>on|off)(?!\w)")
_LONGEST_LINE = 20_000

_TEXTS = frozenset({"Description", "Rationale", "Comment"})
_REFERENCES = frozenset({"Covers", "Depends"})


def specifications_in(path: str, lines: Sequence[str]) -> tuple[list[Specification], list[Finding]]:
    """Return the specification items in ``lines``, and what in them cannot be told."""
    reading = _Reading(path)
    following = [*lines[1:], ""]
    for number, (line, next_line) in enumerate(zip(lines, following, strict=True), start=1):
        reading.line(line, next_line, number)
    reading.end_item()
    return reading.items, reading.findings


class _Reading:
    """Where the reading stands: which item is open, in which part of it, and the title that may become an item's."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.items: list[Specification] = []
        self.findings: list[Finding] = []
        self.item: Specification | None = None
        self.part = ""
        self.title = ""
        self.fence = ""
        self.is_off = False
        self.texts: dict[str, list[str]] = {}
        self.lists: dict[str, list[str]] = {}

    def line(self, line: str, following: str, number: int) -> None:
        if len(line) > _LONGEST_LINE:
            message = f"a line is longer than {_LONGEST_LINE} characters"
            self.findings.append(Finding("openfasttrace", message, Place(self.path, number, 1)))
            return
        if not self.fence and (switch := _SWITCH.search(line)):
            self.is_off = switch["to"] == "off"
        elif self.is_off:
            return
        elif not self.is_code(line):
            self.plain(line, following, Place(self.path, number, 1))

    def is_code(self, line: str) -> bool:
        """Tell whether ``line`` belongs to a fenced block, in which no keyword counts."""
        found = _FENCE.fullmatch(line)
        if self.fence:
            closes = found and found["fence"].startswith(self.fence) and not found["info"].strip()
            self.fence = "" if closes else self.fence
        elif found and "`" not in found["info"]:
            self.fence = found["fence"]
        else:
            return False
        self.say(line)
        return True

    def plain(self, line: str, following: str, place: Place) -> None:
        if found := _ID.match(line):
            self.begin_item(spec_id_of(found), place)
        elif title := _title_of(line, following):
            self.end_item()
            self.title = title
        elif self.part not in _TEXTS and (forward := _FORWARD.search(line)):
            self.forward(forward, place)
        elif self.item is None:
            keeps = _UNDERLINE.fullmatch(line) or line.lstrip().startswith("<a ")
            if line.strip() and not keeps:
                self.title = ""
        elif keyword := _KEYWORD.fullmatch(line):
            self.keyword(keyword["word"], keyword["rest"].strip(), place)
        elif not self.part and (status := _STATUS.fullmatch(line)):
            self.item.status = status["status"]
        elif self.part in {"", *_TEXTS}:
            self.say(line)
        elif bullet := _BULLET.fullmatch(line):
            self.entry(bullet["entry"].strip(), place)

    def begin_item(self, own: SpecId, place: Place) -> None:
        title = self.title
        self.end_item()
        self.item = Specification(own, place, title=title)
        self.texts, self.lists, self.part = {}, {}, ""

    def end_item(self) -> None:
        self.title = ""
        if self.item is None:
            return
        said = {word: "\n".join(lines).strip() for word, lines in self.texts.items()}
        self.item.text = said.pop("Description", "")
        self.item.fields = {word.lower(): text for word, text in said.items()}
        self.item.fields |= {word.lower(): tuple(entries) for word, entries in self.lists.items()}
        self.items.append(self.item)
        self.item = None
        self.part = ""

    def say(self, line: str) -> None:
        """Add ``line`` to the text that is open; one that stands before any keyword describes the item."""
        if self.item is None or (not self.part and not line.strip()):
            return
        self.part = self.part or "Description"
        if self.part in _TEXTS:
            self.texts.setdefault(self.part, []).append(line)

    def keyword(self, word: str, rest: str, place: Place) -> None:
        self.part = word
        if word in _TEXTS:
            self.texts.setdefault(word, []).append(rest)
        elif rest:
            for entry in rest.split(",") if word not in _REFERENCES else [rest]:
                self.entry(entry.strip(), place)

    def entry(self, entry: str, place: Place) -> None:
        """Take an entry of the list that is open."""
        if self.item is None:
            return
        if self.part not in _REFERENCES:
            if entry := entry.strip("` "):
                self.lists.setdefault(self.part, []).append(entry)
            return
        found = list({str(one): one for one in map(spec_id_of, _ANY_ID.finditer(entry))}.values())
        if not found:
            message = f"{self.item.id} {self.part.lower()} {entry[:60]!a}, which is no ID"
            hint = "Write an ID such as req~login~1, or take the entry out."
            self.findings.append(Finding("blank-link", message, place, ("5.1.1",), hint))
        references = self.item.covers if self.part == "Covers" else self.item.depends
        references.extend(Reference(one, place) for one in found)

    def forward(self, found: re.Match[str], place: Place) -> None:
        """Take ``arch --> dsn : req~x~1``: the requirement needs no architecture, and is handed on to the design."""
        self.end_item()
        original = spec_id_of(found)
        own = SpecId(found["skipped"], original.name, original.revision)
        to = tuple(part.strip() for part in found["to"].split(","))
        covers = [Reference(original, place)]
        title = f"{original.base} is handed on to {', '.join(to)}"
        self.items.append(Specification(own, place, title=title, covers=covers, forwards=to))


def _title_of(line: str, following: str) -> str:
    if line.startswith("#"):
        return line.strip("#").strip()
    if line.strip() and _UNDERLINE.fullmatch(following) and not _BULLET.fullmatch(line):
        return line.strip()
    return ""

"""Reads the JSON report of Cucumber and its kin (clauses 5.5.5, 5.6.3, 5.7.1; records 5.7.5).

Written by Cucumber for the JVM, JavaScript and Ruby, by Godog, behave and others. A scenario comes to the worst of its
steps, its hooks and the background before it; one without a step of its own verified nothing and is skipped.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from clausework.evidence.detail import Case, DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.case_tags import sort_words
from clausework.evidence.readers.case_tally import CaseTally, Names, bounded
from clausework.evidence.readers.cucumber_scenario import Folded, Hook, Step, Tag
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, Unreadable, ValueRejected, WrongKind

_MOST_SCENARIOS = 100_000
_PLACE = re.compile(r"(.{1,1000}):([0-9]{1,9})")


_TEXTS = frozenset({"name", "id", "type", "keyword", "status", "location"})


@dataclass(slots=True)
class _Scenario:
    """A scenario or background: what its steps come to, and its members that are texts."""

    folded: Folded
    texts: dict[str, str] = field(default_factory=dict)
    line: int = 0
    words: tuple[str, ...] = ()

    def text(self, *names: str) -> str:
        """Return the first of the members that says something."""
        return next(filter(None, (self.texts.get(name, "").strip() for name in names)), "")


@dataclass(slots=True)
class _Feature:
    """A feature whose scenarios wait until its name and tags are known, which may stand behind them."""

    name: str = ""
    uri: str = ""
    status: str = ""
    words: tuple[str, ...] = ()
    named: set[str] = field(default_factory=set)
    scenarios: list[_Scenario] = field(default_factory=list)
    background: _Scenario | None = None
    places: frozenset[str] = frozenset()


class _Reading:
    """Reads feature after feature, and writes the cases of each when it ends."""

    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.tally = CaseTally(detail)
        self.names = Names()
        self.remarks = Remarks()

    def read_feature(self) -> None:
        feature = _Feature()
        for name in self.walk.members():
            feature.named.add(name)
            if name == "elements" and self.walk.peek() != "n":
                for _ in self.walk.elements():
                    self._read_scenario(feature)
            elif name == "name":
                feature.name = bounded(self.walk.take_text())
            elif name == "uri":
                feature.uri = bounded(self.walk.take_text())
            elif name == "location":
                feature.uri = feature.uri or _place(self.walk.take_text())[0]
            elif name == "status":
                feature.status = self.walk.take_text()
            elif name == "tags":
                feature.words = self._tags()
            else:
                self.walk.skip()
        if "elements" not in feature.named and not {"keyword", "name"} <= feature.named:
            raise WrongKind("an object is no feature", offset=self.walk.offset())
        self._write(feature)

    def _tags(self) -> tuple[str, ...]:
        tags = self.walk.take(tuple[Tag | str, ...] | None)  # type: ignore[arg-type]
        return tuple(tag if isinstance(tag, str) else tag.name for tag in tags or ())

    def _read_scenario(self, feature: _Feature) -> None:
        scenario = _Scenario(Folded(self.remarks))
        for name in self.walk.members():
            self._read_member(scenario, feature, name)
        if scenario.text("type", "keyword").lower() == "background":
            self._check_background(feature)
            feature.places = frozenset(scenario.folded.places)
            feature.background = scenario if scenario.folded.told else None
            return
        if "status" in scenario.texts:
            scenario.folded.take_status(scenario.texts["status"] or "untested")
        if feature.background is not None:
            scenario.folded.absorb(feature.background.folded)
            feature.background = None
        feature.scenarios.append(scenario)
        if len(feature.scenarios) > _MOST_SCENARIOS:
            raise ValueRejected(
                f"a feature has more than {_MOST_SCENARIOS} scenarios", offset=self.walk.offset()
            )

    def _read_member(self, scenario: _Scenario, feature: _Feature, name: str) -> None:
        walk = self.walk
        if name == "steps" and walk.peek() != "n":
            for step in walk.each(Step):
                scenario.folded.take_step(step, feature.places)
        elif name in {"before", "after"} and walk.peek() != "n":
            for hook in walk.each(Hook):
                scenario.folded.take_hook(hook)
        elif name == "tags":
            scenario.words = self._tags()
        elif name == "line":
            scenario.line = walk.take(int | None) or 0  # type: ignore[arg-type]
        elif name in _TEXTS:
            scenario.texts[name] = bounded(walk.take_text())
        else:
            walk.skip()

    def _check_background(self, feature: _Feature) -> None:
        """Make a background that no scenario followed a case of its own, if it did not pass."""
        background, feature.background = feature.background, None
        if background is not None and background.folded.outcome != "passed":
            background.folded.steps += 1
            feature.scenarios.append(background)

    def _write(self, feature: _Feature) -> None:
        self._check_background(feature)
        suite = feature.name or feature.uri
        red = False
        for scenario in feature.scenarios:
            case = self._case_of(scenario, feature, suite)
            red = red or case.outcome in {"failed", "errored"}
            self.tally.take(self.names.name_case(case))
        if feature.status:
            folded = Folded(self.remarks)
            folded.take_status(feature.status)
            if folded.outcome in {"failed", "errored"} and not red:
                self.remarks.add("a feature failed of which no scenario failed", suite[:100])
                message = f"the feature is '{feature.status[:60]}'"
                self.tally.take(Case(suite, "", "", "errored", message=message, file=feature.uri))

    def _case_of(self, scenario: _Scenario, feature: _Feature, suite: str) -> Case:
        folded = scenario.folded
        name = scenario.text("name", "id", "keyword") or "Scenario"
        file, line = _place(scenario.text("location"))
        line = line or scenario.line
        if folded.outcome == "passed" and not folded.steps:
            self.remarks.add("a scenario has no steps and counts as skipped", name[:100])
            folded.outcome, folded.message = "skipped", "it has no steps"
        tagged = sort_words((*feature.words, *scenario.words), self.remarks)
        return Case(
            suite,
            name,
            "",
            folded.outcome,
            folded.milliseconds(in_seconds="location" in scenario.texts),
            "" if folded.outcome == "passed" else folded.message,
            tagged.links,
            file or feature.uri,
            line if 0 <= line < 1_000_000_000 else 0,
            tagged.tags,
        )


def _place(location: str) -> tuple[str, int]:
    """Return file and line of a place as behave writes it: ``features/pump.feature:3``."""
    found = _PLACE.fullmatch(location)
    return (found.group(1), int(found.group(2))) if found else (bounded(location), 0)


def _sniff(head: bytes, _name: str) -> bool:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"["):
        return False
    members = first_members(text[1:])
    if not members:
        return False
    if members.get("elements", "").startswith("["):
        return (
            bool({"uri", "keyword", "location"} & set(members)) or b'"keyword"' in text or b'"steps"' in text
        )
    return {"keyword", "name"} <= set(members) and bool({"uri", "location"} & set(members))


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    walk = JsonWalk(source)
    if walk.peek() != "[":
        raise WrongKind("it is no array of features", offset=walk.offset())
    reading = _Reading(walk, detail)
    features = 0
    try:
        for _ in walk.elements():
            reading.read_feature()
            features += 1
    except Unreadable as error:
        if error.offset < 0:
            error.offset = walk.offset()
        raise
    walk.finish()
    if not features:
        raise WrongKind("it holds no feature, and nothing tells of what it is a report")
    return TestsRead(reading.tally.counts(), reading.remarks.all())


FORMAT = Format(
    "cucumber",
    2,
    "tests",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Cucumber JSON",
    ("5.5.5", "5.6.3", "5.7.1", "5.7.5"),
)

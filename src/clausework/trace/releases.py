"""The releases that the log holds, and which of them a build comes after (clauses 5.6.6, 5.7.3, 6.3.2, 8.1).

A release record is a release only if its references hold together and its gate had the signatures that its plan asks
for before it was recorded: whoever writes one with the pipeline's key alone makes none, and makes no other unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from clausework.decisions.effect import missing_signatures
from clausework.decisions.form import SignatureRule
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Reference
from clausework.plan.model import NotInPlan, Plan
from clausework.trace.release_signatures import signature_rules
from clausework.trace.standing import Standing


class Released(msgspec.Struct, frozen=True):
    """A release: its record, the candidate that it was made of, and the builds of that by software item.

    ``withdrawn`` is the record from which it is withdrawn, -1 where it is not.
    """

    record: Record
    candidate: Candidate
    builds: dict[str, Build]
    withdrawn: int = -1

    @property
    def version(self) -> str:
        """The version that was released."""
        return str(self.record.body.version)

    @property
    def line(self) -> str:
        """The release line that it is of."""
        return str(self.record.body.line)

    def builds_of(self, names: Sequence[str]) -> tuple[Build, ...]:
        """Return the builds of the software items of these names."""
        return tuple(build for name, build in self.builds.items() if name in names)

    def stands(self, at: int | None = None) -> bool:
        """Tell whether it was not withdrawn before the record ``at`` (absent: until now)."""
        return self.withdrawn < 0 or (at is not None and self.withdrawn > at)


def releases(records: Sequence[Record], standing: Standing) -> tuple[Released, ...]:
    """Return the releases in log order, withdrawn ones among them."""
    return tuple(_Releases(records, standing).read())


def false_releases(records: Sequence[Record], standing: Standing) -> tuple[str, ...]:
    """Return, of each record that says a version was released and is no release, which entry it is and why."""
    sound = {one.record.index for one in releases(records, standing)}
    return tuple(
        f"entry {one.index}: it says that {one.body.version} was released, and that counts for nothing: "
        + (release_fault(records, one) or "its gate lacked signatures that the plan asks for")
        for one in records
        if isinstance(one.body, Release) and one.index not in sound
    )


def release_fault(records: Sequence[Record], release: Record) -> str:
    """Return what is wrong with a release record's own references; empty where they hold together."""
    body: Release = release.body
    candidate, gate = _referred(records, body.candidate), _referred(records, body.gate)
    if candidate is None or not isinstance(candidate.body, Candidate):
        return "it names no candidate"
    if gate is None or not isinstance(gate.body, ReleaseGate) or gate.body.outcome != "pass":
        return "it names no release gate that passed"
    if gate.body.candidate.sha256 != candidate.sha256:
        return "its gate was evaluated on another candidate"
    if (candidate.body.version, set(candidate.body.artefacts)) != (body.version, set(body.artefacts)):
        return "its version or artefacts are not the candidate's"
    if any(_referred(records, one) is None for one in body.approvals):
        return "it cites an approval that is not there"
    return ""


class _Releases:
    """Reads the releases of a log; what the signatures of a plan are is worked out once."""

    def __init__(self, records: Sequence[Record], standing: Standing) -> None:
        self.records = records
        self.standing = standing
        self.plans = {one.sha256: one.plan for one in standing.plans}
        self.withdrawn = {
            one.decision.matter.sha256: one.since
            for one in reversed(standing.decisions_on("withdraw", ("version",)))
            if one.effective
        }
        self.rules: dict[tuple[str, tuple[str, ...]], tuple[SignatureRule, ...] | None] = {}

    def read(self) -> Iterator[Released]:
        by_id: dict[str, Build] = {}
        for record in self.records:
            body = record.body
            if isinstance(body, Build):
                by_id[body.id] = body
            elif isinstance(body, Release) and not release_fault(self.records, record):
                candidate: Candidate = self.records[body.candidate.index].body
                if all(one in by_id for one in candidate.builds):
                    builds = {by_id[one].software_item: by_id[one] for one in candidate.builds}
                    if self.is_signed(record, candidate.plan, tuple(builds)):
                        yield Released(record, candidate, builds, self.withdrawn.get(record.sha256, -1))

    def is_signed(self, record: Record, plan: str, software_items: tuple[str, ...]) -> bool:
        """Tell whether the roles that the plan asks for had signed the gate before the release was recorded."""
        asked = (plan, software_items)
        if asked not in self.rules:
            self.rules[asked] = _rules(self.plans.get(plan), software_items)
        rules = self.rules[asked]
        given = (
            one for one in self.standing.given.get(record.body.gate.sha256, ()) if one.index < record.index
        )
        return rules is not None and not missing_signatures(rules, given, ())


def _rules(plan: Plan | None, software_items: tuple[str, ...]) -> tuple[SignatureRule, ...] | None:
    """Return the signatures that a plan asks for; ``None`` where nobody approved it, or it lacks a software item."""
    try:
        return signature_rules(plan, software_items) if plan is not None else None
    except NotInPlan:
        return None


def _referred(records: Sequence[Record], reference: Reference) -> Record | None:
    if not 0 <= reference.index < len(records):
        return None
    record = records[reference.index]
    return record if record.sha256 == reference.sha256 else None


class Before(msgspec.Struct, frozen=True):
    """What a version comes after: the releases of the build's software item, newest first, and ``every`` release.

    ``every`` are those of the line, or of that which it left up to there, newest first; some may be of other software
    items alone. ``at`` is the record of the version's own release, absent while it has none: what happened since
    changes nothing.
    """

    releases: tuple[Released, ...] = ()
    every: tuple[Released, ...] = ()
    at: int | None = None

    @property
    def in_force(self) -> Released | None:
        """The newest of the releases that was not withdrawn."""
        return next((one for one in self.releases if one.stands(self.at)), None)


def predecessors(
    found: Sequence[Released],
    build: Build,
    version: str,
    line: str,
    left: Sequence[str],
    names: Sequence[str],
) -> Before:
    """Return what ``version`` comes after on ``line``, of the releases ``found``.

    On a line that released nothing yet, they are those of the first of the lines that it ``left`` which did, up to the
    release that the build is of or begins behind; where it begins behind none that is known, up to the newest.
    ``names`` are those that the build's software item has, and had in earlier releases.
    """
    mine = [one for one in found if one.builds_of(names)]
    own = next((one for one in mine if one.version == version), None)
    at = own.record.index if own else None
    before = [one for one in found if at is None or one.record.index < at]
    on_line = [one for one in before if one.line == line]
    if on_line:
        return Before(tuple(one for one in reversed(on_line) if one in mine), tuple(reversed(on_line)), at)
    lines = ([one for one in before if one.line == name] for name in left)
    on_left = next(filter(None, lines), [])
    had_it = [one for one in on_left if one in mine]
    behind = _up_to(build, had_it, names)
    until = on_left.index(behind[-1]) + 1 if behind else 0 if had_it else len(on_left)
    every = on_left[:until]
    return Before(tuple(reversed(behind)), tuple(reversed(every)), at)


def _up_to(build: Build, found: list[Released], names: Sequence[str]) -> list[Released]:
    commits = {build.commit, build.range_from} - {""}
    ends = [
        number
        for number, one in enumerate(found)
        if any(own.commit in commits for own in one.builds_of(names))
    ]
    if ends:
        return found[: ends[-1] + 1]
    return [] if build.range_from else found  # a range that begins elsewhere does so at an adopted release

"""Every commit is linked to what it was made for, and was approved first (clauses 8.2.1, 8.2.2, 8.2.4).

``to`` says how far for the class: ``change`` asks a change request, problem, anomaly or requirement of each commit that
touches the software item; ``requirement`` a requirement or risk control, named or reached through the change request;
``software_unit`` besides that each file touched belongs to a unit, or part of the architecture, that is linked to what
the commit is about. ``approved`` asks, once a version was released, a change request that a person approved before the
commit was made. Commits before the first release implement the plan: there is no released item to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from clausework.core.clock import parse_timestamp
from clausework.gates.challenge import QUALITY, SOUND, Challenge, Committed, SignedDecision, World, but
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text
from clausework.gates.facts import CommitFact, Facts, JudgementFact
from clausework.ledger.records.gates import Outcome, Reason
from clausework.trace.file_owners import owners_of
from clausework.trace.item_fact import ItemFact

_REQUIREMENTS = ("user_need", "system_requirement", "software_requirement", "risk_control_measure")
_REPORTS = ("problem_report", "anomaly")
_MOST_REASONS = 50


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when every commit of the range that touches the software item has each link that ``to`` asks."""
    if facts.build.commit_count == 0 and facts.build.range_from == "":
        return not_evaluated(
            "the build's range holds no commit, so nothing shows what it is made of",
            command="clausework build",
        )
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    judging = _Judging(facts, text(settings, "to"), approved=bool(settings.get("approved")))
    reasons = [reason for commit in facts.commits for reason in judging.reasons(commit)]
    if reasons:
        more = len(reasons) - _MOST_REASONS
        rest = [Reason(f"and {more} more")] if more > 0 else []
        return failed(*reasons[:_MOST_REASONS], *rest)
    untouched = facts.build.commit_count - len(facts.commits)
    beside = f"; {untouched} others touch no file of it" if untouched else ""
    return passed(f"{len(facts.commits)} commits are linked{beside}", facts.build.record)


class _Judging:
    """What the commits of one build are held against."""

    def __init__(self, facts: Facts, to: str, *, approved: bool) -> None:
        self.to = to
        self.approved = approved and bool(facts.build.range_from)
        self.items = {item.id: item for item in facts.items}
        self.now = parse_timestamp(facts.at)
        self.owners = owners_of(facts.items)
        self.serving = frozenset({"change_request", *facts.backlog})
        self.approvals = {
            item.id: given
            for item in facts.items
            if item.type in self.serving and (given := _approval(facts, item)) is not None
        }
        self.closures: dict[str, JudgementFact] = {}
        for one in facts.judgements:
            if one.form == "close" and one.effective:
                self.closures.setdefault(one.matter_id, one)  # closing it once more opens nothing

    def reasons(self, commit: CommitFact) -> Iterator[Reason]:
        named = f"commit {commit.id[:12]} ({commit.subject[:60]})"
        if commit.unknown:
            yield _reason(f"{named} names {', '.join(commit.unknown)}, which is no item", commit)
        linked = [self.items[one] for one in commit.items if one in self.items]
        purposes = [item for item in linked if item.type in {*self.serving, *_REQUIREMENTS, *_REPORTS}]
        reached = self.reached(linked)
        if not purposes and commit.removed:  # what it was made for is gone, and history cannot be linked anew
            yield from self.stray(named, commit) if self.to == "software_unit" else ()
        elif not purposes:
            yield _reason(f"{named} is linked to no change request and no requirement", commit)
        elif self.to != "change" and not any(item.type in _REQUIREMENTS for item in reached.values()):
            yield _reason(f"{named} leads to no requirement", commit)
        elif self.to == "software_unit":
            yield from self.outside(named, commit, reached)
        if self.approved:
            yield from self.unapproved(named, commit, linked)

    def reached(self, linked: list[ItemFact]) -> dict[str, ItemFact]:
        """Return the linked items and what they affect, are found in, realise or implement."""
        reached = {item.id: item for item in linked}
        pending = list(linked)
        while pending:
            item = pending.pop()
            roles = ("affects", "found_in", "resolves", "realised_by", "implements")
            for target in (target for role in roles for target in item.targets(role)):
                if target in self.items and target not in reached:
                    reached[target] = self.items[target]
                    pending.append(self.items[target])
        return reached

    def stray(self, named: str, commit: CommitFact) -> Iterator[Reason]:
        """Yield the files that belong to no unit and no part of the architecture."""
        for path in commit.paths:
            if not self.parts_with(path):
                command = (
                    f"add {path} to the 'paths' of its software unit (also a path that is no longer there)"
                )
                yield _reason(f"{named} touches {path}, which belongs to no software unit", commit, command)

    def outside(self, named: str, commit: CommitFact, reached: Mapping[str, ItemFact]) -> Iterator[Reason]:
        """Yield the stray files, and those of parts that have nothing to do with what the commit is made for."""
        yield from self.stray(named, commit)
        for path in commit.paths:
            parts = self.parts_with(path)
            if parts and not any(self.concerns(part, reached) for part in parts):
                names = ", ".join(part.id for part in parts)
                yield _reason(
                    f"{named} touches {path} of {names}, which is not linked to what it is made for", commit
                )

    def parts_with(self, path: str) -> list[ItemFact]:
        return [owner.item for owner in self.owners if owner.globs.concern(path)]

    def concerns(self, part: ItemFact, reached: Mapping[str, ItemFact]) -> bool:
        """Tell whether a unit or architecture item has to do with what a commit is linked to."""
        if part.id in reached or any(one in reached for one in part.targets("implements")):
            return True
        if any(part.id in item.targets("allocated_to") for item in reached.values()):
            return True
        wholes = self.around(part)
        while wholes:  # of a baseline without errors, so without cycles
            if any(whole.id in reached for whole in wholes):
                return True
            wholes = [outer for whole in wholes for outer in self.around(whole)]
        return False

    def around(self, part: ItemFact) -> list[ItemFact]:
        return [self.items[one] for one in part.targets("part_of") if one in self.items]

    def unapproved(self, named: str, commit: CommitFact, linked: list[ItemFact]) -> Iterator[Reason]:
        changes = [item.id for item in linked if item.type in self.serving]
        if not changes:
            yield _reason(f"{named} changes a released software item without a change request", commit)
            return
        rejected = [one for one in changes if self.items[one].fields.get("status") == "rejected"]
        given = [self.approvals[one] for one in changes if one in self.approvals]
        unapproved = [one for one in changes if one not in self.approvals]
        closed = [one for one in changes if self.closed_before(one, commit)]
        if closed:
            message = (
                f"{named} rests on {', '.join(closed)}, which was closed (#{self.closures[closed[0]].record})"
            )
            yield _reason(message, commit, "ask for a change request of its own")
        elif rejected:
            message = f"{named} rests on {', '.join(rejected)}, which was rejected"
            yield _reason(message, commit, "name the change request that it is made for")
        elif unapproved:
            message = f"{named} rests on {', '.join(unapproved)}, which nobody approved at its present text"
            command = f"clausework decide approve {unapproved[0]}"
            yield Reason(message, items=tuple(changes), who="quality", command=command)
        elif parse_timestamp(commit.at) > self.now:
            message = (
                f"{named} claims to be of {commit.at}, which has not come: when it was made is not known"
            )
            yield _reason(message, commit, "correct the clock, and commit it again")
        elif parse_timestamp(commit.at) < max(_second_of(one.at) for one in given) or (
            0 <= commit.recorded < max(one.since for one in given)
        ):
            message = f"{named} was made before {', '.join(changes)} was approved"
            if commit.recorded >= 0:
                message += f" (#{max(one.since for one in given)}); a build had it in #{commit.recorded}"
            yield Reason(
                message,
                items=tuple(changes),
                who="developer",
                command="commit it again on the approved change request, or have the deviation approved",
            )

    def closed_before(self, change: str, commit: CommitFact) -> bool:
        """Tell whether a change was closed before the commit was made: what is closed carries no further commit.

        A commit that no build had before claims its time alone; what is closed was verified on the builds there were.
        """
        closure = self.closures.get(change)
        return closure is not None and (
            parse_timestamp(closure.at) < parse_timestamp(commit.at) or commit.recorded > closure.since
        )


def _second_of(at: str) -> datetime:
    """Return the whole second of a time: git knows no smaller part, so a commit claims the beginning of its own."""
    return parse_timestamp(at).replace(microsecond=0)


def _approval(facts: Facts, item: ItemFact) -> JudgementFact | None:
    """Return the first approval of a change request at its present text, how far the work has come left out."""
    found = [
        one
        for one in facts.effective_judgements("approve", item.type)
        if (one.matter_id, one.matter_sha256) == (item.id, item.settled)
    ]
    return found[0] if found else None


_NAME_THE_ITEM = (
    "name the item in a trailer such as 'Implements: REQ-037' or 'Change: CR-12' (git commit --amend)"
)


def _reason(message: str, commit: CommitFact, command: str = _NAME_THE_ITEM) -> Reason:
    return Reason(message, items=commit.items, who="developer", command=command)


def challenges() -> tuple[Challenge, ...]:
    """Linked and approved commits pass; unlinked, falsely linked, stray and unapproved ones are refused."""
    unit: dict[str, str | int | bool] = {"to": "software_unit", "approved": True}
    change: dict[str, str | int | bool] = {"to": "change", "approved": True}
    motor = ("src/controller/motor.py",)
    items = SOUND.items + (
        b"- {id: CR-1, type: change_request, title: Stop sooner, links: {affects: [REQ-1]},"
        b" fields: {status: approved}}\n"
    )
    linked = Committed("Stop sooner", ("Implements: REQ-1", "Change: CR-1"), motor)
    approval = SignedDecision(
        "approve",
        "change_request",
        "CR-1",
        {"rationale": "The analysis of its impact is complete."},
        signers=(("quality@example.com", "quality", "approved"),),
    )
    approved = (*SOUND.decisions, approval)

    gone = items + b"- {id: REQ-8, type: software_requirement, title: Gone, text: x}\n"

    def challenge(
        name: str,
        expects: Outcome,
        *commits: Committed,
        released: bool = False,
        settings: dict[str, str | int | bool] = unit,
        decisions: tuple[SignedDecision, ...] = approved,
        earlier: bytes = b"",
    ) -> Challenge:
        world = but(
            items=items, commits=commits, released=released, decisions=decisions, earlier_items=earlier
        )
        return Challenge(name, expects, world, settings)

    late = Committed("Stop sooner", ("Change: CR-1",), motor, minutes_after_decisions=5)
    return (
        challenge("the commit names requirement and change request", "pass", linked),
        challenge("the commit names nothing", "fail", Committed("Tidy up", (), motor)),
        challenge(
            "the commit names an item that is none", "fail", Committed("x", ("Implements: REQ-9",), motor)
        ),
        challenge("the subject names the requirement", "pass", Committed("REQ-1: stop sooner", (), motor)),
        challenge(
            "the commit touches a file of no unit",
            "fail",
            Committed("x", ("Implements: REQ-1",), ("src/other.py",)),
        ),
        challenge(
            "a file of no unit is enough for class A",
            "pass",
            Committed("x", ("Implements: REQ-1",), ("src/other.py",)),
            settings=change,
        ),
        challenge(
            "a commit outside the software item is not asked", "pass", Committed("x", (), ("docs/a.md",))
        ),
        challenge("there is no commit at all", "not_evaluated"),
        challenge(
            "the commit names a requirement that was removed since",
            "pass",
            Committed("x", ("Implements: REQ-8",), motor),
            earlier=gone,
        ),
        challenge(
            "a commit for what was removed since touches a file of no unit",
            "fail",
            Committed("x", ("Implements: REQ-8",), ("src/other.py",)),
            earlier=gone,
        ),
        challenge("a released item is changed on an approved request", "pass", late, released=True),
        challenge(
            "a released item is changed before the request was approved", "fail", linked, released=True
        ),
        challenge(
            "a commit claims a time that has not come, to be later than the approval",
            "fail",
            Committed("Stop sooner", ("Change: CR-1",), motor, minutes_after_decisions=60),
            released=True,
        ),
        challenge(
            "a build had the commit before the request was approved, whatever time it claims",
            "fail",
            msgspec.structs.replace(late, built_before_decisions=True),
            released=True,
        ),
        challenge(
            "a trailer names an item that an existing one's ID begins",
            "fail",
            Committed("Stop sooner", ("Implements: REQ-1-2",), motor),
        ),
        challenge(
            "a released item is changed without a change request",
            "fail",
            Committed("x", ("Implements: REQ-1",), motor, minutes_after_decisions=5),
            released=True,
        ),
        challenge(
            "nobody approved the change request", "fail", late, released=True, decisions=SOUND.decisions
        ),
        Challenge(
            "the change request was approved and then rejected",
            "fail",
            but(
                items=items.replace(b"status: approved", b"status: rejected"),
                commits=(late,),
                released=True,
                decisions=approved,
            ),
            unit,
        ),
        *_changed_requests(items, late, approval),
    )


def _changed_requests(items: bytes, late: Committed, approval: SignedDecision) -> tuple[Challenge, ...]:
    """An approval is of one text of one request, and of nothing that is closed."""
    settings: dict[str, str | int | bool] = {"to": "software_unit", "approved": True}
    second = (
        b"- {id: CR-2, type: change_request, title: And later, links: {affects: [REQ-1]},"
        b" fields: {status: approved}}\n"
    )
    both = msgspec.structs.replace(late, trailers=(*late.trailers, "Change: CR-2"))
    closure = SignedDecision(
        "close",
        "change_request",
        "CR-1",
        {"results": "All system tests passed.", "communication": "Nobody: it was not released."},
        signers=((*QUALITY, "closed"),),
    )

    def world(
        judged: bytes, *decisions: SignedDecision, made: Committed = late, read: bytes = items
    ) -> World:
        return but(
            items=read,
            judged_items=judged,
            commits=(made,),
            released=True,
            decisions=(*SOUND.decisions, approval, *decisions),
        )

    return (
        Challenge(
            "the change request says something else than was approved",
            "fail",
            world(items.replace(b"Stop sooner", b"Stop sooner or later")),
            settings,
        ),
        Challenge(
            "an approved change request is said to be implemented",
            "pass",
            world(items.replace(b"status: approved", b"status: implemented")),
            settings,
        ),
        Challenge(
            "one of two change requests is not approved",
            "fail",
            world(b"", made=both, read=items + second),
            settings,
        ),
        Challenge("the change request was closed before the commit", "fail", world(b"", closure), settings),
    )


CHECK = Check(
    "commits", "3", "Commits linked and approved", ("8.2.1", "8.2.2", "8.2.4", "5.1.1"), evaluate, challenges
)

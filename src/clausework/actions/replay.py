"""replay: judges a recorded verdict's facts again, by its plan and policies out of the ledger (principle 9; 8.1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from clausework.actions.matters import find_record
from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused, UsageFault
from clausework.gates.folding import read_facts
from clausework.gates.stage import evaluate_stage
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.gates import CheckVerdict, Verdict
from clausework.ledger.records.release import ReleaseGate
from clausework.plan.effective import effective_stages
from clausework.plan.load import load_plan
from clausework.release.facts import read_release_facts
from clausework.release.gate import evaluate_conditions

Same = Literal["same", "other_version", "differs"]


class NoVerdict(UsageFault):
    """A record that is to be replayed is no verdict."""

    hint = "'clausework gate' shows the number of each verdict that it records."


class ReplayDiffers(Refused):
    """From the recorded facts another verdict follows than was recorded."""

    hint = (
        "Where the check has another version here, replay with the version of Clausework that the record names."
        " Else the verdict was not made from these facts: 'clausework verify', and tell quality."
    )


class ReplayedCheck(msgspec.Struct, frozen=True):
    """A check of the verdict: what was recorded, what follows now, each with the version of the check or engine.

    ``outcome`` is ``same`` where both say the same in every word; ``other_version`` where another version of the check
    comes to the same outcome; else it ``differs``.
    """

    check: str
    outcome: Same
    recorded: str
    recorded_version: str
    follows: str
    version: str


class Replayed(msgspec.Struct, frozen=True):
    """A recorded verdict judged again, check by check: of which stage, from which facts, by which plan (digests)."""

    index: int
    stage: str
    recorded: str
    facts: str
    plan: str
    software: str
    checks: tuple[ReplayedCheck, ...]

    @property
    def follows(self) -> bool:
        """Whether each check comes to what was recorded."""
        return all(one.outcome != "differs" for one in self.checks)


def replay(workplace: Workplace, name: str) -> Replayed:
    """Judge the verdict that is record ``name`` again, from what the ledger holds of it; nothing is recorded.

    Raises ``RecordNotFound``, ``NoVerdict``, and ``IntegrityViolated`` where facts, plan or a policy are not whole.
    """
    snapshot = workplace.snapshot()
    record = find_record(snapshot, name)
    body = record.body
    if isinstance(body, Verdict):
        stage, plan, recorded = body.stage, body.plan, body.checks
        now = _stage_again(workplace, body)
    elif isinstance(body, ReleaseGate):
        stage, plan, recorded = "release", _plan_of(snapshot, body), body.conditions
        now = evaluate_conditions(read_release_facts(workplace.ledger.read_blob(body.facts.sha256)))
    else:
        raise NoVerdict(f"#{record.index} is no verdict of a gate.")
    checks = _compared(recorded, now)
    return Replayed(record.index, stage, body.outcome, body.facts.sha256, plan, body.made.software, checks)


def refuse_unless_same(replayed: Replayed) -> None:
    """Raise ``ReplayDiffers`` where a check does not come to what was recorded."""
    others = [one.check for one in replayed.checks if one.outcome == "differs"]
    if others:
        raise ReplayDiffers(
            f"From its facts, verdict #{replayed.index} of {replayed.stage} does not follow: {', '.join(others)}."
        )


def _stage_again(workplace: Workplace, verdict: Verdict) -> tuple[CheckVerdict, ...]:
    read_blob = workplace.ledger.read_blob
    plan = load_plan(read_blob(verdict.plan), f"plan {verdict.plan[:12]}")
    facts = read_facts(read_blob(verdict.facts.sha256))
    stages = [one for one in effective_stages(plan, verdict.software_item) if one.name == verdict.stage]
    return evaluate_stage(stages[0], facts, read_blob) if stages else ()


def _plan_of(snapshot: Snapshot, gate: ReleaseGate) -> str:
    plan: str = snapshot.records[gate.candidate.index].body.plan
    return plan


def _compared(recorded: Sequence[CheckVerdict], now: Sequence[CheckVerdict]) -> tuple[ReplayedCheck, ...]:
    follows = {one.check: one for one in now}
    before = {one.check: one for one in recorded}
    return tuple(
        _check(name, before.get(name), follows.get(name)) for name in dict.fromkeys([*before, *follows])
    )


def _check(name: str, before: CheckVerdict | None, now: CheckVerdict | None) -> ReplayedCheck:
    if before is None or now is None:
        one = before or now
        version, outcome = (one.version, one.outcome) if one else ("", "")
        recorded, follows = (outcome, "") if before else ("", outcome)
        return ReplayedCheck(
            name, "differs", recorded, version if before else "", follows, version if now else ""
        )
    same: Same = "same" if before == now else "differs"
    if same == "differs" and before.version != now.version and before.outcome == now.outcome:
        same = "other_version"
    return ReplayedCheck(name, same, before.outcome, before.version, now.outcome, now.version)

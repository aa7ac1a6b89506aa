"""What became of a plan's thresholds from one approved plan to the next (clauses 5.1.2, 5.1.6, 5.5.3).

Only what still stands is told: a threshold that was raised again, or a check that came back, is no finding any more.
Software items are compared one by one, so that a lower safety class shows as what it takes away.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import msgspec

from clausework.gates.plan_finding import PlanFinding, plan_finding
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.values import Ratio
from clausework.plan.checks import CHECKS, Choice, SettingKind, SettingValue, Switch, WholeNumber
from clausework.plan.defence import Defence
from clausework.plan.effective import CheckUse, effective_stages
from clausework.plan.model import Plan, software_items
from clausework.plan.profiles import check_profile

QUALITY = "quality"

RED = frozenset({"fail", "deviation"})
"""Outcomes of a check that failed, be it that a deviation covered it."""
_ANY_CHANGE = Choice(())
"""How a setting that only a team's own check knows is compared: whether another value is laxer cannot be told."""


class PlanVersion(msgspec.Struct, frozen=True):
    """A plan, the record from which it is in force and that record's time, empty where nobody approved it yet."""

    sha256: str
    plan: Plan
    since: int
    at: str


class PastCheck(msgspec.Struct, frozen=True):
    """What a check of a stage said of a software item in a recorded verdict."""

    record: int
    software_item: str
    stage: str
    verdict: CheckVerdict


class Use(msgspec.Struct, frozen=True):
    """A check as a stage asks it of a software item, and the class for which it is."""

    software_item: str
    stage: str
    use: CheckUse

    @property
    def name(self) -> str:
        """The check as a person names it."""
        return f"{self.stage}.{self.use.name}"


Measured = Mapping[str, tuple[Ratio, ...]]
"""By setting, what was measured: a share of 100 is ``Ratio(c, t)``, a plain number ``Ratio(n, 1)``."""

Measure = Callable[[PlanVersion, Use], Measured]
"""Returns what a check measured of a software item when the plan came into force."""


def history_findings(
    history: Sequence[PlanVersion], past: Sequence[PastCheck], measure: Measure
) -> tuple[PlanFinding, ...]:
    """Return what became laxer, was set to what was measured, or vanished, and stands in the last plan."""
    if not history:
        return ()
    current = asked_by(history[-1].plan)
    found: dict[str, PlanFinding] = {}
    for before, after in pairwise(history):
        old, new = asked_by(before.plan), asked_by(after.plan)
        for one in (
            *_vanished(old, new, current, after),
            *_lowered(old, new, current, after, past),
            *_within_a_hair(old, new, current, after, measure),
        ):
            found[one.id] = one
    return tuple(found.values())


Key = tuple[str, str, str]


def asked_by(plan: Plan) -> dict[Key, Use]:
    """Return the checks that ``plan`` asks, by software item, stage and check; what does not apply is not asked."""
    return {
        (item.id, stage.name, use.name): Use(item.id, stage.name, use)
        for item in software_items(plan)
        for stage in effective_stages(plan, item.id)
        for use in stage.checks
        if not use.not_applicable
    }


def _vanished(
    old: Mapping[Key, Use], new: Mapping[Key, Use], current: Mapping[Key, Use], after: PlanVersion
) -> Iterator[PlanFinding]:
    """Tell software items, stages and checks that are asked no more, each once, the largest that vanished whole."""
    gone = [key for key in old if key not in new and key not in current]
    told: set[tuple[str, ...]] = set()
    for item, stage, check in gone:
        what, said = (item, stage, check), f"the check {stage}.{check} of {item} is asked no more"
        if not any(key[:2] == (item, stage) for key in current):
            what, said = (item, stage, ""), f"the stage '{stage}' of {item} is asked no more"
        if not any(key[0] == item for key in current):
            what, said = (
                (item, "", ""),
                f"the software item '{item}' is in the plan no more, with all its checks",
            )
        if what not in told:
            told.add(what)
            yield plan_finding(
                "vanished",
                (*what, after.sha256),
                f"{said}, since plan {after.sha256[:12]}",
                records=_records(after),
                since=after.at,
                owners=_owners(_because(after.plan, item, stage, check)),
            )


def _lowered(
    old: Mapping[Key, Use],
    new: Mapping[Key, Use],
    current: Mapping[Key, Use],
    after: PlanVersion,
    past: Sequence[PastCheck],
) -> Iterator[PlanFinding]:
    """Tell settings that were made laxer after the check had failed under a stricter one."""
    for key in old.keys() & new.keys() & current.keys():
        check = key[2]
        for setting, before in old[key].use.settings.items():
            now = new[key].use.settings.get(setting)
            kind = kind_of(check, setting)
            if not _laxer(kind, now, before) or not _laxer(
                kind, current[key].use.settings.get(setting), before
            ):
                continue
            failed = _failed_under_stricter(past, key, setting, now, after.since)
            if failed is None:
                continue
            said = (
                f"{new[key].name}.{setting} of {key[0]} was lowered from {_shown(before)} to {_shown(now)} by plan"
                f" {after.sha256[:12]}, after it had failed under the stricter one (#{failed})"
            )
            yield plan_finding(
                "lowered",
                (*key, setting, str(before), str(now), after.sha256, failed),
                said,
                records=(failed, *_records(after)),
                since=after.at,
                owners=_owners(new[key].use.because),
            )


def _failed_under_stricter(
    past: Sequence[PastCheck], key: Key, setting: str, now: SettingValue | None, before: int
) -> int | None:
    """Return the newest verdict before record ``before`` in which the check failed, asked for more than ``now``."""
    kind = kind_of(key[2], setting)
    for one in reversed(past):
        if one.record >= before or (one.software_item, one.stage, one.verdict.check) != key:
            continue
        asked = read_setting(kind, one.verdict.settings.get(setting))
        if one.verdict.outcome in RED and asked is not None and _laxer(kind, now, asked):
            return one.record
    return None


def _within_a_hair(
    old: Mapping[Key, Use],
    new: Mapping[Key, Use],
    current: Mapping[Key, Use],
    after: PlanVersion,
    measure: Measure,
) -> Iterator[PlanFinding]:
    """Tell thresholds that the plan set to what was measured when it came into force."""
    for key in new.keys() & current.keys():
        for setting, value in new[key].use.settings.items():
            before = old[key].use.settings.get(setting) if key in old else None
            kind = kind_of(key[2], setting)
            if (
                not isinstance(kind, WholeNumber)
                or value in {before, _default(new[key], setting)}
                or current[key].use.settings.get(setting) != value
            ):
                continue
            for ratio in measure(after, new[key]).get(setting, ()):
                if within_a_hair(kind, int(value), ratio):
                    yield plan_finding(
                        "hair",
                        (*key, setting, str(value), after.sha256),
                        f"{new[key].name}.{setting} of {key[0]} was set to {value} by plan {after.sha256[:12]}, when"
                        f" {_measured(ratio)} was measured",
                        records=_records(after),
                        since=after.at,
                        owners=_owners(new[key].use.because),
                    )
                    break


def within_a_hair(kind: WholeNumber, value: int, measured: Ratio) -> bool:
    """Tell whether a threshold is what was measured: to one point of a share of 100, or exactly a plain number.

    The strictest value that there is cannot be asked any stricter, whatever was measured.
    """
    if value == (kind.most if kind.higher_is_stricter else kind.least) or not measured.total:
        return False
    if measured.total == 1:
        return value == measured.covered
    return abs(measured.covered * 100 - value * measured.total) <= measured.total


def kind_of(check: str, setting: str) -> SettingKind:
    """Return how a setting's values compare; those of a team's own check do not."""
    return CHECKS.get(check, {}).get(setting, _ANY_CHANGE)


def read_setting(kind: SettingKind, recorded: str | None) -> SettingValue | None:
    """Return a setting as a verdict recorded it; ``None`` where it was not asked or is no value any more."""
    if recorded is None:
        return None
    value: SettingValue = recorded
    if isinstance(kind, WholeNumber) and recorded.lstrip("-").isdecimal():
        value = int(recorded)
    elif isinstance(kind, Switch):
        value = recorded.lower() == "true"
    return value if kind is _ANY_CHANGE or kind.takes(value) else None


def _laxer(kind: SettingKind, value: SettingValue | None, than: SettingValue) -> bool:
    return value is None or kind.is_laxer(value, than)


def _default(use: Use, setting: str) -> SettingValue | None:
    """Return the built-in default that the value may be, where the stage is built in: nobody chose it then."""
    profile = check_profile(use.stage, use.use.name)
    return None if profile is None or setting in use.use.changed else use.use.settings.get(setting)


def _because(plan: Plan, item: str, stage: str, check: str) -> Defence | None:
    """Return the defence with which ``plan`` takes a check out; none where it does not even name it."""
    for planned in (
        effective_stages(plan, item) if any(one.id == item for one in software_items(plan)) else ()
    ):
        for use in planned.checks:
            if (planned.name, use.name) == (stage, check):
                return use.because
    return None


def _owners(because: Defence | None) -> tuple[str, ...]:
    return (because.owner,) if because else (QUALITY,)


def _records(after: PlanVersion) -> tuple[int, ...]:
    return (after.since,) if after.at else ()


def _shown(value: SettingValue | None) -> str:
    if value is None:
        return "nothing"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text[:12] if len(text) == 64 else text


def _measured(ratio: Ratio) -> str:
    return str(ratio.covered) if ratio.total == 1 else str(ratio)

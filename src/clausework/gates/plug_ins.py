"""Checks that installed packages add by the entry point ``clausework.checks``; a stage names them ``plug-in:NAME``.

A plug-in's verdict is recorded under its package's name and version, and counts once its own challenges hold. It runs
in a process of its own: one that cannot be loaded, breaks or ends its process, never ends, or says what no check may
say is ``not_evaluated``, never a crash and never a pass.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

import msgspec

from clausework.gates.apart import RanAway, run_apart
from clausework.gates.challenge import Challenge
from clausework.gates.check import Check, Judgement, Setting, Settings, not_evaluated
from clausework.gates.facts import Facts
from clausework.gates.folding import facts_document, read_facts
from clausework.plan.policies import plug_in_named
from clausework.standards import UnknownClause, clauses_under

GROUP = "clausework.checks"

SECONDS = 60
"""In which a plug-in must have run its challenges and answered."""

_SAYS = frozenset({"pass", "fail", "not_evaluated"})
_Returned = TypeVar("_Returned")


class PlugInSaid(msgspec.Struct, frozen=True):
    """What the check of an installed package says: the package with its version, and the check's own with it.

    ``fault`` is why no verdict of it counts; ``judgement`` what it says of the facts, where it was asked about some.
    """

    name: str
    package: str
    version: str = ""
    clauses: tuple[str, ...] = ()
    fault: str = ""
    judgement: Judgement | None = None


class PlugInBroke(Exception):
    """What a plug-in's code raised, in words; told as a reason, and never raised out of this file."""


def plug_in(name: str) -> PlugInSaid:
    """Return the check that a stage names ``plug-in:NAME``, proven by its challenges; never raises."""
    return _plug_in(name, None, ())


def judge_by_plug_in(name: str, facts: Facts, settings: Settings) -> PlugInSaid:
    """Return what the check says of ``facts``, once its challenges hold; else it is ``not_evaluated``. Never raises."""
    said = _plug_in(name, facts_document(facts), tuple(settings.items()))
    return msgspec.structs.replace(
        said, judgement=said.judgement or _unusable(said.name, said.package, said.fault)
    )


@functools.lru_cache(maxsize=16)
def _plug_in(name: str, document: bytes | None, settings: tuple[tuple[str, Setting], ...]) -> PlugInSaid:
    """Load, prove and ask the check in a process of its own: whatever it does there, the gate goes on."""
    wanted = plug_in_named(name)
    points = tuple(entry_points(group=GROUP, name=wanted))
    packages = sorted({_package(point) for point in points})
    if not points:
        return PlugInSaid(name, "", fault=f"no installed package has a check '{wanted}'")
    if len(packages) > 1 or len(points) > 1:
        return PlugInSaid(name, "", fault=f"several packages have a check '{wanted}': {', '.join(packages)}")
    try:
        answer = run_apart(
            lambda: msgspec.json.encode(_said(name, points[0], document, settings)), seconds=SECONDS
        )
        return msgspec.json.decode(answer, type=PlugInSaid)
    except (RanAway, msgspec.DecodeError) as error:
        return PlugInSaid(name, packages[0], packages[0], fault=str(error))


def _said(
    name: str, point: EntryPoint, document: bytes | None, settings: tuple[tuple[str, Setting], ...]
) -> PlugInSaid:
    package = _package(point)
    try:
        check = _loaded(point)
    except PlugInBroke as error:
        return PlugInSaid(name, package, package, fault=str(error))
    said = PlugInSaid(name, package, f"{check.version} ({package})", check.clauses, _unproven(check))
    if said.fault or document is None:
        return said
    try:
        judgement = _asked(check, read_facts(document), dict(settings))
    except PlugInBroke as error:
        return msgspec.structs.replace(said, fault=str(error))
    return msgspec.structs.replace(said, judgement=judgement)


def _unproven(check: Check) -> str:
    """Return why the plug-in's verdict does not count, a challenge that does not hold among others; else nothing."""
    from clausework.gates.proving import (
        facts_of,
    )  # reads, signs and folds: a gate without plug-ins need not load it

    try:
        challenges = _guarded(check.challenges)
        if not isinstance(challenges, tuple) or not all(isinstance(one, Challenge) for one in challenges):
            return "its challenges are no tuple of Challenge"
        expected = {one.expects for one in challenges}
        if "pass" not in expected or not expected & {"fail", "not_evaluated"}:
            return "it brings no challenge that must pass and one that must be refused"
        for one in challenges:
            facts = _guarded(functools.partial(facts_of, one.world))
            if why := _not_as_expected(check, one, facts):
                return why
    except PlugInBroke as error:
        return f"its challenges cannot be run: {error}"
    return ""


def _not_as_expected(check: Check, challenge: Challenge, facts: Facts) -> str:
    try:
        came = _asked(check, facts, challenge.settings)
        outcome, why = came.outcome, came.reasons[0].message
    except PlugInBroke as error:
        outcome, why = "not_evaluated", str(error)
    if outcome == challenge.expects:
        return ""
    return f"its challenge '{challenge.name}' must come to {challenge.expects}, not {outcome}: {why}"


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _loaded(point: EntryPoint) -> Check:
    """Return the check that the package offers; raises ``PlugInBroke``."""
    try:
        check = _guarded(point.load)
    except PlugInBroke as error:
        raise PlugInBroke(f"it cannot be loaded: {error}") from error
    if not isinstance(check, Check):
        raise PlugInBroke("it is no clausework.gates.check.Check")
    try:
        msgspec.convert([check.name, check.version, check.title, *check.clauses], tuple[str, ...])
        cited = [one for clause in check.clauses for one in clauses_under(clause)]
    except (msgspec.ValidationError, TypeError) as error:
        raise PlugInBroke(f"its name, version, title and clauses are no texts: {error}") from error
    except UnknownClause as error:
        raise PlugInBroke(error.message) from error
    if not cited:
        raise PlugInBroke("it serves no clause")
    return check


def _asked(check: Check, facts: Facts, settings: Settings) -> Judgement:
    """Return what the check says of ``facts``; raises ``PlugInBroke`` for what no check may say."""
    try:
        said: object = _guarded(lambda: check.evaluate(facts, dict(settings)))
    except PlugInBroke as error:
        raise PlugInBroke(f"it broke: {error}") from error
    if not isinstance(said, Judgement):
        raise PlugInBroke(f"it answers with {type(said).__name__}, not with a Judgement")
    try:
        judgement = msgspec.convert(msgspec.to_builtins(said), Judgement)
    except (msgspec.ValidationError, TypeError, RecursionError) as error:
        raise PlugInBroke(f"its answer is not as it should be: {error}") from error
    if judgement.outcome not in _SAYS:
        raise PlugInBroke(f"it says {judgement.outcome}, which is not a check's to say")
    if not any(reason.message.strip() for reason in judgement.reasons):
        raise PlugInBroke(f"it says {judgement.outcome} and not what it saw")
    return judgement


def _guarded(call: Callable[[], _Returned]) -> _Returned:
    """Return what ``call`` returns; whatever it raises, an exit of the whole program too, is a ``PlugInBroke``."""
    try:
        return call()
    except BaseException as error:
        raise PlugInBroke(f"{type(error).__name__}: {error}"[:300]) from error


def _unusable(name: str, package: str, why: str) -> Judgement:
    of = f" of {package}" if package else ""
    return not_evaluated(
        f"the check {name}{of}: {why}",
        command="install a version of the package that fits, then clausework gate",
    )

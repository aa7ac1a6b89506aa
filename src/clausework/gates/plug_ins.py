"""Checks that installed packages add by the entry point ``clausework.checks``; a stage names them ``plug-in:NAME``.

A plug-in's verdict is recorded under its package's name and version, and counts once its own challenges hold. One that
cannot be loaded, breaks, or says what no check may say is ``not_evaluated``, never a crash and never a pass.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points
from typing import TypeVar

import msgspec

from clausework.gates.challenge import Challenge
from clausework.gates.check import Check, Judgement, Settings, not_evaluated
from clausework.gates.facts import Facts
from clausework.gates.folding import facts_document, read_facts
from clausework.plan.policies import plug_in_named
from clausework.standards import UnknownClause, clauses_under

GROUP = "clausework.checks"

_SAYS = frozenset({"pass", "fail", "not_evaluated"})
_Returned = TypeVar("_Returned")


class PlugInCheck(msgspec.Struct, frozen=True):
    """A check of an installed package: the package's name and version, and the check, or why there is none."""

    name: str
    package: str
    check: Check | None
    fault: str = ""

    @property
    def version(self) -> str:
        """What the verdict is recorded under: the check's own version, and the package with its."""
        return f"{self.check.version} ({self.package})" if self.check else self.package


class PlugInBroke(Exception):
    """What a plug-in's code raised, in words; told as a reason, and never raised out of this file."""


@functools.cache
def plug_in_check(name: str) -> PlugInCheck:
    """Return the check that a stage names ``plug-in:NAME``; never raises."""
    wanted = plug_in_named(name)
    points = tuple(entry_points(group=GROUP, name=wanted))
    packages = sorted({_package(point) for point in points})
    if not points:
        return PlugInCheck(name, "", None, f"no installed package has a check '{wanted}'")
    if len(packages) > 1 or len(points) > 1:
        return PlugInCheck(name, "", None, f"several packages have a check '{wanted}': {', '.join(packages)}")
    return _load(name, points[0])


def judge_by_plug_in(found: PlugInCheck, facts: Facts, settings: Settings) -> Judgement:
    """Return what the plug-in's check says of ``facts``, once its challenges hold; else ``not_evaluated``."""
    fault = found.fault or unproven(found)
    if fault or found.check is None:
        return _unusable(found, fault)
    return _asked(found, found.check, facts, settings)


@functools.cache
def unproven(found: PlugInCheck) -> str:
    """Return why the plug-in's verdict does not count, a challenge that does not hold among others; else nothing."""
    if found.check is None:
        return found.fault
    from clausework.gates.proving import (
        facts_of,
    )  # reads, signs and folds: a gate without plug-ins need not load it

    check = found.check
    try:
        challenges = _guarded(check.challenges)
        if not isinstance(challenges, tuple) or not all(isinstance(one, Challenge) for one in challenges):
            return "its challenges are no tuple of Challenge"
        expected = {one.expects for one in challenges}
        if "pass" not in expected or not expected & {"fail", "not_evaluated"}:
            return "it brings no challenge that must pass and one that must be refused"
        for one in challenges:
            came = _asked(found, check, _guarded(functools.partial(facts_of, one.world)), one.settings)
            if came.outcome != one.expects:
                why = came.reasons[0].message if came.reasons else "it gives no reason"
                return f"its challenge '{one.name}' must come to {one.expects}, not {came.outcome}: {why}"
    except PlugInBroke as error:
        return f"its challenges cannot be run: {error}"
    return ""


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _load(name: str, point: EntryPoint) -> PlugInCheck:
    package = _package(point)
    try:
        check = _guarded(point.load)
    except PlugInBroke as error:
        return PlugInCheck(name, package, None, f"it cannot be loaded: {error}")
    if not isinstance(check, Check):
        return PlugInCheck(name, package, None, "it is no clausework.gates.check.Check")
    try:
        msgspec.convert([check.name, check.version, check.title, *check.clauses], tuple[str, ...])
        cited = [one for clause in check.clauses for one in clauses_under(clause)]
    except (msgspec.ValidationError, TypeError) as error:
        return PlugInCheck(name, package, None, f"its name, version, title and clauses are no texts: {error}")
    except UnknownClause as error:
        return PlugInCheck(name, package, None, error.message)
    if not cited:
        return PlugInCheck(name, package, None, "it serves no clause")
    return PlugInCheck(name, package, check)


def _asked(found: PlugInCheck, check: Check, facts: Facts, settings: Settings) -> Judgement:
    """Ask the check about a copy of the facts: what it does to them does not reach another check."""
    copy = read_facts(facts_document(facts))
    try:
        said: object = _guarded(lambda: check.evaluate(copy, dict(settings)))
        if not isinstance(said, Judgement):
            return _unusable(found, f"it answers with {type(said).__name__}, not with a Judgement")
        judgement = msgspec.convert(msgspec.to_builtins(said), Judgement)
    except PlugInBroke as error:
        return _unusable(found, f"it broke: {error}")
    except (msgspec.ValidationError, TypeError, RecursionError) as error:
        return _unusable(found, f"its answer is not as it should be: {error}")
    if judgement.outcome not in _SAYS:
        return _unusable(found, f"it says {judgement.outcome}, which is not a check's to say")
    if not any(reason.message.strip() for reason in judgement.reasons):
        return _unusable(found, f"it says {judgement.outcome} and not what it saw")
    return judgement


def _guarded(call: Callable[[], _Returned]) -> _Returned:
    """Return what ``call`` returns; whatever it raises, an exit of the whole program too, is a ``PlugInBroke``.

    What it prints goes to standard error: results of Clausework's commands stand alone on standard output.
    """
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return call()
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise PlugInBroke(f"{type(error).__name__}: {error}"[:300]) from error


def _unusable(found: PlugInCheck, why: str) -> Judgement:
    package = f" of {found.package}" if found.package else ""
    return not_evaluated(
        f"the check {found.name}{package}: {why}",
        command="install a version of the package that fits, then clausework gate",
    )

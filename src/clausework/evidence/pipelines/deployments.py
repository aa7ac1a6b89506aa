"""Rules on deployments: none without an admission before it, none after a failure (clause 5.8.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from clausework.core.places import Place
from clausework.evidence.pipelines.commands import Words, is_admission, is_deploying_action, is_deployment
from clausework.evidence.pipelines.failures import short, told_step
from clausework.evidence.pipelines.model import Definition, Job, Said, Step
from clausework.evidence.pipelines.rules import Found
from clausework.evidence.pipelines.shell import read_script

_WHATEVER_HAPPENED = re.compile(
    r"\balways\b|\bfailure\s*\(|\bcancelled\s*\(|\bfailed\s*\(|succeededOrFailed|\bon_failure\b|\bunstable\b"
    r"|\bnotBuilt\b|\bcleanup\b|\bunsuccessful\b",
    re.IGNORECASE,
)
_ASKS_FOR_SUCCESS = re.compile(r"==\s*'(?:success|Succeeded)'|\bsucceeded\s*\(\s*'")
_EITHER = re.compile(r"\|\||\bor\s*\(")
_NEGATED = re.compile(r"!\s*(?:cancelled|failure|failed)\s*\(\s*\)")
_PRODUCTION = re.compile(r"prod|live\b|clinical|customer|field\b|release", re.IGNORECASE)

_PUSH = re.compile(r"push: (?!false\b|no\b|$)|outputs: .*(?:type=registry|push=true)", re.IGNORECASE)
_DRIVER = re.compile(
    r"docker(?:compose)?|kubernetes(?:manifest)?|universalpackages|nugetcommand|npm", re.IGNORECASE
)
_PUSHING_COMMAND = re.compile(
    r"(?:command|action): .*(?:push|deploy|promote|apply|patch|set|publish)", re.IGNORECASE
)


class Deployment(msgspec.Struct, frozen=True):
    """A place of a job that deploys: the step and the command, or the job as a whole."""

    job: Job
    step: Step | None
    what: str
    place: Place


def deployments(definition: Definition, known: Words) -> Iterator[Deployment]:
    """Yield each deploying command and action; of a job that only says that it deploys, the job."""
    for job in definition.jobs:
        found = False
        for step in job.all():
            for what, place in _deploying(step, known):
                found = True
                yield Deployment(job, step, what, place)
        named = job.environment in known.environments or _PRODUCTION.search(job.environment)
        if not found and (job.deploys or named) and not _admits(job, known):
            yield Deployment(job, None, f"environment {job.environment or 'of a deployment job'}", job.place)


def find_deployments(definition: Definition, known: Words) -> Iterator[Found]:
    """Yield deployments that nothing admitted before, and those that run whatever failed."""
    before = _Before(definition.jobs)
    for one in deployments(definition, known):
        about = (one.what, *map(told_step, one.job.all()), *one.job.after)
        conditions = (*one.job.only_if, *(one.step.only_if if one.step else ()))
        if not _admitted(one, before, known):
            yield Found("deploy-without-admission", one.place, f"'{one.what}'", about, one.job.id)
        for said in conditions:
            if runs_after_failure(said.text):
                message = f"'{short(said.text)}' on '{one.what}'"
                yield Found("deploy-after-failure", said.place, message, about, one.job.id)


def runs_after_failure(condition: str) -> bool:
    """Tell whether the condition lets something run although what stands before it failed."""
    bare = _NEGATED.sub("always", condition)
    asks = _ASKS_FOR_SUCCESS.search(condition) and not _EITHER.search(condition)
    return _WHATEVER_HAPPENED.search(bare) is not None and not asks


def _deploying(step: Step, known: Words) -> Iterator[tuple[str, Place]]:
    if step.action and not step.inner and (is_deploying_action(step.action) or _pushes(step)):
        yield step.action, step.place
    called = [one.name for one in step.inner if one.name]  # a script that is read is judged by what it does
    for command in read_script(step.script, step.shell):
        if is_deployment(command.text, known) and not any(name in command.text for name in called):
            yield short(command.text), command.place


def _pushes(step: Step) -> bool:
    """Tell by its inputs whether an action that builds, or that drives a cluster, pushes or applies too."""
    given = [said.text for said in step.inputs]
    if "build" in step.action.lower() and any(map(_PUSH.match, given)):
        return True
    return _DRIVER.fullmatch(step.action) is not None and any(map(_PUSHING_COMMAND.match, given))


def _admits(job: Job, known: Words) -> bool:
    return any(True for _ in _admissions(job.all(), _released(job, known)))


def _released(job: Job, known: Words) -> str:
    """Return the environment that the job is for, where that takes a signed release alone; empty otherwise."""
    return job.environment if job.environment in known.environments else ""


def _admitted(one: Deployment, before: _Before, known: Words) -> bool:
    """Tell whether an admission that must have succeeded stands before a deployment, to the same environment."""
    wanted = _released(one.job, known)
    own = (*one.job.only_if, *(one.step.only_if if one.step else ()))
    here = any(
        _subset(step.only_if, own) and one.step is not None and _before(one, step, place)
        for step, place in _admissions(one.job.all(), wanted)
    )
    return here or before.admitted(one.job, wanted)


class _Before:
    """What has run before a job: which jobs admit, to which environment, is found out once."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = {job.id: job for job in jobs}
        self.admitting: dict[str, frozenset[str]] = {}

    def admitted(self, job: Job, environment: str) -> bool:
        """Tell whether a job that must have succeeded before ``job`` asks for admission to ``environment``."""
        admitting = self.to(environment)
        seen: set[str] = set()
        waiting = list(job.after)
        while waiting:
            name = waiting.pop()
            if name in seen or name not in self.jobs:
                continue
            seen.add(name)
            if name in admitting:
                return True
            waiting.extend(() if _goes_on(self.jobs[name]) else self.jobs[name].after)
        return False

    def to(self, environment: str) -> frozenset[str]:
        if environment not in self.admitting:
            self.admitting[environment] = frozenset(
                name
                for name, job in self.jobs.items()
                if not _goes_on(job)
                and any(not step.only_if for step, _ in _admissions(job.all(), environment))
            )
        return self.admitting[environment]


def _goes_on(job: Job) -> bool:
    """Tell whether what waits for the job goes on although something before it, or in it, failed."""
    return job.tolerated is not None or any(runs_after_failure(said.text) for said in job.only_if)


def _admissions(steps: Iterator[Step], environment: str = "") -> Iterator[tuple[Step, Place]]:
    """Yield the admissions, to ``environment`` where one is named, whose failure ends the job."""
    for step in steps:
        if step.tolerated or step.afterwards:
            continue
        for command in read_script(step.script, step.shell):
            fatal = not command.hidden and not command.ends_well and not command.under
            if is_admission(command.text) and fatal and environment in ("", *command.text.split()):
                yield step, command.place


def _before(one: Deployment, step: Step, place: Place) -> bool:
    order = list(one.job.all())
    if step is one.step or step == one.step:
        commands = [command.place for command in read_script(step.script, step.shell)]
        return commands.index(place) < commands.index(one.place) if one.place in commands else False
    return one.step is not None and order.index(step) < order.index(one.step)


def _subset(some: Sequence[Said], other: Sequence[Said]) -> bool:
    """Tell whether what has the conditions ``other`` runs only where what has ``some`` runs."""
    return {said.text for said in some} <= {said.text for said in other}

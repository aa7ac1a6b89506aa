"""Rules on failures that do not show: tolerated, hidden, ignored, overwritten (clauses 5.1.10; ISO 13485 4.1.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.evidence.pipelines.commands import (
    LONGEST,
    Words,
    ignores_failures,
    is_guarded,
    is_testing_action,
    records_only,
)
from clausework.evidence.pipelines.model import Definition, Job, Step
from clausework.evidence.pipelines.rules import Found
from clausework.evidence.pipelines.shell import ALTERNATIVE, PIPE, read_script

_NAMED_ANEW = re.compile(
    r"\bfunction\s+([\w.-]+)|(?:^|[;&{]\s*)\s*([\w.-]+)\s*\(\s*\)|\balias\s+(?:-\w+\s+)*([\w.-]+)="
    r"|(?:\b(?:ln|cp|mv|install|tee)\s.*|>\s*)/(clausework|pytest)[\"']?\s*$"
)
_SET_AS_PASSED = re.compile(r"##vso\[task\.complete\b[^\]]*result=Succeeded", re.IGNORECASE)

_RULE_OF = {ALTERNATIVE: "failure-hidden", PIPE: "failure-lost-in-pipe"}


def find_failures(definition: Definition, known: Words) -> Iterator[Found]:
    """Yield what lets a failure of tests or of Clausework pass unseen."""
    for job in definition.jobs:
        guarded = next((name for step in job.all() if (name := guarded_by(step, known))), "")
        if job.tolerated and guarded:
            what = f"'{job.tolerated.text}' on a job that runs '{guarded}'"
            about = tuple(map(told_step, job.all()))
            yield Found("failure-tolerated", job.tolerated.place, what, about, job.id)
        for step in job.all():
            yield from _step(job, step, known)
    for said in definition.overwritten:
        yield Found("result-overwritten", said.place, f"'{said.text}'", (said.text,))


def guarded_by(step: Step, known: Words) -> str:
    """Return the first command or action of the step by itself that tests or runs Clausework; empty: there is none."""
    if step.action and is_testing_action(step.action):
        return step.action
    commands = read_script(step.script, step.shell)
    return next((short(one.text) for one in commands if is_guarded(one.text, known)), "")


def told_step(step: Step) -> str:
    """Return all that a step says, in one text: what a review of a finding in it would read."""
    parts = [step.name, step.action, *(line.text for line in (*step.script, *step.inputs, *step.only_if))]
    return "\n".join([*parts, step.tolerated.text if step.tolerated else ""])


def short(text: str) -> str:
    """Return a command as one line that fits a message."""
    bare = " ".join(text.split())
    return bare if len(bare) <= 60 else f"{bare[:57]}..."


def _step(job: Job, step: Step, known: Words) -> Iterator[Found]:
    about = tuple(map(told_step, step.all()))
    guarded = next((name for one in step.all() if (name := guarded_by(one, known))), "")
    if step.tolerated and guarded and not _asked_later(job, step):
        said = f"'{step.tolerated.text}' on '{guarded}'"
        yield Found("failure-tolerated", step.tolerated.place, said, about, job.id)
    yield from _replaced(job, step, known, about)
    for command in read_script(step.script, step.shell):
        if not is_guarded(command.text, known):
            continue
        what = short(command.text)
        for hidden in command.hidden[:1]:
            rule = _RULE_OF.get(hidden.how, "failure-not-fatal")
            yield Found(rule, hidden.place, f"'{short(hidden.text)}' about '{what}'", about, job.id)
        if step.afterwards and not records_only(command.text):
            said = f"'{what}' runs when the outcome of the job is settled"
            yield Found("failure-not-fatal", command.place, said, about, job.id)
        if option := ignores_failures(command.text):
            yield Found("failures-ignored", command.place, f"'{option}' of '{what}'", about, job.id)


def _replaced(job: Job, step: Step, known: Words, about: tuple[str, ...]) -> Iterator[Found]:
    """Yield what puts something else in the place of a test or of Clausework, or sets the outcome by hand."""
    for line in step.script:
        for found in _NAMED_ANEW.finditer(line.text[:LONGEST]):
            name = next(filter(None, found.groups()))
            if is_guarded(name, known):
                said = f"'{name}' by '{short(line.text)}'"
                yield Found("command-replaced", line.place, said, about, job.id)
        if _SET_AS_PASSED.search(line.text[:LONGEST]):
            yield Found("result-overwritten", line.place, f"'{short(line.text)}'", about, job.id)


def _asked_later(job: Job, step: Step) -> bool:
    """Tell whether a later step of the job fails where this one did: its outcome is asked for, and ends a script."""
    if not step.key:
        return False
    asks = re.compile(rf"steps\.{re.escape(step.key)}\.outcome\b")
    behind = job.steps[job.steps.index(step) + 1 :] if step in job.steps else ()
    return any(
        any(asks.search(said.text) for said in (*one.only_if, *one.script))
        and any(re.search(r"\bexit\s+[1-9$]|\bfalse\b", line.text) for line in one.script)
        and not one.tolerated
        for one in behind
    )

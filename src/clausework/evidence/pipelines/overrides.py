"""Rules on switches by which tests and gates do not run at all (clauses 5.1.10; ISO 13485 4.1.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.evidence.pipelines.commands import Words, is_admission, is_guarded, records_only
from clausework.evidence.pipelines.deployments import deployments
from clausework.evidence.pipelines.failures import guarded_by, short, told_step
from clausework.evidence.pipelines.model import Definition, Job, Said, Step
from clausework.evidence.pipelines.rules import Found
from clausework.evidence.pipelines.shell import read_script

_SWITCH = re.compile(
    r"^\W*false\W*$|enabled: false|skip|bypass|overrid|\bforce|_force|no_?tests?\b|disable|emergency|hotfix"
    r"|without_?(?:tests?|gates?)|\b(?:run|do|with|enable|full)_?(?:\w+_?)??(?:tests?|gates?|checks?)\b"
    r"|(?:tests?|gates?|checks?)_?(?:on|enabled)\b|^\W*failure\s*\(",
    re.IGNORECASE,
)
_MESSAGE = re.compile(
    r"head_commit\.message|commits\[\d+\]\.message|CI_COMMIT_(?:MESSAGE|TITLE|DESCRIPTION)|SourceVersionMessage"
    r"|CI_MERGE_REQUEST_(?:TITLE|DESCRIPTION|LABELS)|pull_request\.(?:title|body|labels)|changelog\s"
)
_CHOSEN = re.compile(r"\b(?:github\.event\.)?inputs\.|\bparams\.|\bparameters\.|\$\[\[\s*inputs\.")

_SETTING = re.compile(
    r"\bvars\.|\bsecrets\.|event_name\s*!=\s*'(?:workflow|repository)_dispatch'"
    r"|\bgithub\.(?:triggering_)?actor\b(?!.*\[bot\])"
)
"""What is set in the forge, outside the definition, or tells who started the pipeline and how."""

_OWN_VARIABLE = re.compile(r"\$\{?(?!CI_|GITLAB_|CI\b)[A-Za-z_]\w*")
"""In GitLab: a variable that is not the forge's own word, so that who starts the pipeline may set it."""

_LEAVES_OUT = re.compile(
    r"^(?:skip|disable|no|ignore|without)[-_]?(?:\w+[-_])??(?:tests?|gates?|checks?|verif\w*|admission)\w*:"
    r"\s*(?!false\b|no\b|0\b|$)",
    re.IGNORECASE,
)


def find_overrides(definition: Definition, known: Words) -> Iterator[Found]:
    """Yield what leaves it to a person, a variable or a commit message whether tests or gates run."""
    deploying = {one.job.id for one in deployments(definition, known)}
    for job in definition.jobs:
        about = tuple(map(told_step, job.all()))
        yield from _left_out(job)
        guarded = next((name for step in job.all() if (name := _judging(step, known))), "")
        if not guarded:
            continue
        only_admits = job.id in deploying and all(_only_admits(step, known) for step in job.all())
        if job.by_hand and not only_admits:
            said = f"'{job.by_hand.text}' on a job that runs '{guarded}'"
            yield Found("gate-may-be-skipped", job.by_hand.place, said, about, job.id)
        if not only_admits:
            yield from _conditions(definition, job, job.only_if, guarded, about)
        for step in job.all():
            yield from _step(definition, job, step, known)


def _left_out(job: Job) -> Iterator[Found]:
    """Yield what tells an action or a workflow from elsewhere not to test."""
    for step in job.all():
        for given in step.inputs if step.action else ():
            if _LEAVES_OUT.match(given.text):
                said = f"'{short(given.text)}' given to '{step.action}'"
                yield Found("gate-may-be-skipped", given.place, said, (told_step(step),), job.id)


def _step(definition: Definition, job: Job, step: Step, known: Words) -> Iterator[Found]:
    about = tuple(map(told_step, step.all()))
    guarded = next((name for one in step.all() if (name := _judging(one, known))), "")
    if guarded:
        yield from _conditions(definition, job, step.only_if, guarded, about)
    for command in read_script(step.script, step.shell):
        for condition in command.under:
            judges = is_guarded(command.text, known) and not records_only(command.text)
            if judges and _switches(definition, condition.text):
                what = f"'{short(condition.text)}' on '{short(command.text)}'"
                yield Found("gate-may-be-skipped", condition.place, what, about, job.id)
        if command.ends_well and is_guarded(command.text, known) and not records_only(command.text):
            said = f"'{short(command.ends_well.text)}' before '{short(command.text)}'"
            yield Found("gate-may-be-skipped", command.ends_well.place, said, about, job.id)
            return


def _conditions(
    definition: Definition, job: Job, conditions: tuple[Said, ...], guarded: str, about: tuple[str, ...]
) -> Iterator[Found]:
    for said in conditions:
        chosen = definition.dispatch and _CHOSEN.search(said.text)
        own = definition.system == "gitlab-ci" and _OWN_VARIABLE.search(said.text)
        if chosen or own or _SETTING.search(said.text) or _switches(definition, said.text):
            message = f"'{short(said.text)}' on '{guarded}'"
            yield Found("gate-may-be-skipped", said.place, message, (*about, said.text), job.id)


def _switches(definition: Definition, condition: str) -> bool:
    """Tell whether a condition reads like a switch, or asks for what somebody chose or wrote in a message."""
    if _SWITCH.search(condition) or _MESSAGE.search(condition):
        return True
    return any(re.search(rf"(?:\$\{{?|\benv\.){re.escape(name)}\b", condition) for name in definition.chosen)


def _only_admits(step: Step, known: Words) -> bool:
    """Tell whether of all tests and judgements the step at most asks for admission: a deployment may be chosen."""
    commands = read_script(step.script, step.shell)
    return not (step.action and guarded_by(step, known)) and all(
        is_admission(one.text) or records_only(one.text) or not is_guarded(one.text, known)
        for one in commands
    )


def _judging(step: Step, known: Words) -> str:
    """Return the command of the step that tests or judges; empty where it at most records."""
    name = guarded_by(step, known)
    if not name or step.action:
        return name
    commands = read_script(step.script, step.shell)
    return next(
        (short(one.text) for one in commands if is_guarded(one.text, known) and not records_only(one.text)),
        "",
    )

"""Rules on what a pipeline brings in: pinned by digest, and not from whoever proposes it (clauses 5.1.10, 5.8.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from clausework.evidence.pipelines.commands import LONGEST, Words
from clausework.evidence.pipelines.failures import guarded_by, short, told_step
from clausework.evidence.pipelines.fetched import fetched_and_run
from clausework.evidence.pipelines.model import Definition, Job, Step
from clausework.evidence.pipelines.rules import Found
from clausework.evidence.pipelines.shell import read_script

_ONLY_A_VARIABLE = re.compile(
    r"^\s*(?:\$\{\{[^}]*\}\}|\$\[\[[^\]]*\]\]|\$\(\w+\)|\"?\$\{?[\w.]+\}?\"?(?:\s+\"?\$\S+)*|eval\s+.*\$.*)\s*$"
)
"""A line whose command something else holds: an input, a variable, what ``eval`` is given."""

_PROPOSED = re.compile(
    r"pull_request\.head|github\.head_ref|workflow_run\.head|refs/pull/|pull_request\.merge_commit_sha"
)


def find_brought_in(definition: Definition, known: Words) -> Iterator[Found]:
    """Yield what is not pinned, what is fetched and run at once, and proposed code that runs with secrets."""
    for remote in definition.remotes:
        if not remote.pinned:
            named = f"{remote.name}@{remote.ref}" if remote.ref else remote.name
            yield Found(
                f"unpinned-{remote.kind}", remote.place, f"'{named}'", (remote.kind, remote.name, remote.ref)
            )
    for image in definition.images:
        if not image.digest:
            yield Found("unpinned-image", image.place, f"'{image.name}'", (image.name,))
    for said in definition.doubts:
        yield Found("not-analysed", said.place, f"'{short(said.text)}'", (said.text,))
    for job in definition.jobs:
        for step in job.all():
            yield from _step(definition, job, step, known)


def _step(definition: Definition, job: Job, step: Step, known: Words) -> Iterator[Found]:
    about = (told_step(step),)
    for command in read_script(step.script, step.shell):
        if len(command.text) > LONGEST:
            said = f"a command of {len(command.text)} characters"
            yield Found("not-analysed", command.place, said, about, job.id)
    for line in step.script:
        if _ONLY_A_VARIABLE.match(line.text[:LONGEST]):
            yield Found("not-analysed", line.place, f"'{short(line.text)}'", about, job.id)
    for line in fetched_and_run(step):
        yield Found("unpinned-download", line.place, f"'{short(line.text)}'", about, job.id)
    if not step.shell.known and (guarded := guarded_by(step, known)):
        said = f"'{guarded}' in a script that no POSIX shell runs"
        yield Found("not-analysed", step.place, said, about, job.id)
    if definition.privileged and _takes_proposed(step):
        said = f"'{definition.privileged.text}' with a checkout of what is proposed"
        yield Found("untrusted-code", step.place, said, about, job.id)


def _takes_proposed(step: Step) -> bool:
    checks_out = "checkout" in step.action and any(_PROPOSED.search(said.text) for said in step.inputs)
    fetches = any(
        re.search(r"\bgit\b|\bgh\s+pr\s+checkout", line.text)
        and (_PROPOSED.search(line.text) or "gh pr checkout" in line.text)
        for line in step.script
    )
    return checks_out or fetches

"""How a pipeline's definitions and findings, and what changed under control, are shown."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.actions.differences import Changed
from clausework.actions.pipeline_lint import PipelineLinted, SeenPipelineFinding
from clausework.cli.output import say, short, styled

_MOST_SHOWN = 40


def show_pipeline(linted: PipelineLinted) -> None:
    """Write the definitions with their digests, what they bring in, and each finding with what to do."""
    found = linted.description
    if not found.definitions:
        say("pipeline: no definition is found here")
    else:
        say(f"pipeline {short(found.sha256)}")
    for one in found.definitions:
        say(f"  {one.path}  {one.system or 'not analysed'}  {short(one.sha256)}")
    for brought in found.brought_in:
        pinned = "pinned" if brought.pinned else "not pinned"
        say(f"  {brought.kind} {brought.name} {brought.ref or '(no revision)'}  {pinned}")
    for what, names in (
        ("runners", found.runners),
        ("secrets", found.secrets),
        ("deploying jobs", found.deploys),
        ("tools", tuple(f"{name} {version}" for name, version in found.tools.items())),
    ):
        if names:
            say(f"  {what}: {', '.join(names)}")
    for finding in linted.findings:
        _show_finding(finding)


def show_change(what: str, changed: Changed, before: str) -> None:
    """Write how ``what`` differs from the state that was approved or reviewed ``before``."""
    of_line = f" on the release line {changed.line}, which this one left" if changed.line else ""
    if changed.is_first:
        say(f"{what}: none was {before} before")
    elif not changed.sentences:
        say(f"{what}: the same in meaning as {before} in #{changed.since}{of_line}")
    else:
        say(f"{what}: since it was {before} in #{changed.since}{of_line}")
        _show_sentences(changed.sentences)


def _show_sentences(sentences: Sequence[str]) -> None:
    for sentence in sentences[:_MOST_SHOWN]:
        say(f"    {sentence}")
    if len(sentences) > _MOST_SHOWN:
        say(f"    and {len(sentences) - _MOST_SHOWN} more")


def _show_finding(seen: SeenPipelineFinding) -> None:
    finding = seen.finding
    word = f"accepted in #{seen.accepted}  " if seen.accepted >= 0 else ""
    remark = "" if seen.asked else "remark  "
    clauses = styled(f"[{', '.join(finding.clauses)}]", "dim")
    say(f"{finding.place}: {word}{remark}{finding.rule}  {finding.id}  {clauses}")
    say(f"    {finding.message}")
    if seen.open:
        say(f"    {finding.hint}")

"""The pipeline's definition is under change control and has no way round (5.1.10, 5.1.11, 8.2.1; ISO 13485 4.1.6).

Evidence is worth what the pipeline that makes it is worth. A definition that changed is reviewed, at its digest, by
somebody who did not write it; each way round that is found in one is taken out, or accepted in a signed review of its
own. A changed runner image or tool is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from clausework.core.clock import parse_timestamp
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, number, passed, text
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.pipeline_challenges import challenges
from clausework.gates.pipeline_facts import DESK, DefinitionFact, PipelineFact, ProtectionFact
from clausework.ledger.records.gates import Reason

_REVIEW = "--method review --outcome accepted --rationale TEXT"
_MOST_CHANGES = 8


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge ways round always, definitions by ``reviewed``, and what is brought in by ``pinned``.

    ``reviewed`` is ``ways_round`` or ``definitions``: what must have been reviewed by another person than the author
    of the last commit. ``pinned`` is ``none``, ``definitions`` (actions, includes, templates, libraries) or ``all``
    (images and downloads too). ``protection_age_days`` asks for the forge's export of how the release branches are
    guarded, no older than that, of a build in a CI system. Without any definition it passes only for a build at a desk
    whose plan says so.
    """
    pipeline = facts.pipeline
    if pipeline is None:
        return not_evaluated(
            "the build does not tell which pipeline made it: it was opened before that was recorded",
            command="git commit --allow-empty, then clausework build",
            records=(facts.build.record,),
        )
    age = number(settings, "protection_age_days")
    reasons = [
        *_findings(facts, pipeline, text(settings, "pinned"), with_protection=age is not None),
        *(_unreviewed(facts, pipeline) if text(settings, "reviewed") == "definitions" else ()),
    ]
    if reasons:
        return failed(*reasons)
    if not pipeline.definitions:
        return _without_definitions(facts, pipeline)
    unknown = _unknown_protection(facts, pipeline, age) if age is not None else None
    return unknown or passed(_told(facts, pipeline, settings), pipeline.record)


def _without_definitions(facts: Facts, pipeline: PipelineFact) -> Judgement:
    if pipeline.provider != DESK:
        return not_evaluated(
            f"the build ran in {pipeline.provider}, and its commit holds no definition of a pipeline",
            command="keep the definition in the repository, or name it under 'pipeline: definitions:' in the plan",
            records=(pipeline.record,),
        )
    if not pipeline.none_because:
        return not_evaluated(
            "the commit holds no definition of a pipeline",
            command="add one, or say 'pipeline: {definitions: none, because: ...}' in clausework.yaml",
            records=(pipeline.record,),
        )
    if pipeline.none_review < facts.at[:10]:
        return not_evaluated(
            f"that there is no pipeline was to be reviewed by {pipeline.none_review}",
            who="quality",
            command="review it, and give the defence in clausework.yaml another day",
            records=(pipeline.record,),
        )
    return passed(
        f"built at a desk, without a pipeline, as the plan says: {pipeline.none_because}", pipeline.record
    )


def _findings(
    facts: Facts, pipeline: PipelineFact, pinned: str, *, with_protection: bool
) -> Iterator[Reason]:
    guarded = pipeline.protection.findings if pipeline.protection and with_protection else ()
    for finding in (*pipeline.findings, *guarded):
        if not finding.is_asked(pinned):
            continue
        authors = _authors_of(pipeline, finding.path)
        if not finding.final and _accepted(facts, "pipeline_finding", finding.sha256, authors):
            continue
        accept = "" if finding.final else f", or clausework decide review {finding.id}"
        yield Reason(
            f"{finding.place} {finding.rule}: {finding.message}",
            items=(finding.id,),
            records=(pipeline.record,),
            who="developer",
            command=f"{finding.hint.rstrip('.')}{accept}",
        )


def _unknown_protection(facts: Facts, pipeline: PipelineFact, age: int) -> Judgement | None:
    """Return why it is not known how the forge guards the release branches; a desk has no forge to ask."""
    branches = ", ".join(pipeline.release_branches)
    known = pipeline.protection
    if known is None:
        if pipeline.provider == DESK:
            return None
        message = f"no export of the forge tells how it guards {branches}"
    elif parse_timestamp(facts.at) - parse_timestamp(known.at) > timedelta(days=age):
        message = f"the export that tells how the forge guards {branches} is of {known.at[:10]}, over {age} days old"
    else:
        return None
    return not_evaluated(
        message,
        who="developer",
        command="export the branch protection (docs/pipeline.md says how), then clausework record FILE",
        records=known.records if known else (pipeline.record,),
    )


def _unreviewed(facts: Facts, pipeline: PipelineFact) -> Iterator[Reason]:
    unknown = [one.path for one in pipeline.definitions if not one.authors]
    if unknown:
        yield Reason(
            f"this clone does not tell who wrote {_listed(unknown)}: nobody could be seen to be another person",
            records=(pipeline.record,),
            who="developer",
            command="fetch the whole history (GitHub Actions: fetch-depth: 0), then clausework build",
        )
    missing = [one for one in pipeline.definitions if one.authors and not _reviewed(facts, pipeline, one)]
    if missing:
        by = sorted({author for one in missing for author in one.authors})
        what = _listed([one.path for one in missing])
        yield Reason(
            f"no other person than the author ({', '.join(by)}) reviewed the pipeline as it is now: {what}",
            records=(pipeline.record,),
            who="quality",
            command=f"clausework decide review pipeline {_REVIEW}",
        )


def _reviewed(facts: Facts, pipeline: PipelineFact, definition: DefinitionFact) -> bool:
    return _accepted(facts, "pipeline", pipeline.sha256, definition.authors) is not None


def _accepted(facts: Facts, kind: str, sha256: str, authors: tuple[str, ...] | None) -> JudgementFact | None:
    """Return the newest acceptance by somebody else than ``authors``, unless a rejection came after it.

    ``authors`` is ``None`` for what nobody wrote into the repository, and empty where they are not known.
    """
    found: JudgementFact | None = None
    for one in facts.effective_judgements("review", kind):
        if one.matter_sha256 != sha256:
            continue
        if one.fields.get("outcome") != "accepted":
            found = None
        elif authors is None or (
            authors and any(given.email.lower() not in authors for given in one.signatures)
        ):
            found = one
    return found


def _authors_of(pipeline: PipelineFact, path: str) -> tuple[str, ...] | None:
    return next((one.authors for one in pipeline.definitions if one.path == path), None)


def _told(facts: Facts, pipeline: PipelineFact, settings: Settings) -> str:
    """Return what was seen: the definitions, who reviewed them, what was accepted, what changed."""
    count = len(pipeline.definitions)
    parts = [f"{count} definition{'s' if count > 1 else ''} of the pipeline at {pipeline.sha256[:12]}"]
    seen = [_accepted(facts, "pipeline", pipeline.sha256, one.authors) for one in pipeline.definitions]
    reviews = list(dict.fromkeys(str(one.signatures[-1]) for one in seen if one))
    parts.append(f"reviewed by {'; '.join(reviews)}" if reviews else "a review is not asked of this class")
    accepted = [one.id for one in pipeline.findings if one.is_asked(text(settings, "pinned"))]
    if accepted:
        parts.append(f"accepted in reviews: {_listed(accepted)}")
    left = len(pipeline.findings) - len(accepted)
    if left:
        parts.append(f"{left} not pinned by digest, which this class is not asked")
    if pipeline.protection:
        parts.append(_guarded(pipeline.protection))
    if pipeline.changes:
        parts.append(f"since build #{pipeline.previous}: {_listed(pipeline.changes, '; ')}")
    return "; ".join(parts)


def _guarded(protection: ProtectionFact) -> str:
    """Return what the forge's export says of the release branches."""
    left = f", {len(protection.findings)} findings on it" if protection.findings else ""
    told = ", ".join(f"#{index}" for index in protection.records)
    return f"the release branches are guarded as {told} of {protection.at[:10]} says{left}"


def _listed(names: list[str] | tuple[str, ...], between: str = ", ") -> str:
    more = len(names) - _MOST_CHANGES
    return between.join(names[:_MOST_CHANGES]) + (f"{between}and {more} more" if more > 0 else "")


CHECK = Check(
    "pipeline",
    "1",
    "Pipeline under change control",
    ("5.1.10", "5.1.11", "8.2.1", "13485 4.1.6"),
    evaluate,
    challenges,
)

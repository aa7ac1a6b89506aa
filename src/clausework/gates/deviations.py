"""Deviations: a check that does not pass stands aside for one version until a day, where the class allows it (5.8.1).

A deviation binds to what the check said when it was signed, by which settings, and on which evidence: once it says
something else, or there is more to look at, the deviation is of another matter, and the check stands in the way again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.clock import parse_timestamp
from clausework.core.digests import Sha256, sha256_of
from clausework.gates.check import Judgement
from clausework.gates.facts import Facts, JudgementFact
from clausework.plan.effective import CheckUse
from clausework.plan.profiles import check_profile

FORM = "deviate"
KIND = "check"

Evidence = Callable[[Facts], object]


def _tests(facts: Facts) -> object:
    return [one.record for one in facts.runs], [one.record for one in facts.human.runs]


def _scans(facts: Facts) -> object:
    return sorted({one.record for one in facts.scans}), [one.record for one in facts.sboms]


def _coverage(facts: Facts) -> object:
    return [one.records for one in facts.coverage], _tests(facts)


def _reviews(facts: Facts) -> object:
    return msgspec.to_builtins((facts.human.reviews, facts.human.integration_tests))


def _pipeline(facts: Facts) -> object:
    return msgspec.to_builtins(facts.pipeline)


def _all(facts: Facts) -> object:
    return _tests(facts), _scans(facts), _coverage(facts), _reviews(facts)


_LOOKED_AT: Mapping[str, Evidence] = {
    "tests": _tests,
    "manual_tests": _tests,
    "coverage": _coverage,
    "safety_paths": _coverage,
    "findings": _scans,
    "vulnerabilities": _scans,
    "sbom": _scans,
    "reviews": _reviews,
    "pipeline": _pipeline,
}
"""What a check looked at, by its name; of any other, all evidence. What is the build's own never changes."""


def deviation_id(software_item: str, stage: str, check: str) -> str:
    """Return the name of a check of one software item, as a decision's subject."""
    return f"{software_item}/{stage}.{check}"


def deviation_digest(use: CheckUse, facts: Facts, judgement: Judgement) -> Sha256:
    """Return the digest of what a check says: outcome, every reason, settings, and the evidence that it looked at.

    A check that cannot evaluate names one thing, and others may hide behind it: whatever is recorded later was not
    before those who signed.
    """
    said = [[reason.message, reason.items] for reason in judgement.reasons]
    seen = [_LOOKED_AT.get(use.name, _all)(facts), [one.record for one in facts.rejections]]
    return sha256_of(canonical_json([judgement.outcome, said, use.settings, seen]))


def prohibition(stage: str, check: str, safety_class: str) -> str:
    """Return why the class allows no deviation from the check; empty where it does."""
    profile = check_profile(stage, check)
    kept = profile.kept if profile else {}
    return next((why for name, why in kept.items() if name == safety_class), "")


def standing_deviation(stage: str, use: CheckUse, facts: Facts, judgement: Judgement) -> JudgementFact | None:
    """Return the deviation that covers what the check of ``use`` says of the build's version now, if one does."""
    if not facts.version or prohibition(stage, use.name, facts.safety_class):
        return None
    name = deviation_id(facts.build.software_item, stage, use.name)
    found = [
        one
        for one in facts.effective_judgements(FORM, KIND)
        if (one.matter_id, one.version) == (name, facts.version)
        and parse_timestamp(str(one.fields["expires"])) > parse_timestamp(facts.at)
    ]
    digest = deviation_digest(use, facts, judgement) if found else ""
    return next((one for one in reversed(found) if one.matter_sha256 == digest), None)

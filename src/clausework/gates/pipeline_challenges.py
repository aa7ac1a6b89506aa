"""The challenges of the check ``pipeline``: each way round and each missing review is refused."""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import (
    QUALITY,
    SOUND,
    SOUP_EVALUATED,
    Challenge,
    EvidenceFile,
    SignedDecision,
    World,
    but,
)
from clausework.gates.pipeline_facts import DESK
from clausework.gates.pipeline_world import SOUND_PIPELINE, SOUND_WORKFLOW, WORKFLOW

_ASKED: dict[str, str | int | bool] = {"reviewed": "definitions", "pinned": "all"}
_CLASS_B: dict[str, str | int | bool] = {"reviewed": "definitions", "pinned": "definitions"}
_CLASS_A: dict[str, str | int | bool] = {"reviewed": "ways_round", "pinned": "none"}

_GATE = b"      - run: clausework gate\n"
_HIDDEN = b"      - run: clausework gate || true\n"
_DEPLOY = b"      - run: kubectl apply -f pump.yaml\n"
_ADMIT = b"      - run: clausework deploy production --artifact pump.bin\n"

_PROTECTED = b"""\
{"url": "https://api.example.com/repos/example/pump/branches/main/protection",
 "required_status_checks": {"strict": true, "contexts": ["pipeline"]},
 "required_pull_request_reviews": {"required_approving_review_count": 1},
 "enforce_admins": {"enabled": true}, "allow_force_pushes": {"enabled": false}, "allow_deletions": {"enabled": false}}
"""
_UNPROTECTED = b'{"name": "main", "commit": {"sha": "%s"}, "protected": false}\n' % (b"c" * 40)

_NONE = b"""
pipeline:
  definitions: none
  because: {text: One person builds at a desk, reference: VP-7, owner: quality, review: 2099-01-01}
"""


def _with(old: bytes, new: bytes, *more: SignedDecision) -> World:
    """Return the sound world with its workflow changed, reviewed as it is then, and further decisions."""
    changed = ((WORKFLOW, SOUND_WORKFLOW.replace(old, new)),)
    return _running(definitions=changed, decisions=(*SOUND.decisions, *more))


def _running(decisions: tuple[SignedDecision, ...] = SOUND.decisions, **changes: object) -> World:
    """Return the sound world with another pipeline."""
    return but(pipeline=msgspec.structs.replace(SOUND_PIPELINE, **changes), decisions=decisions)


def _review(kind: str, id_: str, outcome: str, rationale: str, *, stale: bool = False) -> SignedDecision:
    fields: dict[str, str | tuple[str, ...]] = {
        "method": "review",
        "outcome": outcome,
        "rationale": rationale,
    }
    return SignedDecision("review", kind, id_, fields, signers=((*QUALITY, "reviewed"),), stale=stale)


def challenges() -> tuple[Challenge, ...]:
    """A reviewed definition without a way round passes; each way round, and each missing review, is refused."""
    return (*_reviews(), *_ways_round(), *_without(), *_protection())


def _reviews() -> tuple[Challenge, ...]:
    rejected = _review("pipeline", "pipeline", "rejected", "It deploys what was not admitted.")
    stale = _review("pipeline", "pipeline", "accepted", "Read as it was last week.", stale=True)
    unreviewed = but(decisions=(SOUP_EVALUATED,))
    return (
        Challenge("the definition is reviewed and has no way round", "pass", SOUND, _ASKED),
        Challenge("nobody reviewed the definition", "fail", unreviewed, _ASKED),
        Challenge(
            "another definition was reviewed than the one that ran",
            "fail",
            but(decisions=(SOUP_EVALUATED, stale)),
            _ASKED,
        ),
        Challenge(
            "the review was withdrawn by a second one",
            "fail",
            but(decisions=(*SOUND.decisions, rejected)),
            _ASKED,
        ),
        Challenge(
            "the reviewer wrote the definition", "fail", _running(author="quality@example.com"), _ASKED
        ),
        Challenge(
            "a shallow clone does not tell who wrote the definition", "fail", _running(author=""), _ASKED
        ),
        Challenge("a class that is not asked for it has no review", "pass", unreviewed, _CLASS_A),
    )


def _ways_round() -> tuple[Challenge, ...]:
    accepted = _review(
        "pipeline_finding", "failure-hidden", "accepted", "A rehearsal; the gate runs again in the next job."
    )
    tolerant = _GATE + b"        continue-on-error: true\n"
    return (
        Challenge("the gate may fail without consequence", "fail", _with(_GATE, tolerant), _ASKED),
        Challenge(
            "the gate's failure is hidden, which no class allows", "fail", _with(_GATE, _HIDDEN), _CLASS_A
        ),
        Challenge(
            "the hidden failure was accepted in a signed review of the finding",
            "pass",
            _with(_GATE, _HIDDEN, accepted),
            _ASKED,
        ),
        Challenge("something deploys that nothing admitted", "fail", _with(_GATE, _GATE + _DEPLOY), _CLASS_A),
        Challenge("what deploys was admitted before", "pass", _with(_GATE, _GATE + _ADMIT + _DEPLOY), _ASKED),
        Challenge("an action is named by its tag", "fail", _with(b"@" + b"1" * 40, b"@v4"), _CLASS_B),
        Challenge("an image is named by its tag", "fail", _with(b"@sha256:" + b"2" * 64, b""), _ASKED),
        Challenge(
            "an image is named by its tag, and its digest is not asked for",
            "pass",
            _with(b"@sha256:" + b"2" * 64, b""),
            _CLASS_B,
        ),
        Challenge("the definition cannot be read", "fail", _with(b"jobs:", b"jobs: ["), _CLASS_A),
    )


def _without() -> tuple[Challenge, ...]:

    def bare(planned: bytes = b"", provider: str = DESK) -> World:
        nothing = (SOUP_EVALUATED,)  # nor is there anything to review
        return _running(nothing, definitions=(), provider=provider, planned=planned)

    return (
        Challenge("the commit holds no definition", "not_evaluated", bare(), _ASKED),
        Challenge(
            "the plan says, with a defence, that a desk has no pipeline",
            "pass",
            bare(_NONE),
            _ASKED,
        ),
        Challenge(
            "the defence of having no pipeline is overdue",
            "not_evaluated",
            bare(_NONE.replace(b"2099", b"2020")),
            _ASKED,
        ),
        Challenge(
            "the plan says that there is no pipeline, and a CI system ran the build",
            "not_evaluated",
            bare(_NONE, "gitlab-ci"),
            _ASKED,
        ),
        Challenge(
            "the plan says that there is no pipeline, and the commit holds one with a way round",
            "fail",
            _running(
                definitions=((WORKFLOW, SOUND_WORKFLOW.replace(_GATE, _HIDDEN)),),
                provider=DESK,
                planned=_NONE,
            ),
            _ASKED,
        ),
    )


def _protection() -> tuple[Challenge, ...]:
    asked = {**_ASKED, "protection_age_days": 30}

    def guarded(data: bytes) -> World:
        return but(evidence=(*SOUND.evidence, EvidenceFile("protection.json", data)))

    forced = _PROTECTED.replace(
        b'"allow_force_pushes": {"enabled": false}', b'"allow_force_pushes": {"enabled": true}'
    )
    unbound = _PROTECTED.replace(
        b'"enforce_admins": {"enabled": true}', b'"enforce_admins": {"enabled": false}'
    )
    return (
        Challenge("the release branch is protected, as the forge says", "pass", guarded(_PROTECTED), asked),
        Challenge("nobody recorded how the forge guards the branch", "not_evaluated", SOUND, asked),
        Challenge("the release branch is not protected", "fail", guarded(_UNPROTECTED), asked),
        Challenge("its history can be replaced by force", "fail", guarded(forced), asked),
        Challenge("administrators go past the protection", "fail", guarded(unbound), asked),
        Challenge(
            "another branch is protected than the one that is released from",
            "fail",
            guarded(_PROTECTED.replace(b"branches/main", b"branches/develop")),
            asked,
        ),
        Challenge(
            "a class that is not asked for it has no protection", "pass", guarded(_UNPROTECTED), _CLASS_A
        ),
    )

"""A team's Rego policies: rules over the facts document, proven by challenges before they count (principles 4, 9, 11).

A policy and its challenges are one document, kept under the digest that the plan names; the verdict of a policy follows
again from that document and the facts. It says ``data.clausework.verdict``: an object with ``outcome`` (pass, fail or
not_evaluated) and ``reasons``. Whatever else it says, or nothing, is ``not_evaluated``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Literal

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected
from clausework.gates.check import Judgement, not_evaluated
from clausework.gates.facts import Facts
from clausework.gates.folding import facts_document
from clausework.gates.policy_challenges import PolicyChallenge, document_of, read_challenge
from clausework.gates.rego import Answer, ask
from clausework.ledger.records.gates import Reason

ReadBlob = Callable[[str], bytes]

SCHEMA: Literal["urn:clausework:policy:v1"] = "urn:clausework:policy:v1"

LARGEST_BUNDLE = 1 << 20
"""Bytes of a policy with its challenges."""

INSTALL = "install the engine: pip install 'clausework[policies]'"

_Said = Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]
_WHO = "quality"


class PolicyRejected(InputRejected):
    """A policy or its challenges cannot be what they should be."""

    hint = "Mend the file that is named, then run 'clausework lint'."


class ChallengeFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A challenge's file: its name within the folder, and its text."""

    name: str
    text: str


class PolicyBundle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A policy's text and its challenges, as they are kept."""

    schema: Literal["urn:clausework:policy:v1"]
    policy: str
    challenges: tuple[ChallengeFile, ...]


class PolicyReason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason as a policy gives it, where a sentence alone is not enough."""

    message: _Said
    items: tuple[str, ...] = ()
    who: str = ""
    command: str = ""


class PolicyVerdict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a policy must say. A pass names what it saw."""

    outcome: Literal["pass", "fail", "not_evaluated"]
    reasons: Annotated[tuple[_Said | PolicyReason, ...], msgspec.Meta(min_length=1, max_length=1000)]


class Proof(msgspec.Struct, frozen=True):
    """Whether a policy's challenges hold: how many, by which engine, and what stands against it."""

    engine: str
    count: int
    fault: str = ""
    engine_missing: bool = False


class PolicyJudged(msgspec.Struct, frozen=True):
    """What a policy says of facts, and the version under which that is recorded."""

    version: str
    judgement: Judgement


def bundle_document(policy: str, challenges: Mapping[str, str]) -> bytes:
    """Return the policy and its challenges (texts by file name) as the bytes that the plan's digest is of.

    Raises ``PolicyRejected`` when they are too much.
    """
    files = tuple(ChallengeFile(name, text) for name, text in sorted(challenges.items()))
    data = canonical_json(PolicyBundle(SCHEMA, policy, files))
    if len(data) > LARGEST_BUNDLE:
        raise PolicyRejected(f"The policy with its challenges has more than {LARGEST_BUNDLE} bytes.")
    return data


def judge_by_policy(name: str, sha256: str, facts: Facts, read_blob: ReadBlob | None) -> PolicyJudged:
    """Return what the policy of that digest says of ``facts``, once its challenges hold; else ``not_evaluated``.

    Raises ``IntegrityViolated`` where the ledger does not hold it any more: a plan is recorded with its policies.
    """
    if not sha256 or read_blob is None:
        return PolicyJudged("", _unusable(name, "it cannot be read here"))
    bundle = read_blob(sha256)
    if sha256_of(bundle) != sha256:
        return PolicyJudged("", _unusable(name, "it is not the one that the plan names"))
    return _judged(name, bundle, facts_document(facts))


def prove_policy(bundle: bytes) -> Proof:
    """Run the challenges of a policy; one that passes on nothing at all is no policy."""
    return _proven(bundle)


@functools.lru_cache(maxsize=8)
def _judged(name: str, bundle: bytes, document: bytes) -> PolicyJudged:
    proof = _proven(bundle)
    version = f"regopy {proof.engine}" if proof.engine else ""
    if proof.fault:
        return PolicyJudged(version, _unusable(name, proof.fault))
    answers = ask(read_bundle(bundle).policy, [document])
    if answers.fault:
        return PolicyJudged(version, _unusable(name, answers.fault))
    said = _said(name, answers.answers[0])
    proven = Reason(f"policy {name} {sha256_of(bundle)[:12]}: its {proof.count} challenges hold")
    return PolicyJudged(version, msgspec.structs.replace(said, reasons=(*said.reasons, proven)))


@functools.lru_cache(maxsize=64)
def _proven(bundle: bytes) -> Proof:
    try:
        read = read_bundle(bundle)
        challenges = [read_challenge(file.name, file.text.encode()) for file in read.challenges]
        documents = [document_of(challenge) for challenge in challenges]
    except InputRejected as error:
        return Proof("", 0, error.message)
    lacking = _lacking(challenges)
    if lacking:
        return Proof("", len(challenges), lacking)
    answers = ask(read.policy, [b"{}", *documents])
    if answers.fault:
        told = f"{answers.fault}; {INSTALL}" if answers.missing else answers.fault
        return Proof(answers.engine, len(challenges), told, answers.missing)
    nothing, *given = answers.answers
    fault = _broken(challenges, given)
    if _said("", nothing).outcome == "pass":
        fault = "it passes on a document without any facts: nothing passes by absence"
    return Proof(answers.engine, len(challenges), fault)


def _lacking(challenges: Sequence[PolicyChallenge]) -> str:
    expected = {one.expects for one in challenges}
    missing = [] if "pass" in expected else ["one that it must pass"]
    missing += [] if expected & {"fail", "not_evaluated"} else ["one that it must refuse"]
    return f"its challenges lack {' and '.join(missing)}" if missing else ""


def _broken(challenges: Sequence[PolicyChallenge], answers: Sequence[Answer]) -> str:
    for challenge, answer in zip(challenges, answers, strict=True):
        said = _said("", answer)
        if said.outcome != challenge.expects:
            why = said.reasons[0].message
            return f"the challenge '{challenge.name}' must come to {challenge.expects}, not {said.outcome}: {why}"
    return ""


def _said(name: str, answer: Answer) -> Judgement:
    if answer.fault:
        return _unusable(name, answer.fault)
    if answer.undefined:
        return _unusable(name, "data.clausework.verdict is undefined")
    try:
        verdict = msgspec.json.decode(answer.value, type=PolicyVerdict)
    except msgspec.DecodeError as error:
        return _unusable(name, f"data.clausework.verdict is not as it should be: {error}")
    mends = "" if verdict.outcome == "pass" else _WHO
    return Judgement(verdict.outcome, tuple(_reason(one, mends) for one in verdict.reasons))


def _reason(said: str | PolicyReason, who: str) -> Reason:
    if isinstance(said, str):
        return Reason(said, who=who)
    return Reason(said.message, said.items, who=said.who or who, command=said.command)


def _unusable(name: str, why: str) -> Judgement:
    told = f"policy {name}: {why}" if name else why
    return not_evaluated(told, who=_WHO, command="mend the policy, then clausework lint")


def read_bundle(bundle: bytes) -> PolicyBundle:
    """Return the policy with its challenges that ``bundle_document`` wrote; raises ``PolicyRejected``."""
    try:
        return msgspec.json.decode(bundle, type=PolicyBundle)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PolicyRejected(f"The policy's document is not as it should be: {error}.") from error

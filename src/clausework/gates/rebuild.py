"""The build can be made again (clause 5.8.5): bit for bit for class C, or with its differences explained for class B.

The standard asks that procedure and environment are documented; how close a rebuild must come is the profile's choice.
"""

from __future__ import annotations

import msgspec

from clausework.gates.challenge import ARTEFACT, QUALITY, SOUND, Challenge, SignedDecision, but
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text
from clausework.gates.facts import Facts, RebuildFact
from clausework.ledger.records.gates import Reason


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge the rebuilds against ``comparison``: ``none``, ``explained`` or ``identical``.

    The newest must hold for every artefact as it is now, by digest. An earlier one that came out different shows that
    the build is not the same each time; unless a signed review explains it, a luckier rebuild does not hide it.
    """
    comparison = text(settings, "comparison")
    if comparison == "none":
        return Judgement("not_applicable", rationale="the profile asks no rebuild of this class")
    if not facts.build.outputs:
        return not_evaluated("the build recorded no artefact", command="clausework build --artifact FILE")
    if not facts.build.rebuilds:
        return not_evaluated("nothing was built again from clean", command="clausework rebuild")
    newest = facts.build.rebuilds[-1]
    faults = [_fault(facts, newest, explained_is_enough=comparison == "explained")]
    faults += [
        _differs(one) for one in facts.build.rebuilds[:-1] if one.outcome == "different" and not one.explained
    ]
    if any(faults):
        return failed(*(fault for fault in faults if fault is not None))
    if newest.different:
        return passed("built again from clean; the differences are explained and signed", newest.record)
    return passed("built again from clean, bit for bit the same", newest.record)


def _fault(facts: Facts, rebuild: RebuildFact, *, explained_is_enough: bool) -> Reason | None:
    if rebuild.outcome == "failed":
        return _reason("the rebuild failed", rebuild)
    compared = {*rebuild.reproduced, *rebuild.different.values()}
    uncompared = sorted({one.name for one in facts.build.outputs if one.sha256 not in compared})
    if uncompared:
        return _reason(f"the rebuild did not compare {', '.join(uncompared)}", rebuild)
    if rebuild.different and not (explained_is_enough and rebuild.explained):
        return _differs(rebuild, may_be_explained=explained_is_enough)
    return None


def _differs(rebuild: RebuildFact, *, may_be_explained: bool = False) -> Reason:
    reason = _reason(f"the rebuild is different: {', '.join(rebuild.different)}", rebuild)
    if not may_be_explained:
        return reason
    return msgspec.structs.replace(reason, command=f"clausework decide review rebuild, or {reason.command}")


def _reason(what: str, rebuild: RebuildFact) -> Reason:
    return Reason(
        what,
        records=(rebuild.record,),
        who="developer",
        command="make the build reproducible and commit, then clausework build and clausework rebuild",
    )


def challenges() -> tuple[Challenge, ...]:
    """Identical passes everywhere; different needs a signed explanation, and never passes for class C."""
    other = (("controller.pyz", ARTEFACT + b"# built at noon\n"),)
    explained = SignedDecision(
        "review",
        "verification",
        "rebuild",
        {"method": "analysis", "outcome": "accepted", "rationale": "Only the build's time stamp differs."},
        signers=((*QUALITY, "reviewed"),),
    )
    rejected = msgspec.structs.replace(explained, fields={**explained.fields, "outcome": "rejected"})
    identical: dict[str, str | int | bool] = {"comparison": "identical"}
    explains: dict[str, str | int | bool] = {"comparison": "explained"}
    return (
        Challenge("the rebuild is identical", "pass", SOUND, identical),
        Challenge("there was no rebuild", "not_evaluated", but(rebuilt=None), identical),
        Challenge("the rebuild differs", "fail", but(rebuilt=other), identical),
        Challenge("the rebuild produced nothing", "fail", but(rebuilt=()), identical),
        Challenge("there is nothing to compare", "not_evaluated", but(outputs=(), rebuilt=()), identical),
        Challenge(
            "a first rebuild differed and a second happened to be identical",
            "fail",
            but(rebuilt_before=other),
            identical,
        ),
        Challenge(
            "other bytes were recorded under the same name once the rebuild was made",
            "fail",
            but(added_later=other),
            identical,
        ),
        Challenge(
            "the rebuild differs and a person explains it, which class C does not allow",
            "fail",
            but(rebuilt=other, decisions=(*SOUND.decisions, explained)),
            identical,
        ),
        Challenge(
            "the explanation was withdrawn by a second review",
            "fail",
            but(rebuilt=other, decisions=(*SOUND.decisions, explained, rejected)),
            explains,
        ),
        Challenge("the rebuild differs and nobody explains it", "fail", but(rebuilt=other), explains),
        Challenge(
            "the rebuild differs and a person explains it",
            "pass",
            but(rebuilt=other, decisions=(*SOUND.decisions, explained)),
            explains,
        ),
    )


CHECK = Check("rebuild", "1", "Built again from clean", ("5.8.5",), evaluate, challenges)

"""An SBOM is there and names what the lock pins (clauses 5.3.3, 8.1.2): an SBOM of something else is none."""

from __future__ import annotations

import re

from clausework.gates.challenge import SBOM, SOUND, Challenge, EvidenceFile, with_evidence
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, unreadable
from clausework.gates.facts import Facts, SbomFact
from clausework.gates.target_challenges import challenges_of_sboms
from clausework.ledger.records.gates import Reason


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when the newest SBOM holds every locked dependency at its locked version."""
    rejected = unreadable(facts, None, "sbom")
    if rejected:
        return rejected
    if not facts.sboms:
        return not_evaluated(
            "no SBOM is recorded for this build",
            command="write one (cyclonedx-py), then clausework record bom.json",
        )
    newest = facts.sboms[-1]
    if newest.of_another:
        return not_evaluated(
            f"the newest SBOM is not of this build: it is about {newest.of_another}",
            command="write the SBOM of this build, then clausework record bom.json",
            records=(newest.record,),
        )
    if not newest.components:
        return not_evaluated(
            "the SBOM lists no component",
            command="write the SBOM from the locked environment, then clausework record bom.json",
            records=(newest.record,),
        )
    about = f", which says that it is about {newest.about}," if newest.about else ""
    if not settings.get("matches_lock"):
        return passed(f"the SBOM{about} names {len(newest.components)} components", newest.record)
    if not any(lock.pinned for lock in facts.build.locks):
        return not_evaluated(
            "no lock file pins anything that the SBOM could be held against",
            command="name the lock file under 'build: locks:' in clausework.yaml, then clausework build",
        )
    differing = _differences(facts, newest)
    if differing:
        return failed(
            Reason(
                f"the SBOM differs from the lock: {'; '.join(differing[:5])}",
                records=(newest.record,),
                who="developer",
                command="write the SBOM from the locked environment, then clausework record bom.json",
            )
        )
    return passed(
        f"the SBOM{about} names all that the lock pins ({len(newest.components)} components)", newest.record
    )


def _differences(facts: Facts, sbom: SbomFact) -> list[str]:
    versions: dict[str, set[str]] = {}
    for name, found in sbom.components.items():
        versions.setdefault(_normal(name), set()).update(found)
    differing = []
    for lock in facts.build.locks:
        for name, pinned in sorted(lock.pinned.items()):
            found_versions = versions.get(_normal(name), set())
            missing = sorted(set(pinned) - found_versions)
            if missing:
                seen = ", ".join(sorted(found_versions)) or "not there"
                differing.append(f"{name} {', '.join(missing)} is locked, in the SBOM {seen}")
    return differing


def _normal(name: str) -> str:
    """Package names are compared as PyPI does: case and runs of ``-``, ``_``, ``.`` do not matter."""
    return re.sub(r"[-_.]+", "-", name).lower()


def challenges() -> tuple[Challenge, ...]:
    """The lock's SBOM passes; none, an empty one, another version's and a truncated one are refused."""
    settings: dict[str, str | int | bool] = {"matches_lock": True}

    def instead(data: bytes) -> EvidenceFile:
        return EvidenceFile("bom.json", data)

    empty = SBOM[: SBOM.index(b'"components"')] + b'"components": []}'
    return (
        Challenge("the SBOM names what the lock pins", "pass", SOUND, settings),
        Challenge("there is no SBOM", "not_evaluated", with_evidence("bom.json"), settings),
        Challenge("the SBOM is empty", "not_evaluated", with_evidence("bom.json", instead(empty)), settings),
        Challenge(
            "the SBOM names another version",
            "fail",
            with_evidence("bom.json", instead(SBOM.replace(b'"version": "1.0",', b'"version": "0.9",'))),
            settings,
        ),
        Challenge(
            "the SBOM names another group's component of the same name",
            "fail",
            with_evidence(
                "bom.json", instead(SBOM.replace(b'"name": "attrs"', b'"group": "x", "name": "attrs"'))
            ),
            settings,
        ),
        Challenge(
            "a second SBOM is truncated",
            "not_evaluated",
            with_evidence("bom.json", instead(SBOM), EvidenceFile("image.json", SBOM[:-20])),
            settings,
        ),
        Challenge(
            "the SBOM is truncated", "not_evaluated", with_evidence("bom.json", instead(SBOM[:-20])), settings
        ),
        *challenges_of_sboms(settings),
    )


CHECK = Check("sbom", "2", "SBOM present and matching the lock", ("5.3.3", "8.1.2"), evaluate, challenges)

"""SLSA provenance v1 and verification summary v1, derived from records for users of SLSA's tools.

They are made from what is in the log and never logged themselves; the records stay the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from clausework.core.errors import UsageFault
from clausework.ledger.records import STATEMENT_TYPE
from clausework.ledger.records.build import Build, BuildOutputs
from clausework.ledger.records.gates import Verdict

PROVENANCE_TYPE = "https://slsa.dev/provenance/v1"
SUMMARY_TYPE = "https://slsa.dev/verification_summary/v1"
BUILD_TYPE = "urn:clausework:build:v1"


class NothingBuilt(UsageFault):
    """There is no artefact to speak about, or an artefact of another build."""

    hint = "Run 'clausework build --artifact FILE' first, and give the outputs of that build."


def slsa_provenance(build: Build, outputs: Sequence[BuildOutputs]) -> dict[str, object]:
    """Return the in-toto Statement that says how the artefacts in ``outputs`` came to be.

    Raises ``NothingBuilt`` where there is none, or where one belongs to another build.
    """
    return {
        "_type": STATEMENT_TYPE,
        "subject": _subjects(build.id, outputs),
        "predicateType": PROVENANCE_TYPE,
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {
                    "device": build.device,
                    "softwareSystem": build.software_system,
                    "softwareItem": build.software_item,
                    "version": build.version,
                    "commands": [list(one.command) for one in outputs if one.command],
                },
                "internalParameters": {
                    "safetyClass": build.safety_class,
                    "sourceTree": build.source_tree,
                    "clean": build.clean,
                    "itemBaseline": build.item_baseline,
                    "runner": build.run.runner,
                    "triggeredBy": build.run.triggered_by,
                    "tools": dict(build.tools),
                    "environment": dict(build.environment),
                },
                "resolvedDependencies": [
                    {"name": "source", "uri": _source_uri(build), "digest": {"gitCommit": build.commit}},
                    {"name": "clausework.yaml", "digest": {"sha256": build.plan}},
                    *({"name": lock.name, "digest": {"sha256": lock.sha256}} for lock in build.locks),
                ],
            },
            "runDetails": {
                "builder": {
                    "id": f"urn:clausework:builder:{quote(build.run.provider, safe='-')}",
                    "version": {"clausework": build.made.software},
                },
                "metadata": {
                    "invocationId": build.run.url or f"{build.run.provider}:{build.run.id}",
                    "startedOn": build.made.at,
                    "finishedOn": max(one.made.at for one in outputs),
                },
                "byproducts": [
                    {
                        "name": build.commits.name,
                        "digest": {"sha256": build.commits.sha256},
                        "mediaType": build.commits.media_type,
                    }
                ],
            },
        },
    }


def slsa_verification_summary(
    verdict: Verdict, sha256: str, outputs: Sequence[BuildOutputs], *, resource: str
) -> dict[str, object]:
    """Return the Statement that sums up a logged ``verdict``, whose Statement has ``sha256``, on artefacts.

    It says ``PASSED`` only for a pass under an approved plan. ``resource`` is the URI that the artefacts
    have.
    """
    passed = verdict.outcome == "pass" and not verdict.provisional
    stage = verdict.stage.upper().replace("-", "_")
    return {
        "_type": STATEMENT_TYPE,
        "subject": _subjects(verdict.build, outputs),
        "predicateType": SUMMARY_TYPE,
        "predicate": {
            "verifier": {"id": "urn:clausework:verifier", "version": {"clausework": verdict.made.software}},
            "timeVerified": verdict.made.at,
            "resourceUri": resource,
            "policy": {"uri": "urn:clausework:plan", "digest": {"sha256": verdict.plan}},
            "inputAttestations": [{"uri": "urn:clausework:verdict:v1", "digest": {"sha256": sha256}}],
            "verificationResult": "PASSED" if passed else "FAILED",
            "verifiedLevels": [f"CLAUSEWORK_STAGE_{stage}"] if passed else [],
            "slsaVersion": "1.0",
        },
    }


def _subjects(build: str, outputs: Sequence[BuildOutputs]) -> list[dict[str, object]]:
    if any(one.build != build for one in outputs):
        raise NothingBuilt("The outputs belong to another build.")
    subjects: list[dict[str, object]] = [
        {"name": output.artefact.name, "digest": {"sha256": output.artefact.sha256}}
        for one in outputs
        for output in one.outputs
    ]
    if not subjects:
        raise NothingBuilt("The build has no artefact.")
    return subjects


def _source_uri(build: Build) -> str:
    """Return the source as an SPDX download location; a repository without an address has a URN."""
    place = f"git+{build.origin}" if "://" in build.origin else f"urn:clausework:repository:{build.origin}"
    return f"{place}@{build.commit}"

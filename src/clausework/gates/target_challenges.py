"""Challenges of reports that say what they looked at: another commit, another build's artefact (7.1.3, 8.1.2)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clausework.core.digests import sha256_of
from clausework.gates.challenge import (
    ARTEFACT,
    PASSING,
    SBOM,
    SOUND,
    Challenge,
    EvidenceFile,
    World,
    but,
    sarif,
    with_evidence,
)
from clausework.ledger.records.gates import Outcome

Settings = dict[str, str | int | bool]

_BEFORE = b"released"
"""The artefact of the release before, in a world that has one (see ``gates.proving``)."""

_OTHER_COMMIT = "d" * 40


def challenges_of_analyses(settings: Settings) -> tuple[Challenge, ...]:
    """A clean report on another commit proves nothing; one on a commit of the same source does."""
    named = EvidenceFile("named.sarif", _of_commit(sarif("Bandit"), _OTHER_COMMIT))
    grave = EvidenceFile("named.sarif", _of_commit(sarif("Bandit", ("B602", "error", "")), _OTHER_COMMIT))

    def world(of: str, *files: EvidenceFile) -> World:
        return with_evidence("bandit.sarif", *files, EvidenceFile("more.xml", PASSING, "unit", of))

    own = EvidenceFile("own.sarif", sarif("Semgrep"))
    return _made(
        {
            "the report says that it looked at another commit": ("not_evaluated", world("other", named)),
            "the report says that it looked at a commit of the same source": (
                "pass",
                world("same_tree", named),
            ),
            "beside the report on another commit there is one on this": ("pass", world("other", named, own)),
            "the report on another commit found something": ("fail", world("other", grave, own)),
        },
        settings,
    )


def challenges_of_scans(settings: Settings) -> tuple[Challenge, ...]:
    """A clean scan of the image of another build proves nothing; one of this build's, or of one unknown, does."""
    seen: dict[str, tuple[Outcome, str]] = {
        "the scan is of the artefact of the release before": ("not_evaluated", sha256_of(_BEFORE)),
        "the scan is of this build's artefact": ("pass", sha256_of(ARTEFACT)),
        "the scan is of an image that nothing is known of": ("pass", "e" * 64),
    }
    return _made(
        {
            name: (outcome, _with_release(EvidenceFile("grype.json", _grype(digest))))
            for name, (outcome, digest) in seen.items()
        },
        settings,
    )


def challenges_of_sboms(settings: Settings) -> tuple[Challenge, ...]:
    """An SBOM of another build's image is none of this one."""
    image = SBOM.replace(b'"version": "1.0.0"', b'"version": "sha256:%s"' % sha256_of(_BEFORE).encode())
    return _made(
        {
            "the newest SBOM is of the artefact of the release before": (
                "not_evaluated",
                _with_release(EvidenceFile("image.json", image)),
            )
        },
        settings,
    )


def _made(worlds: Mapping[str, tuple[Outcome, World]], settings: Settings) -> tuple[Challenge, ...]:
    return tuple(Challenge(name, expects, world, settings) for name, (expects, world) in worlds.items())


def _with_release(*files: EvidenceFile) -> World:
    return msgspec.structs.replace(
        but(evidence=(*SOUND.evidence, *files)), released=True, released_report=PASSING
    )


def _of_commit(report: bytes, commit: str) -> bytes:
    """Return a SARIF report of which each run says which commit it looked at."""
    read = msgspec.json.decode(report)
    provenance = [{"repositoryUri": "https://example.com/pump", "revisionId": commit}]
    runs = [{**run, "versionControlProvenance": provenance} for run in read["runs"]]
    return msgspec.json.encode({**read, "runs": runs})


def _grype(digest: str) -> bytes:
    """Return a clean scan of the image of that manifest."""
    target = {"userInput": "registry.example.com/pump:1", "manifestDigest": f"sha256:{digest}"}
    return msgspec.json.encode(
        {
            "matches": [],
            "source": {"type": "image", "target": target},
            "descriptor": {"name": "grype", "version": "0.90.0"},
        }
    )

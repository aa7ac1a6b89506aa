"""SLSA's statements, derived from records."""

from __future__ import annotations

import re
from typing import Literal

import msgspec
import pytest

from clausework.core.canonical import canonical_json
from clausework.evidence.provenance import NothingBuilt, slsa_provenance, slsa_verification_summary
from clausework.ledger.records.build import ArtefactSignature, Build, BuildOutputs, Output, Run
from clausework.ledger.records.gates import Verdict
from clausework.ledger.records.values import Descriptor, Made

MADE = Made("2026-04-10T08:30:00.000Z", "pipeline", "clausework 0.1.0")
BUILD = Build(
    made=MADE,
    id="1" * 64,
    origin="https://git.example.com/pump.git",
    device="Infusor",
    software_system="pump",
    software_item="controller",
    safety_class="C",
    version="2.4.0",
    commit="c" * 40,
    committed_at="2026-04-10T08:00:00.000Z",
    author="ada@example.com",
    source_tree="2" * 64,
    clean=True,
    changed_paths=(),
    range_from="",
    commit_count=1,
    commits=Descriptor("commits.jsonl", "3" * 64, 10, "application/jsonl"),
    locks=(Descriptor("requirements.lock", "4" * 64, 10),),
    plan="5" * 64,
    item_baseline="6" * 64,
    run=Run("github-actions", "77/1", "https://github.com/example/pump/actions/runs/77", "runner-1", "ada"),
    tools={"git": "2.39.5"},
    environment={"os": "Debian"},
)
OUTPUT = Output(Descriptor("dist/pump.bin", "7" * 64, 10), ArtefactSignature("8" * 64, "c2lnbg=="))
OUTPUTS = BuildOutputs(
    Made("2026-04-10T08:40:00.000Z", "pipeline", "x"), BUILD.id, "controller", (OUTPUT,), ("make",)
)


def test_provenance_has_the_shape_of_slsa() -> None:
    """Every field that SLSA provenance v1 requires is there, subjects by digest and times in RFC 3339."""
    statement = msgspec.json.decode(canonical_json(slsa_provenance(BUILD, [OUTPUTS])))
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
    assert statement["subject"] == [{"name": "dist/pump.bin", "digest": {"sha256": "7" * 64}}]
    predicate = statement["predicate"]
    assert set(predicate) == {"buildDefinition", "runDetails"}
    assert set(predicate["buildDefinition"]) == {
        "buildType",
        "externalParameters",
        "internalParameters",
        "resolvedDependencies",
    }
    assert set(predicate["runDetails"]) == {"builder", "metadata", "byproducts"}
    for uri in (predicate["buildDefinition"]["buildType"], predicate["runDetails"]["builder"]["id"]):
        assert re.fullmatch(r"[a-z]+:\S+", uri)
    assert predicate["runDetails"]["metadata"]["startedOn"] == MADE.at
    assert predicate["runDetails"]["metadata"]["finishedOn"] == OUTPUTS.made.at
    assert predicate["buildDefinition"]["externalParameters"]["commands"] == [["make"]]


def test_provenance_names_what_went_in() -> None:
    """Source commit, plan and lock files are the resolved dependencies, each by digest."""
    statement = msgspec.json.decode(canonical_json(slsa_provenance(BUILD, [OUTPUTS])))
    assert statement["predicate"]["buildDefinition"]["resolvedDependencies"] == [
        {
            "name": "source",
            "uri": f"git+https://git.example.com/pump.git@{'c' * 40}",
            "digest": {"gitCommit": "c" * 40},
        },
        {"name": "clausework.yaml", "digest": {"sha256": "5" * 64}},
        {"name": "requirements.lock", "digest": {"sha256": "4" * 64}},
    ]


def test_a_repository_without_address() -> None:
    """A repository that only its first commit identifies has a URN as its source."""
    build = msgspec.structs.replace(BUILD, origin=f"root-commit:{'a' * 40}")
    statement = msgspec.json.decode(canonical_json(slsa_provenance(build, [OUTPUTS])))
    source = statement["predicate"]["buildDefinition"]["resolvedDependencies"][0]
    assert source["uri"] == f"urn:clausework:repository:root-commit:{'a' * 40}@{'c' * 40}"


def test_attack_artefacts_of_another_build() -> None:
    """Attack: provenance is asked for artefacts that another build made, or for none; both are refused."""
    other = msgspec.structs.replace(OUTPUTS, build="9" * 64)
    for outputs in ([], [OUTPUTS, other]):
        with pytest.raises(NothingBuilt):
            slsa_provenance(BUILD, outputs)


@pytest.mark.parametrize(
    ("outcome", "provisional", "result"),
    [
        ("pass", False, "PASSED"),
        ("pass", True, "FAILED"),
        ("fail", False, "FAILED"),
        ("not_evaluated", False, "FAILED"),
    ],
)
def test_a_summary_never_says_more_than_the_verdict(
    outcome: Literal["pass", "fail", "not_evaluated"], *, provisional: bool, result: str
) -> None:
    """Only a pass under an approved plan is PASSED; unevaluated and provisional verdicts are not."""
    verdict = Verdict(
        made=MADE,
        stage="unit",
        outcome=outcome,
        build=BUILD.id,
        software_item="controller",
        safety_class="C",
        plan="5" * 64,
        provisional=provisional,
        facts=Descriptor("facts.json", "a" * 64, 1),
        log_size=9,
        checks=(),
    )
    statement = msgspec.json.decode(
        canonical_json(
            slsa_verification_summary(verdict, "b" * 64, [OUTPUTS], resource="pkg:generic/pump@2.4.0")
        )
    )
    predicate = statement["predicate"]
    assert predicate["verificationResult"] == result
    assert predicate["verifiedLevels"] == (["CLAUSEWORK_STAGE_UNIT"] if result == "PASSED" else [])
    assert predicate["policy"]["digest"] == {"sha256": "5" * 64}
    assert predicate["inputAttestations"][0]["digest"] == {"sha256": "b" * 64}
    assert statement["subject"][0]["digest"] == {"sha256": "7" * 64}

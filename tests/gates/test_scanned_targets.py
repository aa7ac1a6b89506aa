"""What reports say that they looked at, held against what the ledger knows: another's is named, the unknown is not."""

from __future__ import annotations

import json

import msgspec
import pytest

from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.record import record_files
from clausework.evidence.format import FindingsRead
from clausework.gates.scanned_targets import KnownTargets, known_as_another
from clausework.ledger.records.gates import CheckVerdict
from tests.actions.device import SBOM, Device
from tests.actions.disposing import record_scan, said, trivy
from tests.actions.two_components import grow
from tests.evidence.recording import accepted
from tests.tracing.making import build, digest

OWN, OTHER = digest("own artefact"), digest("other artefact")
KNOWN = KnownTargets(
    build=build("own"),
    own_artefacts=frozenset({OWN}),
    artefacts={OTHER: "build 123 of display"},
    trees={"c" * 40: frozenset({digest("tree")}), "d" * 40: frozenset({digest("other tree")})},
    locks={"display/requirements.lock": "display", "display/package-lock.json": "display"},
    own_names=frozenset({"controller", "pump-controller"}),
    names={"display": "display", "pump-display": "display"},
)


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ((f"image registry.example.com/pump@sha256:{OTHER}",), "an artefact of build 123 of display"),
        (("commit " + "d" * 40,), "at which controller has another source"),
        (("file /builds/example/pump/display/requirements.lock",), "a lock file of display"),
        (("file display\\package-lock.json", "directory ."), "a lock file of display"),
        (("image registry.example.com:5000/example/display:1.9.0",), "which is display"),
        (("component Pump_Display 1.9.0",), "which is display"),
    ],
)
def test_what_is_known_to_be_another_is_named(targets: tuple[str, ...], words: str) -> None:
    """Attack: a clean report on another build, commit, lock file or software item is recorded for this one."""
    assert words in known_as_another(targets, KNOWN)


@pytest.mark.parametrize(
    "targets",
    [
        (),
        (f"image pump@sha256:{digest('unknown')}", "image busybox:latest"),
        (f"image a@sha256:{OTHER}", f"image b@sha256:{OWN}"),
        ("commit " + "c" * 40,),
        ("commit " + "e" * 40, "commit main"),
        ("commit " + "d" * 40, "commit " + "c" * 40),
        ("file requirements.lock",),
        ("file /tmp/build/requirements.lock", "file display/package-lock.json"),
        ("file requirements.txt", "file app/libs/a.jar", "file package-lock.json"),
        ("directory /display", "target .", "directory display"),
        ("component controller 0.0.0",),
        ("component root", "component display-driver 1.0", "component "),
        ("image display:1", "image controller:1"),
    ],
)
def test_what_may_be_of_the_build_contradicts_nothing(targets: tuple[str, ...]) -> None:
    """Ordinary words of tools, and whatever the ledger knows nothing of, are no reason to refuse."""
    assert known_as_another(targets, KNOWN) == ""


def test_scanners_reports_tell_what_they_looked_at() -> None:
    """Trivy, Grype, OSV-Scanner and SARIF name their targets, each in the same words."""
    image = {
        "SchemaVersion": 2,
        "Metadata": {"RepoDigests": [f"pump@sha256:{OWN}"], "ImageConfig": {}},
        "Results": [
            {"Target": "app/package-lock.json", "Class": "lang-pkgs"},
            {"Target": "pump (debian 12)"},
        ],
        "ArtifactName": "pump:1",
        "ArtifactType": "container_image",
    }
    grype = {"type": "image", "target": {"userInput": "pump:1", "manifestDigest": f"sha256:{OWN}"}}
    commit = {"versionControlProvenance": [{"repositoryUri": "https://example.com", "revisionId": "c" * 40}]}
    run = {"tool": {"driver": {"name": "Bandit"}}, "results": [], **commit}
    osv = {"results": [{"source": {"path": "a/uv.lock", "type": "lockfile"}, "packages": []}]}
    told = {
        json.dumps(image): ("image pump:1", f"image pump@sha256:{OWN}", "file app/package-lock.json"),
        json.dumps({"matches": [], "source": grype}): ("image pump:1", f"image sha256:{OWN}"),
        json.dumps({"matches": [], "source": {"type": "directory", "target": "."}}): ("directory .",),
        json.dumps({"version": "2.1.0", "runs": [run]}): ("commit " + "c" * 40,),
        json.dumps(osv): ("file a/uv.lock",),
    }
    assert {text: accepted(text.encode(), FindingsRead).targets for text in told} == told


def _check(device: Device, stage: str, name: str) -> CheckVerdict:
    with device.open() as workplace:
        (one,) = run_gates(workplace, [stage], software_item="counter", preview=True).stages
    return next(check for check in one.checks if check.check == name)


def test_reports_on_another_component_prove_nothing_of_this_one(established: Device) -> None:
    """Attack: the screen's clean scan and SBOM are recorded for the counter; its own are taken."""
    two = grow(established)
    screen = trivy().replace('"counter"', '"example/screen:3"').replace('"filesystem"', '"container_image"')
    record_scan(two, screen.replace("requirements.lock", "Python"), item="counter")
    verdict = _check(two, "analysis", "vulnerabilities")
    assert verdict.outcome == "not_evaluated"
    assert "Trivy 0.69.1 looked at image example/screen:3, which is screen" in said(verdict)
    record_scan(two, trivy(), "own.json", item="counter")
    assert _check(two, "analysis", "vulnerabilities").outcome == "pass"
    about = {"type": "application", "name": "Screen", "version": "3.2.1"}
    bill = msgspec.json.decode(SBOM) | {"metadata": {"component": about}}
    path = two.write("reports/bom.json", json.dumps(bill))
    with two.open() as workplace:
        record_files(workplace, [path], evidence_target(workplace, level="", software_item="counter"))
    bill = _check(two, "build", "sbom")
    assert (bill.outcome, "about component Screen 3.2.1, which is screen" in said(bill)) == (
        "not_evaluated",
        True,
    )

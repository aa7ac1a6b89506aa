"""Scans of the small device, and what people say of what they found."""

from __future__ import annotations

import json
from datetime import timedelta

import msgspec

from clausework.actions.build import open_build
from clausework.actions.decide import Decided, decide
from clausework.actions.evidence_target import evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.record import record_files
from clausework.actions.sign import sign
from clausework.actions.workplace import Workplace
from clausework.core.clock import system_clock, timestamp
from clausework.decisions.form import FieldValue
from clausework.ledger.records.gates import CheckVerdict
from tests.actions.device import DEVELOPER, IN_A_MONTH, QUALITY, Device, person

CVE = "CVE-2026-0001"
DISPOSED: dict[str, FieldValue] = {
    "status": "not_affected",
    "justification": "The counter never parses what comes from outside.",
    "exploitability": "Only a person with the service key reaches it.",
    "patient_harm": "none: the alarm does not depend on it",
    "expires": IN_A_MONTH,
}


def trivy(*found: tuple[str, str, str]) -> str:
    """Return a report of vulnerabilities in attrs: name, version, severity."""
    vulnerabilities = [
        {
            "VulnerabilityID": name,
            "PkgName": "attrs",
            "InstalledVersion": version,
            "Severity": severity,
            "PkgIdentifier": {"PURL": f"pkg:pypi/attrs@{version}"},
        }
        for name, version, severity in found
    ]
    result = {"Target": "requirements.lock", "Class": "lang-pkgs", "Type": "pip"}
    return json.dumps(
        {
            "SchemaVersion": 2,
            "Trivy": {"Version": "0.69.1"},
            "ArtifactName": "counter",
            "ArtifactType": "filesystem",
            "Results": [result | {"Vulnerabilities": vulnerabilities}],
        }
    )


def record_scan(device: Device, data: str, name: str = "trivy.json", item: str | None = None) -> None:
    """Record a scan, with advisory data of today."""
    path = device.write(f"reports/{name}", data)
    with device.open() as workplace:
        target = evidence_target(workplace, level="", software_item=item)
        record_files(workplace, [path], target, database_at=timestamp(system_clock()))


def build_with(device: Device, version: str) -> None:
    """Build the device anew, with another version of its SOUP in the lock."""
    lock = (device.folder / "requirements.lock").read_text("utf-8")
    device.write("requirements.lock", lock.replace("attrs==26.1.0", f"attrs=={version}"))
    device.commit("REQ-001: take another version of attrs")
    device.build()
    with device.open() as workplace:
        open_build(workplace)


def check(
    device: Device, name: str = "vulnerabilities", item: str | None = None, **ahead: float
) -> CheckVerdict:
    """Return what the check says now, or so far ahead."""
    clock = system_clock if not ahead else (lambda: system_clock() + timedelta(**ahead))
    with device.open(clock=clock) as workplace:
        (stage,) = run_gates(workplace, ["analysis"], software_item=item, preview=True).stages
    return next(one for one in stage.checks if one.check == name)


def said(verdict: CheckVerdict) -> str:
    """Return all that a verdict says."""
    return " ".join(reason.message for reason in verdict.reasons)


def dispose(workplace: Workplace, subject: str, **changes: FieldValue) -> Decided:
    """Record what a developer says of a finding; nobody signed it yet."""
    author = msgspec.structs.replace(person(workplace, QUALITY), email=DEVELOPER)
    return decide(workplace, "dispose", subject, {**DISPOSED, **changes}, author)


def dispose_and_sign(device: Device, subject: str, **changes: FieldValue) -> Decided:
    """Record what a developer says of a finding, and have quality sign it."""
    with device.open() as workplace:
        decided = dispose(workplace, subject, **changes)
        sign(workplace, person(workplace, QUALITY), str(decided.index))
    return decided


def fingerprints(verdict: CheckVerdict) -> list[str]:
    """Return the subjects by which a refusal says that its findings are disposed of."""
    return [reason.command.split()[-1] for reason in verdict.reasons]

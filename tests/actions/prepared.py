"""Folders in which the small device has come so far, each prepared once a session; tests work on copies."""

from __future__ import annotations

from pathlib import Path

from clausework.actions.build import open_build
from clausework.actions.decide import decide
from clausework.actions.establish import establish
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.gate import run_gates
from clausework.actions.promote import automatic_promotions, promote
from clausework.actions.rebuild import rebuild_build
from clausework.actions.record import record_files
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.signatures.sealed_key import create_sealed_key, sealed_key_path
from tests.actions.device import (
    CHEAP,
    PASSPHRASE,
    QUALITY,
    RELEASE,
    REPORTS,
    SIGNIFICANCE,
    SOURCE,
    VERSION,
    Device,
    person,
)

LEVELS: dict[str, Level] = {"unit": "unit", "integration": "integration", "system": "system", "": ""}
REVIEWED = {
    "method": "review",
    "outcome": "accepted",
    "rationale": "read in full against what it derives from",
}
NAMES = {QUALITY: "Quinn Quality", RELEASE: "Remy Release"}


def make_keys(home: Path) -> None:
    """Seal a key for each of the two people."""
    for email, name in NAMES.items():
        create_sealed_key(email, name, PASSPHRASE, sealed_key_path(home / "keys", email), cost=CHEAP)


def begin(device: Device) -> None:
    """Write the project and commit it."""
    for name, content in SOURCE.items():
        device.write(name, content)
    device.git("init", "--quiet", "--initial-branch=main")
    device.commit("Pulse Counter 1.0.0\n\nImplements: REQ-001, REQ-002")


def establish_ledger(device: Device) -> None:
    """Make the ledger, and commit the pin of its root."""
    establish(device.folder, [QUALITY, RELEASE], proof="passports seen by HR", environ=device.environ)
    device.commit("Pin the root")


def verify(device: Device) -> None:
    """Build, record everything, and pass every gate before the release."""
    device.build()
    for reports in REPORTS.values():
        for name, content in reports.items():
            device.write(f"reports/{name}", content)
    with device.open() as workplace:
        open_build(workplace)
        rebuild_build(workplace)
        for level, reports in REPORTS.items():
            record_files(
                workplace,
                [device.folder / "reports" / name for name in reports],
                evidence_target(workplace, level=LEVELS[level]),
            )
        fields = {"risk": "no anomaly touches us", "outcome": "acceptable", "rationale": "list read in full"}
        decide(workplace, "evaluate", "SOUP-001", fields, person(workplace, QUALITY))
        for matter in ("requirements", "architecture", "integration-tests"):
            decide(workplace, "review", matter, REVIEWED, person(workplace, QUALITY))
        run = run_gates(workplace)
        assert run.passes, run
        automatic_promotions(workplace, build_id=run.build.id)
        promote(workplace, "development")


def make_releasable(device: Device) -> None:
    """Decide all that the release gate asks, and freeze a candidate: two signatures are wanted."""
    why = {"rationale": "looked at in full today"}
    acceptable = {"risk": "nothing new may happen", "outcome": "acceptable", **why}
    accepted = {"method": "review", "outcome": "accepted", **why}
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        decide(workplace, "evaluate", "risk-file", acceptable, quality)
        sign(workplace, person(workplace, RELEASE), "risk-file")
        decide(workplace, "scope", VERSION, {"requirements": ("all",), **why}, quality)
        decide(workplace, "significance", VERSION, SIGNIFICANCE, quality)
        decide(workplace, "review", "NEED-001", {**accepted, "method": "demonstration"}, quality)
        decide(workplace, "review", "validation", accepted, quality, version=VERSION)
        decide(workplace, "review", "verification", accepted, quality, version=VERSION)
        state = release(workplace, VERSION)
        assert state.outcome == "pass", state.conditions

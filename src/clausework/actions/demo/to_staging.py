"""The first half: from the root of trust through a refusing gate to a build in staging (clauses 5.5 to 5.7, 7.1.3)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from clausework.actions.demo.by_hand import review
from clausework.actions.demo.decisions import approve_change
from clausework.actions.demo.evidence import ALL, record_system_tests, record_unit_tests, unit_tests
from clausework.actions.demo.excerpts import blocking, first, headlines, last
from clausework.actions.demo.scene import ARTEFACT, COMPONENTS, QUALITY, RELEASE_AUTHORITY, Scene
from clausework.actions.demo.walk import Walk

_IMPLEMENTS = "Implements: SYS-001, ARCH-001, ARCH-006, ARCH-007, ARCH-008, ARCH-010"
"""What the first commit of the example is linked to: the whole of the software and how it is built."""


_CHANGE = "demo/CR-12-change.patch"
"""What version 2.4.1 is about. The example has it; the demo begins without it, to make it as a change is made."""


def _root(walk: Walk) -> None:
    walk.run("git", "init", "--quiet", "--initial-branch=main")
    walk.run("git", "apply", "--reverse", _CHANGE)
    walk.run("git", "add", "--all")
    walk.run("git", "commit", "--quiet", "-m", "The Infusor as it was", "-m", _IMPLEMENTS)
    walk.clausework("lint")
    walk.clausework("key", "new", QUALITY, "--name", "Quinn Quality")
    walk.clausework("key", "new", RELEASE_AUTHORITY, "--name", "Remy Release")
    walk.clausework(
        *("init", "--establish", "--person", QUALITY, "--person", RELEASE_AUTHORITY),
        *("--proof", "made up for a demo; nobody was identified"),
    )
    walk.run("git", "add", "clausework.root")
    walk.run("git", "commit", "--quiet", "-m", "Pin the root of the ledger")


def _refusal(walk: Walk) -> None:
    approve_change(walk, "CR-12", "Mends complaint 2026-118; the safety analysis holds")
    fault = _fault()
    walk.run("git", "apply", _CHANGE)
    _replace(walk, Path(fault["file"]), fault["find"], fault["replace"])
    walk.run("git", "diff", "--unified=0", "src", show=last(2))
    walk.run("git", "commit", "--quiet", "--all", "-m", "CR-12: confirm an occlusion for 0.5 s")
    walk.run("python", "tools/build.py", "controller")
    walk.clausework("build", "--software-item", "controller")
    walk.run(*unit_tests("controller"), ends=1, show=last(7))
    record_unit_tests(walk, "controller")
    walk.clausework("gate", "unit", "--software-item", "controller", ends=1, says=("REQ-037", "CTRL-005"))
    walk.clausework("promote", "development", "--software-item", "controller", ends=1, says=("unit is fail",))


def _mend(walk: Walk) -> None:
    fault = _fault()
    _replace(walk, Path(fault["file"]), fault["replace"], fault["find"])
    walk.run("git", "commit", "--quiet", "--all", "-m", "CR-12: take the occlusion threshold as kPa again")
    walk.run("python", "tools/build.py")
    walk.clausework("build", "--all-items")
    walk.clausework("rebuild", "--all-items", says=("identical",))
    walk.run_together(*ALL)
    for component in COMPONENTS:
        record_unit_tests(walk, component)
    walk.clausework("record", "reports/integration.xml", "--level", "integration", "--configuration", "bench")
    record_system_tests(walk, "bench")
    record_system_tests(walk, "office")
    walk.clausework("record", "reports/bandit.sarif", "reports/sbom.cdx.json", "--all-items", show=headlines)


def _gates(walk: Walk) -> None:
    walk.clausework(
        *("gate", "--software-item", "controller"),
        ends=1,
        says=("SOUP-001", ".github/workflows/pipeline.yml"),
        show=blocking,
    )
    walk.clausework("lint", "--pipeline", says=("actions/checkout",))
    walk.clausework(
        *("decide", "review", "pipeline", "--as", QUALITY, "--method", "review", "--outcome", "accepted"),
        *("--rationale", "Read as a whole: it builds, tests, records and asks the gates; it deploys nothing"),
    )
    walk.clausework(
        *("decide", "evaluate", "SOUP-001", "--as", QUALITY, "--outcome", "acceptable"),
        *("--risk", "A validator that let a wrong dose limit pass"),
        *("--rationale", "No issue listed for this version touches validators or frozen classes"),
    )
    review(walk)
    walk.clausework("gate", "--all-items", says=("class A", "class B", "class C", "advanced"), show=headlines)
    walk.clausework("promote", "development", "--all-items")


def _anomaly(walk: Walk) -> None:
    before = walk.clausework("where", "--artifact", ARTEFACT, show=first(3))
    walk.run("sh", "-c", f"echo | python {ARTEFACT} bench", ends=2)
    shutil.copy("demo/ANOM-003.yaml", "quality/ANOM-003.yaml")
    walk.run("cat", "quality/ANOM-003.yaml")
    walk.run("git", "add", "quality/ANOM-003.yaml")
    walk.run("git", "commit", "--quiet", "-m", "ANOM-003, found on the bench")
    walk.clausework(
        *("decide", "evaluate", "ANOM-003", "--as", QUALITY, "--outcome", "acceptable"),
        *("--risk", "None for a patient: a pump in use has no bench port"),
        *("--rationale", "A session on the bench is begun again; nothing that was measured is lost"),
    )
    after = walk.clausework("where", "--artifact", ARTEFACT, show=first(3))
    walk.must(
        "the build is the same before and after", hold=before.splitlines()[:3] == after.splitlines()[:3]
    )


def _fault() -> dict[str, str]:
    """Return the fault that the example brings: the file, the text to find in it, the text that replaces it."""
    found = json.loads(Path("demo/faulty_occlusion.json").read_text("utf-8"))
    return {name: found[name] for name in ("file", "find", "replace")}


def _replace(walk: Walk, path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    walk.must(f"'{old.strip()}' is in {path} once", hold=text.count(old) == 1)
    path.write_text(text.replace(old, new), encoding="utf-8")


SCENES = (
    Scene(
        "The root of trust",
        "The example is an infusion pump of three components, now a git repository: a controller of safety class C, a"
        " display of class B that is kept apart from it, and a program for the office of class A. Two people whose"
        " identity was proofed sign entry 0 of its ledger: their keys, their roles, the plan (21 CFR 11.100). The"
        " root's digest is committed with the source, so that nobody can begin a second ledger unnoticed. Both"
        " keys have one passphrase here, in CLAUSEWORK_PASSPHRASE; people type theirs.",
        _root,
    ),
    Scene(
        "A safety test fails, and the gate refuses",
        "2.4.1 is about CR-12: an occlusion is confirmed for 0.5 s. The request is approved before the work, by"
        " another person than who asks for it (8.2.1); trying it otherwise is refused. Then a slip in the work: the"
        " threshold of the alarm is taken to be in mmHg. The controller is built and its"
        " unit tests run. The red report is recorded like any other, and the gate of unit verification names what is"
        " not verified any more (5.5.5): the requirement REQ-037, its unit, its risk control.",
        _refusal,
    ),
    Scene(
        "The mend, and its evidence",
        "A new commit mends it. All three components are built, then built again from clean to the same bytes (5.8.5)."
        " Unit tests are about one component, tests on the bench about controller and display together, tests in the"
        " office about the companion, the analysis about all; each report is recorded about the digests that it is of"
        " (5.5.5, 5.6.3, 5.7.1, 8.1.2). The red result stays in the ledger with the source tree that it belongs to.",
        _mend,
    ),
    Scene(
        "The gates, and a decision that no machine makes",
        "Nothing passes by absence: that nobody has read the anomaly list of the SOUP item at its present version"
        " blocks (7.1.3), and so does what nobody reviewed: items (5.2.6, 5.3.6, 5.4.4, 5.6.5), and the pipeline's"
        " definition by another person than its author (5.1.10, 8.2.1). Quality evaluates the one and"
        " reviews the other, a set at a time, signed. Those are records, not commits: the same builds pass now, each by"
        " what its class asks and for the items that are its own, and reach staging by themselves.",
        _gates,
    ),
    Scene(
        "An anomaly, evaluated without a new build",
        "On the bench someone finds that an empty line ends the bench port. The anomaly is written down and its risk"
        " evaluated (9.2, 5.8.3). Neither touches the source tree: commit, build and digest before and after are the"
        " same, and all evidence about them still stands.",
        _anomaly,
    ),
)

"""The next version: one component changes, the others go on as they were, with their evidence (6.2.4, 8.1.3, 8.2)."""

from __future__ import annotations

from clausework.actions.demo.decisions import (
    accept_results,
    approve_change,
    decide_significance,
    set_scope,
    sign_release,
)
from clausework.actions.demo.evidence import (
    SBOM,
    analysis,
    record_system_tests,
    record_unit_tests,
    tests,
    unit_tests,
)
from clausework.actions.demo.excerpts import containing, headlines, last
from clausework.actions.demo.scene import NEXT_VERSION, QUALITY, VERSION, Scene
from clausework.actions.demo.walk import Program, Walk

_ANSWERS = {
    "A": "no: what the report is for stays",
    "B1": "no: RISK-013 is unchanged, and so are controller and display",
    "B2": "no: nothing is claimed that was not claimed before",
    "B3": "no: the companion has no alarm and no risk control",
    "B4": "no: the companion works as it did",
    "C1": "no: no component is new, and SOUP is as it was",
    "C2": "no: the sums are as they were",
    "C3": "no: there is no loop in the companion",
    "C4": "no: no function and no channel is added",
    "C5": "no: the report looks as it did",
    "N": "no: what restores the specification is not on the list",
}
_REUSED = f"(as in {VERSION})"
_COMPANION = "dist/infusor-companion-0.7.3.pyz"


def _change(walk: Walk) -> None:
    walk.clausework(
        *("decide", "close", "CR-12", "--as", QUALITY),
        *("--results", "Released in 2.4.1; the tests at the boundary of 0.5 s and of CTRL-005 passed"),
        *("--communication", "The hospitals of PR-007 are told with the release"),
    )
    walk.run("git", "apply", "demo/CR-13-request.patch")
    walk.run("git", "add", "quality")
    walk.run("git", "commit", "--quiet", "-m", "CR-12 is closed; PR-008, and CR-13 to resolve it")
    approve_change(walk, "CR-13", "Wards get their reports again; nothing else changes")
    walk.run("git", "apply", "demo/CR-13-change.patch")
    walk.run("git", "diff", "--unified=0", "src", show=last(3))
    walk.run("git", "commit", "--quiet", "--all", "-m", "CR-13: pass over empty lines of a log")
    walk.run("python", "tools/build.py", "companion")
    walk.clausework("build", "--all-items", says=("of display as it was",))
    walk.run_together(
        Program(unit_tests("companion"), show=last(1)),
        tests("system/office", "office"),
        analysis("src/companion", "tools"),
        SBOM,
    )
    record_unit_tests(walk, "companion")
    record_system_tests(walk, "office")
    walk.clausework("record", "reports/bandit.sarif", "reports/sbom.cdx.json", "--software-item", "companion")
    walk.clausework("gate", "--all-items", says=("advanced to staging",), show=headlines)
    walk.clausework(
        "release",
        NEXT_VERSION,
        ends=1,
        says=(f"controller {VERSION} {_REUSED}", f"display 1.9.0 {_REUSED}", "companion 0.7.3"),
        show=containing("as in", "nobody"),
    )
    set_scope(walk, NEXT_VERSION, "CR-13")
    decide_significance(
        walk,
        NEXT_VERSION,
        _ANSWERS,
        *("--decision", "not_significant", "--rationale", "CR-13 restores what is specified"),
    )
    accept_results(
        walk,
        NEXT_VERSION,
        "What users see of the pump is the same, byte for byte; the report is what it was",
        "The companion's reports were read; those of controller and display stand",
    )
    walk.clausework("release", NEXT_VERSION, show=containing("waits for"))
    sign_release(walk, NEXT_VERSION)
    walk.clausework(
        *("deploy", "production", "--artifact", _COMPANION),
        *("--operator", "operations@example.com", "--site", "office"),
        says=(f"as release {NEXT_VERSION}",),
    )
    walk.clausework(
        *("decide", "close", "CR-13", "--as", QUALITY),
        *("--results", "Released in 2.4.2; the tests of REQ-061 passed, the new one among them"),
        *("--communication", "The ward of PR-008 is told with the release"),
    )


NEXT = Scene(
    "The next version: one component changes",
    "A ward gets no report, because its logs end with an empty line. The change is asked for, analysed and approved"
    " before it is made (6.2.4, 8.2.1). It touches the companion alone: controller and display were built from sources"
    " that are as they were, so version 2.4.2 takes them as they were built, with all evidence about them, and people"
    " decide about what is new. What 2.4.2 is made of, and from where, stands in what they sign (8.1.3). With the"
    " release the verification of CR-13 is in, and it is closed (8.2.3).",
    _change,
)

"""The second half: release, admission, and the questions of an auditor (clauses 5.8, 8.2, 7.3.3, 9)."""

from __future__ import annotations

import shutil
from pathlib import Path

from clausework.actions.demo.by_hand import VALIDATION
from clausework.actions.demo.decisions import (
    accept_results,
    decide_significance,
    set_scope,
    sign_release,
)
from clausework.actions.demo.excerpts import containing, headlines
from clausework.actions.demo.next_version import NEXT
from clausework.actions.demo.scene import ARTEFACT, NEXT_VERSION, QUALITY, RELEASE_AUTHORITY, VERSION, Scene
from clausework.actions.demo.walk import Walk
from clausework.core.digests import sha256_of_file

_ANSWERS = {
    "A": "no: intended purpose and claims stay",
    "B1": "no: RISK-005 was evaluated again, its level is unchanged",
    "B2": "no: the usability study of 2.4 covers the alarms as they are now",
    "B3": "yes: the occlusion alarm comes up to 0.5 s later, within the 2 s of REQ-037",
    "B4": "no: the pump works as it did",
    "C1": "no: no component changes",
    "C2": "no: one comparison gains a duration",
    "C3": "no: the loop is as it was",
    "C4": "no: no function and no channel is added",
    "C5": "no: nothing is shown in a new way",
    "N": "no: the list names alarms that are removed, not those that are confirmed",
}
"""The answer to each question on significance: the change touches an alarm, and nothing else that is asked."""

_SITES = {
    ARTEFACT: "ward-7",
    "dist/infusor-display-1.9.0.pyz": "ward-7",
    "dist/infusor-companion-0.7.2.pyz": "office",
}
"""Where each component goes."""


def _release_gate(walk: Walk) -> None:
    walk.clausework("release", VERSION, ends=1, says=("ANOM-001", "risk-file", "5.8.6", "display 1.9.0"))
    walk.clausework(
        *("decide", "evaluate", "ANOM-001", "--as", QUALITY, "--outcome", "acceptable"),
        *("--risk", "Less than 0.1 mL shows too little on the display; delivery is not affected"),
        *("--rationale", "REQ-046 is met, and the log holds the exact volume", "--risk-items", "RISK-012"),
    )
    walk.clausework(
        *("decide", "evaluate", "risk-file", "--as", QUALITY, "--outcome", "acceptable"),
        *("--risk", "What remains when all risk controls work, taken together"),
        *("--rationale", "Each control is verified in effectiveness; the benefit outweighs what remains"),
        *("--document-version", "RMF-001 3.2"),
    )
    walk.clausework("sign", "risk-file", "--as", RELEASE_AUTHORITY)
    set_scope(walk, VERSION, "CR-12", "TASK-001", "TASK-005")
    decide_significance(
        walk,
        VERSION,
        _ANSWERS,
        *("--decision", "significant", "--rationale", "CR-12 changes when an alarm comes"),
        *("--regulatory-review", "Told to the notified body on 2 March 2026; no supplement is needed"),
    )
    accept_results(
        walk,
        VERSION,
        "The usability study of 2.4 covers the alarms as they are now",
        "Every report was read; deviations: none",
    )
    walk.clausework(
        "release", VERSION, says=("waits for 'authorised for release'",), show=containing("waits for")
    )


def _signatures(walk: Walk) -> None:
    walk.clausework("deploy", "production", "--artifact", ARTEFACT, ends=1, says=("no signed release names",))
    sign_release(walk, VERSION)


def _admission(walk: Walk) -> None:
    for artefact, site in _SITES.items():
        walk.clausework(
            *("deploy", "production", "--artifact", artefact),
            *("--operator", "operations@example.com", "--site", site),
            says=("admitted",),
        )
    tampered = walk.scenery.folder / "tampered" / Path(ARTEFACT).name
    tampered.parent.mkdir()
    tampered.write_bytes(_with_one_byte_changed(Path(ARTEFACT).read_bytes()))
    copy = f"../tampered/{tampered.name}"
    walk.run("cmp", "-l", ARTEFACT, copy, ends=1)
    walk.clausework("deploy", "production", "--artifact", copy, ends=1, says=("no signed release names",))


def _questions(walk: Walk) -> None:
    walk.clausework("trace", "REQ-037", "--release", VERSION, says=("REQ-037 Occlusion alarm: verified",))
    walk.clausework("where", "--artifact", ARTEFACT, says=("Quinn Quality", "Remy Release"))
    walk.clausework("audit", NEXT_VERSION, ends=1, says=("Is the tool itself validated?",), show=headlines)


def _verification(walk: Walk) -> None:
    walk.clausework("verify", says=("verified",))
    copy = walk.scenery.folder / "copy"
    shutil.copytree(".clausework", copy, ignore=shutil.ignore_patterns("keys"))
    report = sha256_of_file(Path("reports/bench.xml"))[0]
    kept = next((copy / "blobs").rglob(report))
    kept.chmod(0o600)
    kept.write_bytes(_with_one_byte_changed(kept.read_bytes()))
    walk.clausework("verify", "--store", "../copy", ends=4, says=(report,))


def _with_one_byte_changed(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


SCENES = (
    VALIDATION,
    Scene(
        "The release gate",
        "A version of the device is made of one build of each component, each with a version of its own. The gate goes"
        " through 5.8.1 to 5.8.8 item by item, and with them risk file, validation and significance of"
        " the change. What it misses now are decisions of people, and it says whose. When all is decided, the gate"
        " passes and waits for signatures.",
        _release_gate,
    ),
    Scene(
        "Two signatures",
        "Until the release is signed, its artefacts are not admitted to production. The gravest class counts, and that"
        " is C: quality confirms that verification is"
        " complete, the release authority authorises; each signs by name, role and meaning (21 CFR 11.50), and the gate"
        " is evaluated again before each signature. The last one makes the release.",
        _signatures,
    ),
    Scene(
        "What may run, and what may not",
        "Production admits only digests that a signed release names (5.8.8). A copy of an artefact with one byte"
        " changed is another artefact; its refusal is recorded too.",
        _admission,
    ),
    NEXT,
    Scene(
        "The auditor's questions",
        "What proves REQ-037 in the released version (7.3.3, 5.7.4)? And, of an artefact found running somewhere: which"
        " commit, dependencies, tests, risk file and authorisation are behind it (8.1.3)? And all that auditors ask,"
        " with what is still missing: nobody attached the logs of the jobs, nor the validation of the tool"
        " (ISO 13485 4.1.6).",
        _questions,
    ),
    Scene(
        "Nobody has to trust Clausework",
        "The whole ledger is verified from its root alone, offline: every entry, signature, checkpoint and file. In a"
        " copy of it, one byte of the recorded report of the tests on the bench is changed; that is found and named.",
        _verification,
    ),
)

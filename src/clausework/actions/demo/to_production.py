"""The second half: release, admission, and the questions of an auditor (clauses 5.8, 8.2, 7.3.3, 9)."""

from __future__ import annotations

import shutil
from pathlib import Path

from clausework.actions.demo.excerpts import containing
from clausework.actions.demo.scene import ARTEFACT, QUALITY, RELEASE_AUTHORITY, VERSION, Scene
from clausework.actions.demo.walk import Walk
from clausework.core.digests import sha256_of_file


def _release_gate(walk: Walk) -> None:
    walk.clausework("release", VERSION, ends=1, says=("ANOM-001", "risk-file", "5.8.6"))
    walk.clausework(
        *("decide", "evaluate", "ANOM-001", "--as", QUALITY, "--outcome", "acceptable"),
        *("--risk", "Less than 0.1 mL shows too little on the display; delivery is not affected"),
        *("--rationale", "REQ-046 is met, and the log holds the exact volume"),
    )
    walk.clausework(
        *("decide", "evaluate", "risk-file", "--as", QUALITY, "--outcome", "acceptable"),
        *("--risk", "What remains when all risk controls work, taken together"),
        *("--rationale", "Each control is verified in effectiveness; the benefit outweighs what remains"),
    )
    _change_request(walk)
    walk.clausework(
        *("decide", "scope", VERSION, "--as", QUALITY, "--requirements", "all", "--changes", "CR-12"),
        *("--tasks", "TASK-001", "--tasks", "TASK-005", "--rationale", "What was planned for 2.4.1"),
    )
    walk.clausework(
        *(
            "decide",
            "evaluate",
            "significance",
            "--version",
            VERSION,
            "--as",
            QUALITY,
            "--outcome",
            "acceptable",
        ),
        *("--risk", "Needless alarms become fewer; the alarm stays within 2 s"),
        *("--rationale", "Intended purpose, control principle and warnings stay as they were"),
    )
    for what, rationale in (
        ("validation", "The usability study of 2.4 covers the alarms as they are now"),
        ("verification", "Every report was read; deviations: none"),
    ):
        walk.clausework(
            *("decide", "review", what, "--version", VERSION, "--as", QUALITY, "--method", "review"),
            *("--outcome", "accepted", "--rationale", rationale),
        )
    walk.clausework(
        "release", VERSION, says=("waits for 'authorised for release'",), show=containing("waits for")
    )


def _change_request(walk: Walk) -> None:
    walk.clausework(
        *("decide", "approve", "CR-12", "--as", RELEASE_AUTHORITY),
        *("--rationale", "Mends complaint 2026-118; the safety analysis holds"),
    )
    walk.clausework("sign", "CR-12", "--as", RELEASE_AUTHORITY, ends=5, says=("not by release@example.com",))
    walk.clausework("sign", "CR-12", "--as", QUALITY)


def _signatures(walk: Walk) -> None:
    walk.clausework("deploy", "production", "--artifact", ARTEFACT, ends=1, says=("no signed release names",))
    walk.clausework("sign", VERSION, "--as", QUALITY, says=("still waits",))
    walk.clausework("sign", VERSION, "--as", RELEASE_AUTHORITY, says=("released  #",))


def _admission(walk: Walk) -> None:
    walk.clausework(
        *(
            "deploy",
            "production",
            "--artifact",
            ARTEFACT,
            "--operator",
            "operations@example.com",
            "--site",
            "ward-7",
        ),
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


def _verification(walk: Walk) -> None:
    walk.clausework("verify", says=("verified",))
    copy = walk.scenery.folder / "copy"
    shutil.copytree(".clausework", copy, ignore=shutil.ignore_patterns("keys"))
    report = sha256_of_file(Path("reports/system.xml"))[0]
    kept = next((copy / "blobs").rglob(report))
    kept.chmod(0o600)
    kept.write_bytes(_with_one_byte_changed(kept.read_bytes()))
    walk.clausework("verify", "--store", "../copy", ends=4, says=(report,))


def _with_one_byte_changed(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


SCENES = (
    Scene(
        "The release gate",
        "The gate goes through 5.8.1 to 5.8.8 item by item, and with them risk file, validation and significance of"
        " the change. What it misses now are decisions of people, and it says whose. A change request is approved by"
        " somebody else than who asks for it (8.2.1); trying it otherwise is refused. When all is decided, the gate"
        " passes and waits for signatures.",
        _release_gate,
    ),
    Scene(
        "Two signatures",
        "Until the release is signed, its artefact is not admitted to production. Quality confirms that verification is"
        " complete, the release authority authorises; each signs by name, role and meaning (21 CFR 11.50), and the gate"
        " is evaluated again before each signature. The last one makes the release.",
        _signatures,
    ),
    Scene(
        "What may run, and what may not",
        "Production admits only digests that a signed release names (5.8.8). A copy of the artefact with one byte"
        " changed is another artefact; its refusal is recorded too.",
        _admission,
    ),
    Scene(
        "The auditor's questions",
        "What proves REQ-037 in the released version (7.3.3, 5.7.4)? And, of an artefact found running somewhere: which"
        " commit, dependencies, tests, risk file and authorisation are behind it (8.1.3)?",
        _questions,
    ),
    Scene(
        "Nobody has to trust Clausework",
        "The whole ledger is verified from its root alone, offline: every entry, signature, checkpoint and file. In a"
        " copy of it, one byte of the recorded report of the system tests is changed; that is found and named.",
        _verification,
    ),
)

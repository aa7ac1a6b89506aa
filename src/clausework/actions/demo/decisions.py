"""What people decide about a version before its release: scope, significance, results (5.8.1, 5.8.6; 13485 7.3.7)."""

from __future__ import annotations

from collections.abc import Mapping

from clausework.actions.demo.scene import QUALITY, RELEASE_AUTHORITY
from clausework.actions.demo.walk import Walk


def approve_change(walk: Walk, change: str, rationale: str) -> None:
    """Let a change request be approved by another person than who asks for it."""
    walk.clausework("decide", "approve", change, "--as", RELEASE_AUTHORITY, "--rationale", rationale)
    refused = f"not by {RELEASE_AUTHORITY}"
    walk.clausework("sign", change, "--as", RELEASE_AUTHORITY, ends=5, says=(refused,))
    walk.clausework("sign", change, "--as", QUALITY)


def set_scope(walk: Walk, version: str, change: str, *tasks: str) -> None:
    """Sign what the version is to hold."""
    walk.clausework(
        *("decide", "scope", version, "--as", QUALITY, "--requirements", "all", "--changes", change),
        *(word for task in tasks for word in ("--tasks", task)),
        *("--rationale", f"What was planned for {version}"),
    )


def decide_significance(walk: Walk, version: str, answers: Mapping[str, str], *decision: str) -> None:
    """Answer each question on significance, and say what follows and what becomes of the UDI."""
    said = [word for mark in sorted(answers) for word in ("--answers", f"{mark} {answers[mark]}")]
    walk.clausework(
        *("decide", "significance", version, "--as", QUALITY, *said, *decision),
        *("--udi", "new_pi", "--udi-reason", "Minor: the device, its purpose and its claims stay"),
    )


def accept_results(walk: Walk, version: str, validation: str, verification: str) -> None:
    """Accept the results of validation and of verification of exactly the artefacts that are to be released."""
    for what, rationale in (("validation", validation), ("verification", verification)):
        walk.clausework(
            *("decide", "review", what, "--version", version, "--as", QUALITY, "--method", "review"),
            *("--outcome", "accepted", "--rationale", rationale),
        )


def sign_release(walk: Walk, version: str) -> None:
    """Let quality and the release authority sign; the last signature makes the release."""
    walk.clausework("sign", version, "--as", QUALITY, says=("still waits",))
    walk.clausework("sign", version, "--as", RELEASE_AUTHORITY, says=("released  #",))

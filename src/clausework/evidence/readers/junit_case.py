"""What a JUnit test case says of itself: outcome, message, duration, name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from clausework.core.digests import sha256_of
from clausework.evidence.detail import CaseOutcome
from clausework.evidence.readers.junit_totals import Tally
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected
from clausework.evidence.xml_events import Attributes

LONGEST_MESSAGE = 1000
"""Characters kept of a message; the raw report keeps all."""

_PROBLEMS = {
    **dict.fromkeys(("failure", "failed", "fail"), "failure"),
    **dict.fromkeys(("error", "errored", "exception", "aborted", "broken", "timeout", "crash"), "error"),
    **dict.fromkeys(("skipped", "skip", "ignored", "disabled", "pending"), "skipped"),
    "warning": "warning",
}
OTHER_RUNS = {"rerunFailure": "rerun", "rerunError": "rerun", "flakyFailure": "flaky", "flakyError": "flaky"}
"""Elements by which Surefire reports that a case ran again: flaky where it passed in the end."""

_PYTEST_TEARDOWN = "failed on teardown"
_MOCHA_HOOK = re.compile(r'"(?:before|after) (?:all|each)" hook')
_CTEST_SKIP = re.compile(r"disabled|skip_return_code=-?[0-9]+|skip_regular_expression_matched", re.IGNORECASE)
_LONGEST_NAME = 1000
_LONGEST_DURATION = 10 * 365 * 86_400
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_STATUSES: dict[str, CaseOutcome] = {
    **dict.fromkeys(
        ("", "run", "completed", "done", "executed", "finished", "passed", "pass", "ok"), "passed"
    ),
    **dict.fromkeys(("success", "successful", "succeeded"), "passed"),
    **dict.fromkeys(("fail", "failed", "failure"), "failed"),
    **dict.fromkeys(("error", "errored", "broken", "aborted", "timeout", "crashed"), "errored"),
    **dict.fromkeys(("notrun", "disabled", "skipped", "skip", "suppressed", "ignored", "pending"), "skipped"),
}

Problem = tuple[str, str]
"""The name of an element that reports a problem, and its message."""


def problem_kind(element: str) -> str:
    """Return which kind of problem an element reports: that of its name in any case of letters, or none."""
    return element if element in OTHER_RUNS else _PROBLEMS.get(element.lower(), "")


def outcome_of(
    attributes: Attributes, problems: Sequence[Problem], own: Tally, remarks: Remarks
) -> tuple[CaseOutcome, str]:
    """Return the worst that a case says of itself, with the message of that, and count it in ``own``."""
    kinds = [kind for kind, _ in problems]
    stated = _stated(attributes, remarks)
    failed = "failure" in kinds or stated == "failed"
    errored = "error" in kinds or stated == "errored"
    if not failed and not errored and any(OTHER_RUNS.get(kind) == "rerun" for kind in kinds):
        failed = True  # another run failed and nothing says that the last one passed
    own.failure_elements += kinds.count("failure")
    own.error_elements += kinds.count("error")
    own.runs_again += sum(kind in OTHER_RUNS for kind in kinds)
    own.failed += failed
    own.errored += errored
    own.not_passing += failed or errored
    own.skip_elements += "skipped" in kinds
    own.teardowns += any(kind == "error" and text.startswith(_PYTEST_TEARDOWN) for kind, text in problems)
    own.hooks += (failed or errored) and _MOCHA_HOOK.match(attributes.get("name", "")) is not None
    decisive = "failure" if failed else "error" if errored else "skipped"
    message = next((text for kind, text in problems if kind == decisive and text), "")
    message = message or next((text for kind, text in problems if kind not in OTHER_RUNS and text), "")
    message = message or next((text for _, text in problems), "")
    if failed or errored:
        return "failed" if failed else "errored", message
    if "skipped" in kinds or "warning" in kinds or stated == "skipped":
        return _not_passed(attributes, kinds, message, own, remarks), message
    if kinds:
        remarks.add("a case passed only when it was run again", attributes.get("name", "")[:100])
        again = f"passed when it was run again; {len(kinds)} earlier did not: {message}"
        return "passed", again[:LONGEST_MESSAGE]
    return "passed", message


def _not_passed(
    attributes: Attributes, kinds: Sequence[str], message: str, own: Tally, remarks: Remarks
) -> CaseOutcome:
    """Return what a case is that neither passed nor failed, and count it in ``own``.

    CTest writes each test that it could not run as skipped, and counts it as failed itself.
    """
    own.skipped += 1
    own.not_run += "skipped" not in kinds
    if "skipped" not in kinds and "warning" in kinds:
        remarks.add("a case gave a warning and does not count as passed", attributes.get("name", "")[:100])
    by_ctest = attributes.get("status") == "notrun" and attributes.get("classname") == attributes.get("name")
    if by_ctest and "skipped" in kinds and not _CTEST_SKIP.fullmatch(message):
        remarks.add("CTest could not run a test, which counts as errored", message[:100])
        return "errored"
    return "skipped"


def _stated(attributes: Attributes, remarks: Remarks) -> CaseOutcome:
    """Return what the attributes of googletest, CTest and others state; an unknown word is an error."""
    worst: CaseOutcome = "passed"
    for name in ("status", "result"):
        text = attributes.get(name, "")
        stated = _STATUSES.get(text.lower().replace("_", "").replace(" ", ""))
        if stated is None:
            remarks.add(f"a case has a {name} that is not known and counts as errored", text[:60])
            return "errored"
        if stated != "passed" and worst in {"passed", "skipped"}:
            worst = stated
    return worst


def duration_of(text: str) -> int:
    """Return a ``time`` in milliseconds; raises ``ValueRejected`` for what is no duration.

    Surefire groups thousands with commas.
    """
    try:
        seconds = float(text or 0)
    except ValueError:
        seconds = float(text.replace(",", "")) if _GROUPED.fullmatch(text.strip()) else -1.0
    if not 0 <= seconds <= _LONGEST_DURATION or "_" in text:  # NaN compares as false
        raise ValueRejected(f"time='{text[:40]}' is not a duration")
    return round(seconds * 1000)


def line_of(text: str) -> int:
    """Return a line number, 0 where none is given."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def bounded(text: str) -> str:
    """Return ``text``; of one past all use its beginning and a digest, so that it still names one case."""
    if len(text) <= _LONGEST_NAME:
        return text
    return f"{text[:900]}... sha256:{sha256_of(text.encode())}"

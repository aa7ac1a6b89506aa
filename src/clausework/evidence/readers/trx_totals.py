"""The counters of a TRX report against its results.

Which results count differs: the rows of a data-driven test, the rows and the test around them (VSTest until 2026), or
that test alone (MSTest). VSTest leaves ``notExecuted`` at zero whatever was skipped. What no reading explains means
that results were lost, added or changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from clausework.evidence.readers.test_xml import TotalsContradict, odd_totals
from clausework.evidence.xml_events import Attributes

_PLAIN = ("timeout", "aborted", "passedButRunAborted", "disconnected", "warning", "inProgress", "pending")
_NO_VERDICT = ("error", "timeout", "aborted", "notrunnable", "disconnected")


def check_counters(attributes: Attributes, readings: Sequence[Counter[str]]) -> list[tuple[str, str]]:
    """Hold ``attributes`` against the results; return remarks with examples on readings but the plain one.

    ``readings`` are the results by their outcome in lower case, the plain way of counting them first. Raises
    ``TotalsContradict`` with both numbers of the plain reading.
    """
    problem: TotalsContradict | None = None
    for reading in readings:
        try:
            odd = odd_totals("the report", attributes, _counts(reading))
        except TotalsContradict as error:
            problem = problem or error
            continue
        if reading != readings[0]:
            stated = attributes.get("total", "")
            odd.append(
                ("the counters count data-driven tests in another way than their rows", f"{stated} results")
            )
        return odd
    raise problem or TotalsContradict("the report has no results to hold its counters against")


def _counts(results: Counter[str]) -> dict[str, tuple[int, ...]]:
    """Return what each counter may say: the plain count, then those of known tools."""
    total, unknown = results.total(), results[""]
    ran = total - results["notexecuted"]
    judged = results["passed"] + results["failed"]
    without_verdict = sum(results[word] for word in _NO_VERDICT)
    return {
        "total": (total,),
        "executed": (
            ran - results["notrunnable"],
            ran,
            judged,
            judged + unknown,
            judged + without_verdict,
            total,
        ),
        "passed": (results["passed"],),
        "failed": (results["failed"], results["failed"] + unknown, results["failed"] + without_verdict),
        "error": (results["error"], results["error"] + unknown),
        "inconclusive": (results["inconclusive"],),
        "notRunnable": (results["notrunnable"],),
        "notExecuted": (results["notexecuted"], 0),
        "completed": (results["completed"], judged, 0, ran),
        **{name: (results[name.lower()],) for name in _PLAIN},
    }

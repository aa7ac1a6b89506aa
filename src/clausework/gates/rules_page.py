"""The table of the trace rules, made from the rules themselves.

``docs/traceability.md`` holds it; a test holds the page against it.
"""

from __future__ import annotations

from clausework.gates.trace_findings import RULES, TraceRule
from clausework.standards import cite

_FOUND_BY = "results, decisions, history"
"""Where a rule that says nothing else looks."""


def rules_page() -> str:
    """Return the rules L1 to L20 as a Markdown table, a line feed at its end."""
    head = (
        "| rule | it finds | clauses | classes | looks at | refused by |",
        "|---|---|---|---|---|---|",
    )
    return "\n".join([*head, *map(_row, RULES), ""])


def _row(rule: TraceRule) -> str:
    cells = (
        rule.name,
        rule.says,
        "; ".join(map(cite, rule.clauses)),
        ", ".join(rule.classes),
        rule.where or _FOUND_BY,
        rule.judged_by,
    )
    return f"| {' | '.join(cells)} |"

"""What a first plan says of the clauses that its pipeline does not serve: the documents where they are usually done.

The texts are a beginning. Their reviews fall due soon, so that their owner names the documents that there really are.
"""

from __future__ import annotations

from collections.abc import Sequence

_REASON = "No stage of the pipeline asks for it; its owner confirms by the review where it is done."

_WHERE: tuple[tuple[str, str], ...] = (
    ("4.1", "the quality manual, usually"),
    ("4.4", "the legacy software file where the device has legacy software, usually"),
    ("5.1", "the software development plan, usually"),
    ("5.2", "the software requirements specification and its review records, usually"),
    ("5.3", "the software architecture description and its review records, usually"),
    ("5.4", "the detailed design and its review records, usually"),
    ("5.5", "the software verification plan, usually"),
    ("5.6.8", "the problem resolution procedure, usually"),
    ("5.6", "the integration test plan and its review records, usually"),
    ("5.7.2", "the problem resolution procedure, usually"),
    ("5.7", "the system test plan and its review records, usually"),
    ("6.", "the software maintenance plan, usually"),
    ("7.", "the risk management plan and file, usually"),
    ("8.", "the configuration management plan, usually"),
    ("9.", "the problem resolution procedure, usually"),
)
"""The document where a clause is usually done, by how its number begins; the first that fits."""

_ELSEWHERE = "the quality system's procedure for it, usually"


def gaps_section(clauses: Sequence[tuple[str, str]], owner: str, review: str) -> str:
    """Return the section ``gaps`` of a plan as text for ``clauses``, given as number and title; empty for none."""
    if not clauses:
        return ""
    lines = [
        f'  "{number}": {{reason: "{_REASON}", where: "{_where(number)}", owner: {owner}, review: {review}}}  # {title}'
        for number, title in clauses
    ]
    head = (
        "# Clauses that no stage serves. Name the manufacturer's own documents before the plan is approved;\n"
        "# 'clausework lint --plan' shows what is served, and when a review is due.\n"
    )
    return f"{head}gaps:\n" + "\n".join(lines) + "\n"


def _where(number: str) -> str:
    return next((where for start, where in _WHERE if number.startswith(start)), _ELSEWHERE)

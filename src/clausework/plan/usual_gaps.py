"""What a first plan says of the clauses that its pipeline does not serve: the documents where they are usually done.

The texts are a beginning. Their reviews fall due soon, so that their owner names the documents that there really are.
"""

from __future__ import annotations

from collections.abc import Sequence

_REASON = "No stage of the pipeline asks for it; its owner confirms by the review where it is done."

_WHERE: tuple[tuple[str, str], ...] = (
    ("4.1", "usually the quality manual"),
    ("4.4", "usually the legacy software file, where the device has legacy software"),
    ("5.1", "usually the software development plan"),
    ("5.2", "usually the software requirements specification and its review records"),
    ("5.3", "usually the software architecture description and its review records"),
    ("5.4", "usually the detailed design and its review records"),
    ("5.5", "usually the software verification plan"),
    ("5.6.8", "usually the problem resolution procedure"),
    ("5.6", "usually the integration test plan and its review records"),
    ("5.7.2", "usually the problem resolution procedure"),
    ("5.7", "usually the system test plan and its review records"),
    ("6.", "usually the software maintenance plan"),
    ("7.", "usually the risk management plan and file"),
    ("8.", "usually the configuration management plan"),
    ("9.", "usually the problem resolution procedure"),
)
"""The document where a clause is usually done, by how its number begins; the first that fits."""

_ELSEWHERE = "usually the quality system's procedure for it"


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

"""What readers of documents on exploitability share: statements, bounded and counted by status."""

from __future__ import annotations

from collections import Counter
from typing import Literal, get_args

from clausework.evidence.detail import DetailWriter, VexStatement
from clausework.evidence.readers.vulnerability import listed
from clausework.evidence.remarks import Remarks

Status = Literal["not_affected", "affected", "fixed", "under_investigation"]

STATUSES: tuple[Status, ...] = get_args(Status)

JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    }
)
"""Why a product is not affected, in the words of the VEX working group, which OpenVEX and CSAF both use."""

_LONGEST_TEXT = 1000
_LONGEST_NAME = 500
_MOST_PRODUCTS = 1000


class Statements:
    """Takes the statements of one document; those on many products are divided."""

    def __init__(self, detail: DetailWriter) -> None:
        self.remarks = Remarks()
        self._detail = detail
        self._by_status: Counter[str] = Counter()

    def add(self, statement: VexStatement) -> None:
        """Take a statement."""
        products = tuple(product[: 2 * _LONGEST_NAME] for product in statement.products)
        for start in range(0, max(len(products), 1), _MOST_PRODUCTS):
            self._by_status[statement.status] += 1
            self._detail.add(
                VexStatement(
                    statement.vulnerability[:_LONGEST_NAME],
                    statement.status,
                    products[start : start + _MOST_PRODUCTS],
                    statement.justification,
                    statement.impact[:_LONGEST_TEXT],
                    statement.action[:_LONGEST_TEXT],
                    listed(statement.aliases),
                )
            )

    def by_status(self) -> dict[str, int]:
        """Return how many statements there are of each status."""
        return {status: self._by_status[status] for status in STATUSES}

"""What a CycloneDX bill says about vulnerabilities: counted for a remark, and as statements on exploitability."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import msgspec

from clausework.evidence.detail import VexStatement
from clausework.evidence.remarks import Remarks
from clausework.evidence.severity import severity_of_score, severity_of_word
from clausework.evidence.source import ValueRejected

_SEVERITIES = ("critical", "high", "medium", "low", "none")
_LONGEST_TEXT = 2000
_MOST_PRODUCTS = 2000

_STATUS_OF_STATE = {
    "resolved": "fixed",
    "resolved_with_pedigree": "fixed",
    "exploitable": "affected",
    "in_triage": "under_investigation",
    "false_positive": "not_affected",
    "not_affected": "not_affected",
}
_STATUS_OF_VERSION = {"affected": "affected", "unaffected": "not_affected", "unknown": "under_investigation"}


class Rating(msgspec.Struct, frozen=True):
    """How severe somebody holds a vulnerability to be."""

    severity: str | None = None
    score: float | str | None = None


class Origin(msgspec.Struct, frozen=True):
    """Where a vulnerability is described under an identifier."""

    id: str | None = None


class Analysis(msgspec.Struct, frozen=True):
    """What somebody found when they looked whether the vulnerability can be exploited."""

    state: str | None = None
    justification: str | None = None
    response: tuple[str, ...] | None = None
    detail: str | None = None


class Versions(msgspec.Struct, frozen=True):
    """A version of what is affected, or a range of them, and how it stands."""

    version: str | None = None
    range: str | None = None
    status: str | None = None


class Target(msgspec.Struct, frozen=True):
    """What the vulnerability is said of."""

    ref: str
    versions: tuple[Versions, ...] | None = None


class Vulnerability(msgspec.Struct, frozen=True, rename={"bom_ref": "bom-ref"}):
    """A vulnerability that a bill names."""

    bom_ref: str | None = None
    id: str | None = None
    references: tuple[Origin, ...] | None = None
    ratings: tuple[Rating, ...] | None = None
    recommendation: str | None = None
    workaround: str | None = None
    analysis: Analysis | None = None
    affects: tuple[Target, ...] | None = None

    def severity(self) -> str:
        """Return the gravest severity that it is rated with, ``unknown`` where none is known."""
        rated = {
            severity_of_word(rating.severity or "")
            or (severity_of_score(rating.score) if rating.score is not None else None)
            for rating in self.ratings or ()
        }
        return next((severity for severity in _SEVERITIES if severity in rated), "unknown")

    def state(self) -> str:
        """Return the state of its analysis in CycloneDX's words; empty where it was not analysed."""
        return (self.analysis.state if self.analysis else None) or ""


class VulnerabilityTally:
    """Counts the vulnerabilities that stand in a bill, so that they are not lost in silence."""

    def __init__(self) -> None:
        self.count = 0
        self._severities: Counter[str] = Counter()
        self._states: Counter[str] = Counter()

    def add(self, severity: str, state: str) -> None:
        """Count one with its gravest severity and the state of its analysis."""
        self.count += 1
        self._severities[severity[:40]] += 1
        self._states[state[:40] or "not analysed"] += 1

    def remark(self, how_read: str) -> str:
        """Return the remark on them; ``how_read`` says what becomes of them."""
        severities = _listed(self._severities)
        states = _listed(self._states)
        return f"it names {self.count} vulnerabilities, {how_read}: rated {severities}; analysis {states}"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {word}" for word, count in sorted(counts.items())[:10])


class StatementMaker:
    """Makes OpenVEX's statements of CycloneDX's vulnerabilities; ``product`` names what a ``bom-ref`` stands for."""

    def __init__(self, product: Callable[[str], str], remarks: Remarks) -> None:
        self._product = product
        self._remarks = remarks

    def make(self, found: Vulnerability, where: Callable[[], int]) -> Iterator[VexStatement]:
        """Yield what ``found`` says, a statement for each status; raises ``ValueRejected`` where it has no ID."""
        name = (found.id or "").strip()
        if not name:
            raise ValueRejected("a vulnerability has no ID", offset=where())
        analysis = found.analysis or Analysis()
        products = self._products_by_status(name, found)
        if sum(map(len, products.values())) > _MOST_PRODUCTS:
            raise ValueRejected(f"{name[:60]} names more than {_MOST_PRODUCTS} products", offset=where())
        action = [*(analysis.response or ()), found.recommendation or "", found.workaround or ""]
        for status, named in products.items():
            if status == "not_affected" and not analysis.justification and not analysis.detail:
                self._remarks.add("'not affected' is said without a reason", name[:60])
            yield VexStatement(
                name[:200],
                status,  # type: ignore[arg-type] # the tables have OpenVEX's words only
                tuple(named),
                (analysis.justification or "")[:200],
                (analysis.detail or "")[:_LONGEST_TEXT],
                "; ".join(filter(None, (part.strip() for part in action)))[:_LONGEST_TEXT],
                tuple(sorted({one.id[:200] for one in found.references or () if one.id})),
            )

    def _products_by_status(self, name: str, found: Vulnerability) -> dict[str, list[str]]:
        said = self._status(name, found.state())
        products: dict[str, list[str]] = {}
        for target in found.affects or ():
            product = self._product(target.ref)[:_LONGEST_TEXT]
            if not target.versions:
                products.setdefault(said or "affected", []).append(product)
            for one in target.versions or ():
                which = one.version or one.range or ""
                status = said or _STATUS_OF_VERSION.get(one.status or "affected", "affected")
                products.setdefault(status, []).append(f"{product} {which}".strip()[:_LONGEST_TEXT])
        if not products:
            self._remarks.add("a vulnerability is named without saying in what", name[:60])
            products[said or "affected"] = []
        return products

    def _status(self, name: str, state: str) -> str:
        """Return the status that stands for ``state``; empty where there is none to go by."""
        if not state:
            self._remarks.add(
                "a vulnerability has no analysis; what it is named for is taken as affected", name[:60]
            )
            return ""
        status = _STATUS_OF_STATE.get(state, "")
        if not status:
            self._remarks.add("a state of analysis is not known and taken as affected", state[:60])
        return status or "affected"

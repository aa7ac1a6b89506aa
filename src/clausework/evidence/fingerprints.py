"""Fingerprints of findings: the same text for the same finding in every build, whatever line it moved to.

With them a finding is known to be new, fixed or persisting, and a disposition finds what it was given for.
"""

from __future__ import annotations

import hashlib
import re

from clausework.evidence.detail import FindingDetail

_LENGTH = 32
_PLACE_IN_TEXT = re.compile(
    r"\b(?:line|column|col|row)s?\s*:?\s*\d+(?:\s*[-:]\s*\d+)?|:\d+(?::\d+)?\b", re.IGNORECASE
)


class Fingerprints:
    """Makes the fingerprints of one report; a repeat is told apart by its ordinal, in the report's order."""

    def __init__(self) -> None:
        self._seen: dict[bytes, int] = {}

    def of(self, tool: str, rule: str, *what: str) -> str:
        """Return the fingerprint of what ``tool`` found by ``rule``.

        ``what`` tells it from others of the rule and must not move with the code: a path without its line, the source
        text, a component without its version where the version is not what is wrong.
        """
        joined = "\0".join([tool, rule, *(" ".join(part.split()) for part in what)])
        digest = hashlib.sha256(joined.encode("utf-8", "surrogatepass")).digest()
        ordinal = self._seen.get(digest[:16], 0) + 1
        self._seen[digest[:16]] = ordinal
        text = digest.hex()[:_LENGTH]
        return text if ordinal == 1 else f"{text}-{ordinal}"


def without_place(message: str) -> str:
    """Return ``message`` without the line and column numbers in it, so that it stays when the code moves."""
    return _PLACE_IN_TEXT.sub("", message)


class FindingTally:
    """Counts a report's findings as they are written: open ones by severity, and suppressed ones."""

    def __init__(self) -> None:
        self.open_by_severity = dict.fromkeys(("critical", "high", "medium", "low", "none"), 0)
        self.suppressed = 0

    def take(self, finding: FindingDetail) -> FindingDetail:
        """Count ``finding`` and return it."""
        if finding.suppressed:
            self.suppressed += 1
        else:
            self.open_by_severity[finding.severity] += 1
        return finding

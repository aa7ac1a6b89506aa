"""The order of severities that thresholds use. Anything unknown counts as the gravest: it is never passed over."""

from __future__ import annotations

SEVERITIES = ("none", "low", "medium", "high", "critical")


def at_least(severity: str, threshold: str) -> bool:
    """Tell whether ``severity`` is ``threshold`` or graver."""
    if severity not in SEVERITIES or threshold not in SEVERITIES:
        return True
    return SEVERITIES.index(severity) >= SEVERITIES.index(threshold)

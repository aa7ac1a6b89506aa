"""Which risk control options were considered, by priority, and what is said of new risks (ISO 14971 7.1, 7.5).

``control_options`` holds an option a line or entry: its kind, a colon, what was considered and what came of it.
``new_risks`` of a control is ``none:`` and the reason, where it introduces none.
"""

from __future__ import annotations

from collections.abc import Collection

PRIORITY = ("inherent_safety", "protective_measure", "information_for_safety")
"""The kinds of control, the one to be preferred first."""

OPTIONS = "control_options"
NEW_RISKS = "new_risks"

_SHORTEST_REASON = 10


def options_of(field: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return what was considered by kind, and the lines of the field that name no kind or nothing considered."""
    found: dict[str, str] = {}
    faults = []
    for line in filter(None, (one.strip() for one in field.splitlines())):
        kind, _, considered = line.partition(":")
        if kind.strip() in PRIORITY and considered.strip():
            found[kind.strip()] = considered.strip()
        else:
            faults.append(line)
    return found, tuple(faults)


def not_considered(considered: Collection[str], taken: Collection[str]) -> tuple[str, ...]:
    """Return the kinds not considered of those to be preferred to the best one ``taken``; of all where none is."""
    best = next((at for at, kind in enumerate(PRIORITY) if kind in taken), len(PRIORITY))
    return tuple(kind for kind in PRIORITY[:best] if kind not in considered)


def tells_no_new_risks(field: str) -> bool:
    """Tell whether the field says that a control introduces no risk, and why not."""
    word, _, reason = field.partition(":")
    return word.strip().lower() == "none" and len(reason.strip()) >= _SHORTEST_REASON

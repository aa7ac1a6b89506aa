"""What the checks on coverage measure, and which of it a plan asks for (clauses 5.5.3, 5.5.5)."""

from __future__ import annotations

from clausework.gates.check import Settings, number

MEASURES = {"line": "line", "branch": "branch", "mcdc": "MC/DC"}
"""What is measured, as settings name it, in the words of a message."""


def wanted_of(settings: Settings) -> dict[str, int]:
    """Return the thresholds of what is to be measured; lines always are, the others unless 0 is asked of them."""
    asked = {name: percent for name in MEASURES if (percent := number(settings, name)) is not None}
    return {name: percent for name, percent in asked.items() if percent or name == "line"}


def how_to_measure(name: str, command: str) -> str:
    """Return how a measure that is missing is got, and what is left where no tool of the language knows it."""
    if name == "line":
        return command
    return (
        f"let the tool measure it (Python: coverage run --branch), then {command}; where no tool of the language does,"
        f" set '{name}: 0' with a 'because' in clausework.yaml"
    )

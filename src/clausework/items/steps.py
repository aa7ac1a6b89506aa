"""The steps of a test protocol, in the one text that every source of items can hold (clauses 5.6.7, 5.7.5).

A step is ``action | expected | tolerance``, the tolerance left out where there is none. Native YAML may write it as a
mapping of these three; other sources write one step per line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausework.items.model import FieldValue, Item
from clausework.ledger.records.manual import ProtocolStep

FIELD = "steps"
MEMBERS = ("action", "expected", "tolerance")
MOST_STEPS = 500
LONGEST_TEXT = 2000
"""Characters of an action, of what is expected, and of a tolerance."""

_BETWEEN = " | "


class StepMalformed(ValueError):
    """A step does not say what is done and what must be seen, and nothing else."""


def steps_of(item: Item) -> tuple[ProtocolStep, ...]:
    """Return the steps of a sound test protocol."""
    return tuple(_step(line) for line in _lines(item.fields.get(FIELD, "")))


def equipment_of(item: Item) -> tuple[str, ...]:
    """Return what equipment a run of the protocol needs, one entry per instrument."""
    value = item.fields.get("equipment", ())
    return tuple(" ".join(one.split()) for one in _lines(value))


def software_items_of(item: Item) -> tuple[str, ...]:
    """Return the software items of the plan that a run of the protocol is about; none named: all of the device's."""
    return tuple(word for line in _lines(item.fields.get("software_items", ())) for word in line.split())


def step_text(members: Mapping[str, object]) -> str:
    """Return a step that was written as a mapping as its text; raises ``StepMalformed``."""
    unknown = [name for name in members if name not in MEMBERS]
    if unknown:
        raise StepMalformed(f"a step has no '{unknown[0]}'; it has {', '.join(MEMBERS)}")
    texts = [" ".join(str(members.get(name, "")).split()) for name in MEMBERS]
    if any(_BETWEEN.strip() in text for text in texts):
        raise StepMalformed("a step holds '|', which parts its members")
    return _BETWEEN.join(texts if texts[2] else texts[:2])


def steps_faults(value: FieldValue) -> Iterator[str]:
    """Yield what is wrong with the field ``steps``, in words; a field that says nothing is not told here."""
    lines = _lines(value)
    if len(lines) > MOST_STEPS:
        yield f"it has {len(lines)} steps; {MOST_STEPS} are the most"
    for number, line in enumerate(lines, start=1):
        try:
            step = _step(line)
        except StepMalformed as error:
            yield f"step {number}: {error}"
            continue
        if max(len(step.action), len(step.expected), len(step.tolerance)) > LONGEST_TEXT:
            yield f"step {number} is longer than {LONGEST_TEXT} characters"


def _lines(value: FieldValue) -> list[str]:
    lines = value.splitlines() if isinstance(value, str) else value
    return [line for line in lines if line.strip()]


def _step(line: str) -> ProtocolStep:
    parts = [" ".join(part.split()) for part in line.split(_BETWEEN.strip())]
    if len(parts) not in {2, 3}:
        raise StepMalformed("it is not 'action | expected' or 'action | expected | tolerance'")
    if not parts[0] or not parts[1]:
        raise StepMalformed("it lacks what is done, or what is expected")
    return ProtocolStep(*parts)

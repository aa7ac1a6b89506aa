"""One scenario of a Cucumber report, folded from its steps and hooks: the worst of them is what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from clausework.evidence.detail import CaseOutcome
from clausework.evidence.json_elements import Unread
from clausework.evidence.json_walk import decode_kept
from clausework.evidence.readers.case_tally import LONGEST_MESSAGE, milliseconds
from clausework.evidence.remarks import Remarks

_UNSET = msgspec.UNSET
_MOST_PLACES = 10_000

OUTCOMES: dict[str, CaseOutcome] = {
    "passed": "passed",
    "failed": "failed",
    **dict.fromkeys(("skipped", "untested"), "skipped"),
    **dict.fromkeys(("pending", "pending_warn", "untested_pending", "xfailed"), "skipped"),
    **dict.fromkeys(("undefined", "untested_undefined", "ambiguous", "unknown"), "errored"),
    **dict.fromkeys(("error", "hook_error", "cleanup_error"), "errored"),
}
"""The words of Cucumber's implementations and of behave; any other is an error."""

_TOLD = frozenset({"pending", "pending_warn", "untested_pending", "xfailed"})


class StepResult(msgspec.Struct, frozen=True):
    """What a step or hook came to; ``error_message`` is a text or, of older behave, several lines."""

    status: str | msgspec.UnsetType | None = _UNSET
    duration: float | msgspec.UnsetType | None = _UNSET
    error_message: Unread = _UNSET
    error_type: Unread = _UNSET


class Hook(msgspec.Struct, frozen=True):
    """What ran before or after a scenario or a step."""

    result: StepResult | msgspec.UnsetType | None = _UNSET
    match: Unread = _UNSET
    embeddings: Unread = _UNSET
    output: Unread = _UNSET
    location: Unread = _UNSET
    keyword: Unread = _UNSET
    name: Unread = _UNSET


class Step(msgspec.Struct, frozen=True):
    """One step as it ran; ``hidden`` marks a hook that stands among the steps."""

    result: StepResult | msgspec.UnsetType | None = _UNSET
    location: str | msgspec.UnsetType | None = _UNSET
    hidden: bool | msgspec.UnsetType | None = _UNSET
    before: tuple[Hook, ...] | msgspec.UnsetType | None = _UNSET
    after: tuple[Hook, ...] | msgspec.UnsetType | None = _UNSET
    keyword: Unread = _UNSET
    name: Unread = _UNSET
    line: Unread = _UNSET
    match: Unread = _UNSET
    arguments: Unread = _UNSET
    rows: Unread = _UNSET
    doc_string: Unread = _UNSET
    doc_string_of_go: Unread = msgspec.field(default=_UNSET, name="docString")
    embeddings: Unread = _UNSET
    output: Unread = _UNSET
    step_type: Unread = _UNSET
    text: Unread = _UNSET
    table: Unread = _UNSET
    comments: Unread = _UNSET


class Tag(msgspec.Struct, frozen=True):
    """A tag as Cucumber writes it; behave writes its name alone."""

    name: str
    line: Unread = _UNSET
    type: Unread = _UNSET
    location: Unread = _UNSET


@dataclass(slots=True)
class Folded:
    """What steps and hooks come to together.

    ``steps`` counts those that are the scenario's own, ``told`` those that say what they came to. ``duration`` is in
    the unit of the report.
    """

    remarks: Remarks
    outcome: CaseOutcome = "passed"
    message: str = ""
    duration: float = 0.0
    steps: int = 0
    told: int = 0
    places: list[str] = field(default_factory=list)

    def take_step(self, step: Step, of_background: frozenset[str]) -> None:
        """Take the next step; one that stands at a place ``of_background`` is not the scenario's own."""
        for hook in (*(step.before or ()), *(step.after or ())):
            self.take_hook(hook)
        place = step.location or ""
        if place and len(self.places) < _MOST_PLACES:
            self.places.append(place)
        if not step.hidden:
            self.steps += place not in of_background
        if step.result or not step.hidden:
            self.take_result(step.result or StepResult())

    def take_hook(self, hook: Hook) -> None:
        """Take a hook; one that does not say what it came to, did nothing."""
        if hook.result:
            self.take_result(hook.result)

    def take_result(self, result: StepResult) -> None:
        """Take what a step or hook came to; a step without a status was not run."""
        status = result.status or ""
        self.told += bool(status)
        self.duration += result.duration or 0.0
        self.take_status(status or "untested", result.error_message)

    def take_status(self, status: str, error: Unread = _UNSET) -> None:
        """Take a word for what something came to."""
        word = status.lower().replace(" ", "_")
        outcome = OUTCOMES.get(word)
        if outcome is None:
            self.remarks.add("a status is not known and counts as errored", status[:60])
            outcome = "errored"
        elif word in _TOLD:
            self.remarks.add(f"a step is {word} and counts as skipped")
        red = self.outcome in {"failed", "errored"}
        if outcome in {"failed", "errored"} and not red:
            self.outcome = outcome
            self.message = message_of(error) or ("" if word == "failed" else word.replace("_", " "))
        elif outcome == "skipped" and not red:
            self.outcome = outcome
            self.message = self.message or message_of(error)

    def absorb(self, other: Folded) -> None:
        """Add what the background that ran before came to."""
        self.duration += other.duration
        self.told += other.told
        if other.outcome in {"failed", "errored"} or (
            other.outcome == "skipped" and self.outcome == "passed"
        ):
            self.outcome, self.message = other.outcome, other.message

    def milliseconds(self, *, in_seconds: bool) -> int:
        """Return the duration; raises ``ValueRejected`` for one that is none."""
        return milliseconds(self.duration * 1000 if in_seconds else self.duration / 1_000_000, "a duration")


def message_of(error: Unread) -> str:
    """Return an ``error_message``, be it one text or several lines."""
    if isinstance(error, msgspec.UnsetType) or bytes(error) == b"null":
        return ""
    message: str | list[str] = decode_kept(error, str | list[str])  # type: ignore[arg-type]
    return (message if isinstance(message, str) else "\n".join(message)).strip()[:LONGEST_MESSAGE]

"""Rules on the plan's pipeline: its definitions lie in the repository, and none at all has a defence (5.1.10)."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.core.placed_yaml import PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import Plan
from clausework.plan.pipeline import PIPELINE_SYSTEMS
from clausework.plan.rules.clauses import Placed
from clausework.plan.rules.paths import outside
from clausework.plan.values import is_day

_CLAUSES = ("5.1.10", "13485 4.1.6")


def check_pipeline(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell definitions that name no file of the repository or no CI system, and ``none`` without a defence."""
    pipeline = plan.pipeline
    way = ("pipeline", "definitions")
    if pipeline.is_none and pipeline.because is None:
        yield Finding(
            "defence",
            "'definitions: none' says that no pipeline builds this, and has no 'because'",
            document.place_of(way),
            _CLAUSES,
            "Say why, with a reference, an owner and a review date: 'because'.",
        )
    if pipeline.because is not None and not pipeline.is_none:
        message = "'because' defends 'definitions: none', which is not said"
        yield Finding("defence", message, document.place_of_key(("pipeline", "because")))
    if pipeline.because is not None and pipeline.because.owner not in plan.roles:
        place = document.place_of(("pipeline", "because", "owner"))
        yield Finding("role", f"the owner '{pipeline.because.owner}' is not a role of the plan", place)
    if pipeline.because is not None and not is_day(pipeline.because.review):
        place = document.place_of(("pipeline", "because", "review"))
        yield Finding("value", f"'{pipeline.because.review}' is not a day of the calendar", place)
    written: list[Placed] = []
    for at, given in enumerate(pipeline.given):
        if isinstance(given, str):
            written.append(((*way, at), given))
            continue
        for system, path in given.items():
            written.append(((*way, at, system), path))
            if system not in PIPELINE_SYSTEMS:
                hint = f"Systems that are read: {', '.join(PIPELINE_SYSTEMS)}."
                place = document.place_of_key((*way, at, system))
                yield Finding("value", f"'{system}' is no CI system that is read", place, hint=hint)
    yield from outside(written, document)

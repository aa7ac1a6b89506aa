"""Rules on software systems and their items, item sources, and tasks (clauses 4.3, 5.3.5, 5.8.6, 8.1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from clausework.core.placed_yaml import Path, PlacedDocument
from clausework.core.places import Finding
from clausework.plan.model import BuildRules, ItemMapping, Plan, SoftwareItem
from clausework.plan.rules.clauses import Placed, unknown_clauses
from clausework.plan.rules.paths import outside


def check_ids(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell software systems, or software items, that share an ID; capitals do not tell them apart."""
    systems = [(("software_systems", at, "id"), system.id) for at, system in enumerate(plan.software_systems)]
    items = [((*path, "id"), item.id) for path, item in _items(plan)]
    yield from _repeated(systems, "software system", document)
    yield from _repeated(items, "software item", document)


def check_classes(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell a class lower than the system's without a segregation, and one that is higher (4.3)."""
    for path, item in _items(plan):
        system = plan.software_systems[int(path[1])]
        if item.safety_class is None:
            continue
        place = document.place_of((*path, "class"))
        if item.safety_class < system.safety_class and not item.segregation.strip():
            message = f"'{item.id}' has class {item.safety_class} in a system of class {system.safety_class}"
            yield Finding(
                "segregation",
                f"{message}, and names no segregation that justifies it",
                place,
                ("4.3", "5.3.5"),
                f"Name the architecture item that justifies it: 'segregation', or use {system.safety_class}.",
            )
        if item.safety_class > system.safety_class:
            yield Finding(
                "class",
                f"'{item.id}' has class {item.safety_class}, higher than {system.safety_class} of its system",
                place,
                ("4.3",),
                f"Give the software system '{system.id}' class {item.safety_class}.",
            )


def check_paths(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell paths of a software item that do not lead down from the plan's folder."""
    for path, item in _items(plan):
        written = [((*path, "paths", at), text) for at, text in enumerate(item.paths)]
        if item.build:
            written += _build_paths((*path, "build"), item.build)
        yield from outside(written, document)


def check_sources(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell sources of items that do not name one format and its place inside the repository, and a mapping."""
    for at, source in enumerate(plan.items):
        place = document.place_of(("items", at))
        if isinstance(source, str):
            yield from outside([(("items", at), source)], document)
            continue
        members = {name: value for name, value in source.items() if name in ItemMapping.__struct_fields__}
        formats = [name for name in source if name not in members]
        if len(formats) != 1 or not isinstance(source[formats[0]], str):
            hint = (
                "Write {doorstop: reqs}, with type, types, links, columns and prefix beside it where needed."
            )
            yield Finding("items", "a source of items names one format and its place", place, hint=hint)
            continue
        yield from outside([(("items", at, formats[0]), str(source[formats[0]]))], document)
        try:
            msgspec.convert(members, ItemMapping)
        except msgspec.ValidationError as error:
            yield Finding("items", f"the mapping of '{formats[0]}' is not as it should be: {error}", place)


def check_tasks(plan: Plan, document: PlacedDocument) -> Iterator[Finding]:
    """Tell tasks that share an ID or cite unknown clauses."""
    yield from _repeated(
        [(("tasks", at, "id"), task.id) for at, task in enumerate(plan.tasks)], "task", document
    )
    for at, task in enumerate(plan.tasks):
        cited: list[Placed] = [(("tasks", at, "clauses", n), clause) for n, clause in enumerate(task.clauses)]
        yield from unknown_clauses(cited, document)


def _items(plan: Plan) -> Iterator[tuple[Path, SoftwareItem]]:
    for at, system in enumerate(plan.software_systems):
        for number, item in enumerate(system.items):
            yield ("software_systems", at, "items", number), item


def _repeated(named: Iterable[Placed], what: str, document: PlacedDocument) -> Iterator[Finding]:
    seen: set[str] = set()
    for path, name in named:
        if name.casefold() in seen:
            yield Finding(
                "duplicate-id", f"the {what} '{name}' is there twice", document.place_of(path), ("8.1.1",)
            )
        seen.add(name.casefold())


def _build_paths(path: Path, build: BuildRules) -> list[Placed]:
    outputs = [((*path, "outputs", at), text) for at, text in enumerate(build.outputs)]
    locks = [((*path, "locks", at), text) for at, text in enumerate(build.locks)]
    return [*outputs, *locks, ((*path, "sbom"), build.sbom)]

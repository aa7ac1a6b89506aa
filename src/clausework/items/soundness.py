"""What keeps items from being a baseline: IDs given twice, links that lead nowhere or wrong, cycles, gaps.

Lint (``items/lint.py``) asks whether sound items are complete; this asks whether they say anything definite.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from clausework.core.places import Finding
from clausework.items.fields import field_findings
from clausework.items.links import LINK_RULES, ORDERING_ROLES, ROLES, LinkRule, rules_for
from clausework.items.model import Item, Link


def errors_in(items: Sequence[Item], software_items: Collection[str] = ()) -> tuple[Finding, ...]:
    """Return all that keeps ``items`` from being a baseline, in the order of their places.

    ``software_items`` are the IDs that the plan gives to software items: links may lead to them.
    """
    by_id = {item.id: item for item in items}
    findings = [
        *_duplicates(items, software_items),
        *(finding for item in items for finding in field_findings(item)),
        *(finding for item in items for finding in _links_of(item, by_id, frozenset(software_items))),
        *_cycles(by_id),
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.place, finding.rule, finding.message)))


def _duplicates(items: Sequence[Item], software_items: Collection[str]) -> Iterator[Finding]:
    first: dict[str, Item] = {}
    named_by_plan = {name.casefold() for name in software_items}
    for item in items:
        key = (
            item.id.casefold()
        )  # IDs that differ in case alone are one file on some machines, and one to the ear
        if key in named_by_plan:
            message = f"{item.id} is the ID of a software item in the plan"
            yield Finding(
                "L15-duplicate-id", message, item.place, ("8.1.1",), "Give the item an ID of its own."
            )
        if key not in first:
            first[key] = item
            continue
        message = f"{item.id} is given twice; first at {first[key].place}"
        yield Finding(
            "L15-duplicate-id", message, item.place, ("8.1.1",), "An ID is never given twice, nor reused."
        )


def _links_of(item: Item, by_id: Mapping[str, Item], software_items: frozenset[str]) -> Iterator[Finding]:
    seen: set[Link] = set()
    for link in item.links:
        if link in seen:
            yield Finding("repeated-link", f"{item.id} {link.role} {link.target} is given twice", item.place)
        elif problem := _problem_of(link, item, by_id, software_items):
            yield problem
        seen.add(link)


def _problem_of(
    link: Link, item: Item, by_id: Mapping[str, Item], software_items: frozenset[str]
) -> Finding | None:
    if link.role not in ROLES:
        hint = f"Known roles: {', '.join(ROLES)}."
        return Finding(
            "link-role", f"{item.id} has a link of the unknown role '{link.role}'", item.place, (), hint
        )
    rules = rules_for(link.role, item.type)
    target = by_id.get(link.target)
    if target is None and link.target not in software_items:
        message = f"{item.id} {link.role} {link.target}, which is no item that was read"
        hint = "Mend the ID, or remove the link if the item was deleted."
        return Finding(
            "L19-dangling-link", message, item.place, _clauses(rules) or _clauses_of_role(link.role), hint
        )
    if target is item:
        return Finding(
            "L16-cycle", f"{item.id} {link.role} itself", item.place, _clauses(rules), "Remove the link."
        )
    if any(target.type in rule.targets if target else rule.software_items for rule in rules):
        return None
    return _wrong_combination(link, item, str(target.type) if target else "software item of the plan")


def _wrong_combination(link: Link, item: Item, target: str) -> Finding:
    message = f"{item.id} {link.role} {link.target}: a {item.type} does not link so to a {target}"
    allowed = [
        f"{'/'.join(sorted(rule.sources))} to {'/'.join(sorted(rule.targets))}"
        for rule in LINK_RULES
        if rule.role == link.role
    ]
    hint = f"'{link.role}' leads from {'; from '.join(allowed)}."
    return Finding("link-types", message, item.place, _clauses_of_role(link.role), hint)


def _clauses(rules: Sequence[LinkRule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for rule in rules for clause in rule.clauses))


def _clauses_of_role(role: str) -> tuple[str, ...]:
    return _clauses([rule for rule in LINK_RULES if rule.role == role])


def _cycles(by_id: Mapping[str, Item]) -> Iterator[Finding]:
    """Yield a finding per cycle met, depth first; without recursion, for a chain may hold every item."""
    done: set[str] = set()
    for start in by_id:
        if start in done:
            continue
        path: dict[str, None] = {start: None}
        pending = [_above(by_id[start], by_id)]
        while pending:
            following = next(pending[-1], None)
            if following is None:
                pending.pop()
                done.add(path.popitem()[0])
            elif following in path:
                yield _cycle(path, following, by_id)
            elif following not in done:
                path[following] = None
                pending.append(_above(by_id[following], by_id))


def _above(item: Item, by_id: Mapping[str, Item]) -> Iterator[str]:
    return (
        link.target
        for link in item.links
        if link.role in ORDERING_ROLES and link.target in by_id and link.target != item.id
    )


def _cycle(path: Mapping[str, None], closing: str, by_id: Mapping[str, Item]) -> Finding:
    steps = list(path)
    ring = [*steps[steps.index(closing) :], closing]
    shown = ring if len(ring) <= 8 else [*ring[:4], "...", *ring[-3:]]
    message = f"the links {' -> '.join(shown)} form a cycle"
    return Finding(
        "L16-cycle", message, by_id[closing].place, ("5.1.1",), "Remove the link that points backwards."
    )

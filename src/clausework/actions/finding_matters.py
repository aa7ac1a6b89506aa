"""Findings as matters: one of a software item by its fingerprint, or all of one rule that nobody judged yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from clausework.actions.components import newest_builds
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.clock import parse_timestamp
from clausework.core.errors import InputRejected, UsageFault
from clausework.core.printable import printable
from clausework.decisions.dispose import FINDINGS
from clausework.decisions.form import FieldValue
from clausework.gates.dispositions import (
    KIND,
    finding_id,
    is_over,
    member_of,
    members_digest,
    newest_dispositions,
)
from clausework.gates.facts import Facts, FindingFact
from clausework.gates.folding import fold_facts
from clausework.ledger.records.decisions import Matter
from clausework.plan.model import software_items

RULE = "rule:"
"""How the subject of a decision on all findings of a rule begins."""

MOST_FINDINGS = 100
"""Findings that one decision may be of: more of them nobody looks at one by one."""

_SHORTEST = 8
_LONGEST_RULE = 200
_LARGEST = 30_000  # bytes of all fields, so that the Statement stays under its limit


class FindingNotFound(UsageFault):
    """No finding of the newest builds has that name."""

    hint = "Name it as 'clausework gate analysis' shows it: ITEM/FINGERPRINT, or ITEM/rule:RULE for all of a rule."


class FindingAmbiguous(UsageFault):
    """Several findings have that name."""


class TooManyFindings(UsageFault):
    """A rule has more findings than one decision can be of."""

    hint = "Mend the rule's settings or dispose of the findings one by one: nobody looks at so many in one decision."


class DispositionVain(InputRejected):
    """A disposition says what does not fit together, and would close nothing."""

    hint = "Correct the named field; 'clausework decide dispose --help' says what each means."


class DisposedFindings(msgspec.Struct, frozen=True):
    """The matter of a disposition, and the field that names its findings where there are several.

    ``names`` are those of the vulnerability or the rule: findings that share one are the same finding elsewhere.
    """

    matter: Matter
    fields: dict[str, FieldValue] = {}
    names: tuple[str, ...] = ()


def disposed_findings(workplace: Workplace, name: str) -> DisposedFindings:
    """Return what ``name`` is of: ``FINGERPRINT`` or ``rule:RULE``, with ``ITEM/`` where several items have it.

    Raises ``FindingNotFound``, ``FindingAmbiguous``, ``TooManyFindings``.
    """
    item, wanted = _divided(workplace, name)
    matching = [
        (facts, found)
        for facts in _newest_facts(workplace, item)
        if (found := _of_rule(facts, wanted) if wanted.startswith(RULE) else _with_print(facts, wanted))
    ]
    if not matching:
        what = "that nobody judged yet " if wanted.startswith(RULE) else ""
        raise FindingNotFound(f"No finding {what}of the newest builds is '{printable(name[:100])}'.")
    if len(matching) > 1:
        items = [facts.build.software_item for facts, _ in matching]
        raise FindingAmbiguous(
            f"{len(matching)} software items have it: {', '.join(items)}. Each is judged by itself.",
            hint=f"Name one or several: {' '.join(finding_id(one, printable(wanted)) for one in items)}.",
        )
    facts, found = matching[0]
    return _matter(facts.build.software_item, wanted, found)


def check_disposition(fields: Mapping[str, FieldValue], at: str) -> None:
    """Raise ``DispositionVain`` for a disposition that would be over at once, or says two things."""
    if parse_timestamp(str(fields["expires"])) <= parse_timestamp(at):
        raise DispositionVain(f"The disposition would end on {fields['expires']}, which is past.")
    if fields.get("vex_justification") and fields["status"] != "not_affected":
        raise DispositionVain(
            f"'vex_justification' says why a product is not affected, and the status is '{fields['status']}'."
        )
    if FINDINGS in fields:
        raise DispositionVain(
            f"'{FINDINGS}' is written by Clausework, for what it shows and binds.",
            hint="Name the findings as the subject: a fingerprint, or rule:RULE.",
        )


def with_findings(fields: Mapping[str, FieldValue], found: Mapping[str, FieldValue]) -> dict[str, FieldValue]:
    """Return a disposition's fields with those that its matter brings; raises ``TooManyFindings``."""
    merged = {**fields, **found}
    if len(canonical_json(merged)) > _LARGEST:
        raise TooManyFindings(f"The decision, with all of its findings, has more than {_LARGEST} bytes.")
    return merged


def _divided(workplace: Workplace, name: str) -> tuple[str, str]:
    """Return the software item that ``name`` begins with (empty: none) and the rest of it; rules may hold a ``/``."""
    first, _, rest = name.partition("/")
    known = {one.id for one in software_items(workplace.plan)}
    return (first, rest) if rest and first in known else ("", name)


def _newest_facts(workplace: Workplace, item: str) -> Iterator[Facts]:
    snapshot = workplace.snapshot()
    for build in newest_builds(workplace, snapshot):
        if item in {"", build.software_item}:
            yield fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now())


def _findings(facts: Facts) -> list[FindingFact]:
    """Return the findings that stand, one for each digest that a disposition can bind to."""
    found = (one for scan in facts.scans if not scan.superseded for one in scan.findings)
    return list({one.version: one for one in found}.values())


def _with_print(facts: Facts, wanted: str) -> list[FindingFact]:
    """Return the finding of the fingerprint, in each severity and version that was recorded of it."""
    found = _findings(facts)
    exact = [one for one in found if one.fingerprint == wanted]
    if exact:
        return exact
    begun = [one for one in found if len(wanted) >= _SHORTEST and one.fingerprint.startswith(wanted)]
    names = sorted({one.fingerprint for one in begun})
    if len(names) > 1:
        raise FindingAmbiguous(
            f"{len(names)} findings begin with '{wanted}': {', '.join(names[:5])}.", hint="Name one in full."
        )
    return begun


def _of_rule(facts: Facts, wanted: str) -> list[FindingFact]:
    """Return the findings of a rule or vulnerability that no disposition speaks of now: what was judged is left."""
    said = newest_dispositions(facts)
    name = wanted.removeprefix(RULE)
    return [
        one
        for one in _findings(facts)
        if name in {one.rule, *one.aliases}
        and (one.version not in said or is_over(said[one.version], facts.at))
    ]


def _matter(item: str, wanted: str, found: list[FindingFact]) -> DisposedFindings:
    names = tuple(sorted({name for one in found for name in (one.rule, *one.aliases)}))
    if len(found) == 1 and not wanted.startswith(RULE):
        matter = Matter(KIND, finding_id(item, found[0].fingerprint), found[0].version)
        return DisposedFindings(matter, names=names)
    if len(found) > MOST_FINDINGS:
        raise TooManyFindings(
            f"'{printable(wanted[:_LONGEST_RULE])}' has {len(found)} findings that nobody judged; a decision is of"
            f" {MOST_FINDINGS} at the most."
        )
    members = tuple(sorted(member_of(one) for one in found))
    name = wanted if wanted.startswith(RULE) else found[0].fingerprint
    matter = Matter(KIND, finding_id(item, printable(name)[:_LONGEST_RULE]), members_digest(members))
    return DisposedFindings(matter, {FINDINGS: members}, names)

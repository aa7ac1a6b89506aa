"""quality: how well the requirements are worded, now, as a build was made with them, and at every baseline so far."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from clausework.actions.current_build import current_build
from clausework.actions.given_files import open_given
from clausework.actions.items import read_site_items
from clausework.actions.workplace import Workplace, find_site
from clausework.core.errors import InputRejected, Refused, UsageFault
from clausework.gates.baselines import Baselines
from clausework.gates.folding import fold_facts
from clausework.items.baseline import read_baseline
from clausework.items.quality.glossary import read_glossary
from clausework.items.quality.score import Quality, judge
from clausework.ledger.records.control import ItemBaseline

LARGEST_GLOSSARY = 4 << 20


class QualityTooLow(Refused):
    """The requirements' score is below what was asked."""

    hint = "Mend what is named; an exception needs its reason in the item's field 'quality_exceptions'."


class RequirementUnknown(UsageFault):
    """No requirement or user need that was judged has that ID."""

    hint = "Name a user need, system or software requirement; without a name all are shown."


class GlossaryTooLarge(InputRejected):
    """The glossary's file is too large to be one."""

    hint = "A glossary maps each term to its definition, in YAML."


class QualityThen(msgspec.Struct, frozen=True):
    """The quality of the items as one record holds them; ``score`` is ``None`` where there was no requirement."""

    record: int
    at: str
    revision: str
    baseline: str
    requirements: int
    findings: int
    score: int | None
    documents: dict[str, int]


def quality_now(start: Path, store: Path | None = None, glossary: Path | None = None) -> Quality:
    """Return the quality of the requirements of the work tree at or above ``start``.

    Raises ``FindingsInInput`` when plan, items or glossary are not well written.
    """
    _, items = read_site_items(find_site(start, store))
    return judge(items.items, glossary=_terms(glossary))


def quality_of_build(
    workplace: Workplace,
    build_id: str | None,
    software_item: str | None = None,
    glossary: Path | None = None,
) -> Quality:
    """Return the quality of the requirements that a build was made with, as the gate judges it: with its tests.

    Raises ``BuildUnknown``.
    """
    snapshot = workplace.snapshot()
    build = current_build(workplace, snapshot, build_id, software_item).body
    facts = fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now())
    items = Baselines(snapshot.records, workplace.ledger.open_blob).items(build.item_baseline)
    return judge(items, tests=facts.verified_by_test(), glossary=_terms(glossary))


def quality_history(workplace: Workplace) -> tuple[QualityThen, ...]:
    """Return the quality of every recorded item baseline, oldest first, from the ledger alone.

    Tests are left out: the same items have the same score whenever it is asked for.
    """
    history = []
    for record in workplace.snapshot().records:
        body = record.body
        if isinstance(body, ItemBaseline):
            with workplace.ledger.open_blob(body.detail.sha256) as stream:
                found = judge(read_baseline(stream))
            history.append(
                QualityThen(
                    record.index,
                    body.made.at,
                    body.revision,
                    body.baseline,
                    found.requirements,
                    len(found.findings),
                    found.score,
                    {one.document: one.score for one in found.documents},
                )
            )
    return tuple(history)


def only(quality: Quality, item: str) -> Quality:
    """Return what ``quality`` says of one requirement; its points are the score. Raises ``RequirementUnknown``."""
    if item not in quality.points:
        raise RequirementUnknown(f"No requirement '{item}' was judged.")
    findings = tuple(finding for finding in quality.findings if finding.item == item)
    return msgspec.structs.replace(
        quality,
        score=quality.points[item],
        requirements=1,
        documents=(),
        findings=findings,
        excepted=tuple(one for one in quality.excepted if one.item == item),
        patterns={name: found for name, found in quality.patterns.items() if name == item},
        points={item: quality.points[item]},
    )


def refuse_below(quality: Quality, least: int) -> None:
    """Raise ``QualityTooLow`` where the score is below ``least``, or nothing was judged."""
    if quality.score is None:
        raise QualityTooLow("There is no requirement, so there is no score.")
    if quality.score < least:
        rules = Counter(finding.rule for finding in quality.findings).most_common(3)
        named = ", ".join(f"{rule} ({count})" for rule, count in rules)
        raise QualityTooLow(
            f"The requirements' score is {quality.score}, less than {least}; most found: {named}."
        )


def _terms(glossary: Path | None) -> frozenset[str] | None:
    if glossary is None:
        return None
    with open_given(glossary) as stream:
        data = stream.read(LARGEST_GLOSSARY + 1)
    if len(data) > LARGEST_GLOSSARY:
        raise GlossaryTooLarge(f"'{glossary}' has more than {LARGEST_GLOSSARY} bytes.")
    return read_glossary(str(glossary), data)

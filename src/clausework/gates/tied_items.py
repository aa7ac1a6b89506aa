"""The anomalies that failing system tests are tied to, as they read now: an anomaly is found after the build (5.7.2).

Which of them stay with the build, whoever closed or deleted one since, is told by ``trace.residual``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clausework.gates.baselines import Baselines, OpenBlob
from clausework.gates.tolerated import FORM, KIND, LEVEL, failure_id
from clausework.items.model import Item
from clausework.ledger.records import Record
from clausework.trace.item_fact import ItemFact, item_fact
from clausework.trace.residual import residual_items
from clausework.trace.results import CaseStanding
from clausework.trace.standing import Standing


def tied_items(
    records: Sequence[Record],
    open_blob: OpenBlob,
    baselines: Baselines,
    baseline: str,
    software_item: str,
    not_passed: Iterable[CaseStanding],
    standing: Standing,
    residual: Sequence[Item] | None,
) -> tuple[ItemFact, ...]:
    """Return the anomalies that decisions tie the failing system tests to, and what these link to besides ``baseline``.

    ``residual`` are the anomalies that stay, where they are known. Where nothing is tied, no baseline is read for it.
    """
    wanted = _tied(software_item, not_passed, standing)
    if not wanted:
        return ()
    stay = residual_items(records, baseline, open_blob).items if residual is None else residual
    anomalies = [one for one in stay if one.id in wanted]
    linked = {link.target for one in anomalies for link in one.links}
    told = {one.id for one in (*baselines.items(baseline), *anomalies)}
    further = [one for one in baselines.newest() if one.id in (linked | wanted) - told]
    return tuple(item_fact(one) for one in (*anomalies, *further))


def _tied(software_item: str, not_passed: Iterable[CaseStanding], standing: Standing) -> set[str]:
    red = {one.case for one in not_passed if (one.level, one.outcome) == (LEVEL, "red")}
    names = red | {failure_id(software_item, case) for case in red}
    return {
        str(one.decision.fields["anomaly"])
        for one in standing.decisions_on(FORM, (KIND,))
        if one.decision.matter.id in names
    }

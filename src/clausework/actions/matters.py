"""Matters: what a decision's subject names, and the digest that binds the decision to it as it is now.

A form that decides a matter of its own kind has a finder in ``FINDERS``; the others decide items, and the few subjects
with names of their own: ``plan``, ``risk-file``, ``rebuild``, ``verification``, ``validation``, and the sets that
are reviewed at once (``requirements``, ``architecture``, ``design``, ``integration-tests``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from clausework.actions.adoption_matters import adoption_matter
from clausework.actions.archive_matters import OFFLINE_REBUILD, offline_rebuild_matter
from clausework.actions.aside_matters import deviated_check, failed_test, replaced_report, vanished_tests
from clausework.actions.change_matters import (
    approved_change,
    closed_matter,
    kept_questions,
    significance_matter,
)
from clausework.actions.components import newest_builds
from clausework.actions.delivery_matters import DERIVATION, derivation_named, withdrawn_matter
from clausework.actions.finding_matters import disposed_findings
from clausework.actions.items import item_of, present_items
from clausework.actions.person_matters import locked_account, role_of_plan
from clausework.actions.pipeline import PIPELINE, pipeline_finding_matter, pipeline_matter
from clausework.actions.plan_findings import plan_finding_matter
from clausework.actions.policies import keep_policies
from clausework.actions.review_matters import reviewed_set
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import UsageFault
from clausework.decisions.form import FieldValue, Form
from clausework.decisions.review_sets import set_named
from clausework.evidence.pipelines.description import FINDING as PIPELINE_FINDING
from clausework.gates.plan_finding import PREFIX as PLAN_FINDING
from clausework.items.baseline import risk_file_digest
from clausework.items.model import ItemType
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, subject
from clausework.ledger.records.build import Rebuild
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.decisions import Matter
from clausework.ledger.records.evidence import Rejection, TestResult
from clausework.ledger.records.values import Descriptor
from clausework.plan.risk_matrix import criteria_digest
from clausework.release.candidate import artefacts_digest
from clausework.trace.builds import outputs_of
from clausework.trace.item_fact import item_fact

ABOUT_ARTEFACTS = ("verification", "validation")


class RecordNotFound(UsageFault):
    """No record has that number or digest."""

    hint = "Name it by its number, such as #42; 'clausework status' and refusals show them."


class VersionMissing(UsageFault):
    """A matter belongs to a version and none is named."""

    hint = "Add --version VERSION."


class NothingToDrop(UsageFault):
    """A decision that is to be dropped does not wait: it has effect, can have none, or is no decision."""

    hint = "'clausework status' lists what waits. What has effect is withdrawn, superseded or decided anew."


class NothingToJudge(UsageFault):
    """There is no artefact yet that could be judged."""

    hint = "Run 'clausework build --artifact FILE' first."


class Found(msgspec.Struct, frozen=True):
    """A matter, and what is recorded before the decision: the items or the plan that it is bound to.

    ``fields`` are those of the decision that the matter itself brings, ``names`` what it is called in every software
    item: matters that share one may be decided on together.
    """

    matter: Matter
    behind: tuple[Draft, ...] = ()
    attached: tuple[Descriptor, ...] = ()
    fields: dict[str, FieldValue] = {}
    names: tuple[str, ...] = ()


def find_matter(workplace: Workplace, form: Form, matter_id: str, version: str) -> Found:
    """Return what is to be decided, bound to its present digest."""
    if form.name in FINDERS:
        return FINDERS[form.name](workplace, matter_id, version)
    if controlled := _under_control(workplace, matter_id):
        return controlled
    if matter_id.startswith(DERIVATION):
        return Found(derivation_named(workplace, matter_id))
    if matter_id.startswith(PLAN_FINDING):
        return Found(plan_finding_matter(workplace, matter_id))
    if matter_id == "rebuild":
        return Found(_record_matter(workplace, matter_id, form.matters[0]))
    if form.name == "review" and (one := set_named(matter_id)):
        return Found(*reviewed_set(workplace, one))
    if matter_id == OFFLINE_REBUILD:
        return Found(offline_rebuild_matter(workplace))
    if matter_id in ABOUT_ARTEFACTS:
        if not version:
            raise VersionMissing(f"'{matter_id}' is judged for a version.")
        return Found(Matter(matter_id, version, artefacts_digest(_artefacts(workplace))))
    present = present_items(workplace)
    if matter_id == "risk-file":
        matter = Matter("risk_file", "risk-file", risk_file_digest(present.items))
        return Found(
            matter, (present.draft,), fields={"criteria": criteria_digest(workplace.plan.risk_matrix)}
        )
    item = item_of(present.items, matter_id)
    if form.name == "approve" and item.type is ItemType.CHANGE_REQUEST:
        return Found(*_with(present.draft, *approved_change(workplace, item)))
    bound = item_fact(item).settled if form.name == "approve" else item.content_hash
    return Found(Matter(str(item.type), item.id, bound), (present.draft,))


def _under_control(workplace: Workplace, matter_id: str) -> Found | None:
    """Return the plan, the pipeline or a finding in it; ``None`` where the subject is none of these."""
    if matter_id == "plan":
        return _plan_matter(workplace)
    if matter_id == PIPELINE:
        return Found(*pipeline_matter(workplace))
    if matter_id.startswith(PIPELINE_FINDING):
        return Found(*pipeline_finding_matter(workplace, matter_id))
    return None


def _with(
    draft: Draft, matter: Matter, attached: tuple[Descriptor, ...]
) -> tuple[Matter, tuple[Draft, ...], tuple[Descriptor, ...]]:
    return matter, (draft,), attached


def _closed(workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(closed_matter(workplace, matter_id), (present_items(workplace).draft,))


def _significance(workplace: Workplace, matter_id: str, _version: str) -> Found:
    _artefacts(workplace)
    return Found(significance_matter(workplace, matter_id), (), (kept_questions(workplace, matter_id),))


def _superseded_record(workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(_record_matter(workplace, matter_id, "record"))


def _vanished_tests(workplace: Workplace, matter_id: str, _version: str) -> Found:
    if matter_id.startswith("#"):
        return Found(replaced_report(workplace, find_record(workplace.snapshot(), matter_id)))
    matter, kept = vanished_tests(workplace, matter_id)
    return Found(matter, (), (kept,))


def _version_in_scope(_workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(Matter("version", matter_id, sha256_of(matter_id.encode())))


def _open_findings(workplace: Workplace, matter_id: str, _version: str) -> Found:
    found = disposed_findings(workplace, matter_id)
    return Found(found.matter, fields=found.fields, names=found.names)


def _withdrawn(workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(withdrawn_matter(workplace, matter_id))


def _adoption(workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(adoption_matter(workplace, matter_id))


def _artefacts(workplace: Workplace) -> Sequence[str]:
    snapshot = workplace.snapshot()
    digests = [
        output.artefact.sha256
        for build in newest_builds(workplace, snapshot)
        for output in outputs_of(snapshot.records, build.id)
    ]
    if not digests:
        raise NothingToJudge("No build has an artefact.")
    return digests


def _plan_matter(workplace: Workplace) -> Found:
    site = workplace.site
    if site.further:
        raise RecordNotFound(
            f"This repository holds {site.further}, and no plan of its own.",
            hint="Approve the plan in the device's own repository.",
        )
    plan = workplace.ledger.put_blob(site.plan_bytes, "clausework.yaml", "application/yaml")
    recorded = PlanRecorded(workplace.made(), plan, policies=keep_policies(workplace))
    draft = Draft((subject("plan", plan.sha256),), recorded, plan.sha256)
    return Found(Matter("plan", "clausework.yaml", plan.sha256), (draft,))


def _waiting_decision(workplace: Workplace, matter_id: str, _version: str) -> Found:
    snapshot = workplace.snapshot()
    record = find_record(snapshot, matter_id)
    waits = [one for one in workplace.standing(snapshot).decisions if not one.effective]
    if record.sha256 not in {one.record.sha256 for one in waits}:
        raise NothingToDrop(f"#{record.index} is no decision that waits for a signature.")
    return Found(Matter("decision", f"#{record.index}", record.sha256))


def find_record(snapshot: Snapshot, name: str) -> Record:
    """Return the record named by its number (``#42``) or the beginning of its digest; raises ``RecordNotFound``."""
    text = name.removeprefix("#")
    if text.isdecimal() and len(text) <= 12 and int(text) < len(snapshot.records):
        return snapshot.records[int(text)]
    found = [record for record in snapshot.records if len(text) >= 8 and record.sha256.startswith(text)]
    if len(found) != 1:
        raise RecordNotFound(f"'{name}' names {'no' if not found else 'more than one'} record.")
    return found[0]


def _record_matter(workplace: Workplace, name: str, kind: str) -> Matter:
    snapshot = workplace.snapshot()
    if name == "rebuild":
        rebuilt = [record for record in snapshot.records if isinstance(record.body, Rebuild)]
        if not rebuilt:
            raise RecordNotFound("Nothing was rebuilt yet.", hint="Run 'clausework rebuild'.")
        return Matter("verification", f"#{rebuilt[-1].index}", rebuilt[-1].sha256)
    record = find_record(snapshot, name)
    if not isinstance(record.body, TestResult | Rejection) and not hasattr(record.body, "reading"):
        raise RecordNotFound(f"#{record.index} is no evidence that could be superseded.")
    return Matter(kind, f"#{record.index}", record.sha256)


def _checked(workplace: Workplace, matter_id: str, version: str) -> Found:
    if not version:
        raise VersionMissing("A deviation is for one version.")
    return Found(deviated_check(workplace, matter_id, version))


def _failed_test(workplace: Workplace, matter_id: str, _version: str) -> Found:
    matter, case = failed_test(workplace, matter_id)
    return Found(matter, (present_items(workplace).draft,), names=(case,))


def _artefacts_of_version(workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(Matter("version", matter_id, artefacts_digest(_artefacts(workplace))))


def _role(workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(role_of_plan(workplace, matter_id))


def _locked_account(workplace: Workplace, matter_id: str, _version: str) -> Found:
    return Found(locked_account(workplace, matter_id))


Finder = Callable[[Workplace, str, str], Found]

FINDERS: Mapping[str, Finder] = {
    "supersede": _superseded_record,
    "infrastructure": _superseded_record,
    "retire": _vanished_tests,
    "scope": _version_in_scope,
    "dispose": _open_findings,
    "deviate": _checked,
    "tolerate": _failed_test,
    "close": _closed,
    "significance": _significance,
    "narrow": _artefacts_of_version,
    "delegate": _role,
    "unlock": _locked_account,
    "drop": _waiting_decision,
    "withdraw": _withdrawn,
    "adopt": _adoption,
}
"""How each form with matters of its own kind finds them: from workplace, subject and version."""

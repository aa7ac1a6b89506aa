"""decide: records a decision about an item version, a record, a plan or a version. It makes no commit and no build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from clausework.actions.given_texts import fit_text, fit_version
from clausework.actions.items import item_of, present_items
from clausework.actions.person import Person, sign_record
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import UsageFault
from clausework.decisions.form import FieldValue, Form, check_matter, fill
from clausework.decisions.forms import form_named
from clausework.gates.folding import fold_facts
from clausework.items.baseline import risk_file_digest
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, subject
from clausework.ledger.records.build import Build, Rebuild
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.evidence import Rejection, TestResult
from clausework.plan.model import roles_of, software_items
from clausework.release.candidate import artefacts_digest
from clausework.trace.builds import outputs_of

_MOST_MEMBERS = 200
_LARGEST = 30_000  # bytes of all fields, so that the Statement stays under its limit

ABOUT_ARTEFACTS = ("verification", "validation", "significance")


class RecordNotFound(UsageFault):
    """No record has that number or digest."""

    hint = "Name it by its number, such as #42; 'clausework status' and refusals show them."


class VersionMissing(UsageFault):
    """A matter belongs to a version and none is named."""

    hint = "Add --version VERSION."


class NothingToJudge(UsageFault):
    """There is no artefact yet that could be judged."""

    hint = "Run 'clausework build --artifact FILE' first."


class TooManyMembers(UsageFault):
    """A list, or all that is said together, is longer than a record can hold."""

    hint = "Name 'all' for the requirements; put longer matter into a document and name it."


class Found(msgspec.Struct, frozen=True):
    """A matter, and what is recorded before the decision: the items or the plan that it is bound to."""

    matter: Matter
    behind: tuple[Draft, ...] = ()


class Decided(msgspec.Struct, frozen=True):
    """The decision's record, and whose signatures it still waits for (none: it has effect)."""

    decision: Decision
    index: int
    sha256: str
    signed: bool
    missing: tuple[str, ...]


def decide(
    workplace: Workplace,
    form_name: str,
    matter_id: str,
    fields: Mapping[str, FieldValue],
    person: Person,
    *,
    version: str = "",
) -> Decided:
    """Record the decision and, where one of the form's signatures is the author's to give, give it.

    Raises ``FormFilledWrong``, ``MatterNotOfForm``, ``UsageFault`` for a matter that is not there; nothing is recorded
    then.
    """
    form = form_named(form_name)
    filled = fill(form, {name: _fit(name, value) for name, value in fields.items()})
    if len(canonical_json(filled)) > _LARGEST:
        raise TooManyMembers(f"The decision has more than {_LARGEST} bytes.")
    version = _version(form, matter_id, version)
    found = find_matter(workplace, form, matter_id, version)
    matter = found.matter
    check_matter(form, matter.kind)
    body = Decision(workplace.made(person.email), form.name, matter, person.email, filled, version)
    draft = Draft((subject(f"{matter.kind}/{matter.id}", matter.sha256),), body)
    receipt = workplace.ledger.append([*found.behind, draft])[-1]
    signed = _sign_own(workplace, form, receipt.sha256, person)
    standing = workplace.standing(workplace.snapshot())
    own = next(one for one in standing.decisions if one.record.sha256 == receipt.sha256)
    return Decided(body, receipt.index, receipt.sha256, signed, tuple(str(one) for one in own.missing))


def _sign_own(workplace: Workplace, form: Form, sha256: str, person: Person) -> bool:
    standing = workplace.standing(workplace.snapshot())
    held = roles_of(standing.plan_in_force.plan, person.email)
    for rule in form.signatures:
        role = next((role for role in rule.roles if role in held), "")
        if role and not rule.independent:
            sign_record(workplace, person, signed=sha256, role=role, meaning=rule.meaning)
            return True
    return False


def _fit(name: str, value: FieldValue) -> FieldValue:
    if isinstance(value, str):
        return fit_text(f"'{name}'", value, empty=True)
    if len(value) > _MOST_MEMBERS:
        raise TooManyMembers(f"'{name}' names {len(value)}; {_MOST_MEMBERS} are the most.")
    return tuple(fit_text(f"'{name}'", member, longest=100) for member in value)


def _version(form: Form, matter_id: str, version: str) -> str:
    if form.versioned and version and version != matter_id:
        raise VersionMissing(
            f"The subject is {matter_id}, the version {version}.",
            hint="Leave --version out: it is the subject.",
        )
    if form.versioned:
        version = matter_id
    return fit_version(version) if version else ""


def find_matter(workplace: Workplace, form: Form, matter_id: str, version: str) -> Found:
    """Return what is to be decided, bound to its present digest."""
    if matter_id == "plan":
        return _plan_matter(workplace)
    if form.name == "supersede" or matter_id == "rebuild":
        return Found(_record_matter(workplace, matter_id, form))
    if form.name == "dispose":
        return Found(_finding_matter(workplace, matter_id))
    if form.name == "scope":
        return Found(Matter("version", matter_id, sha256_of(matter_id.encode())))
    if matter_id in ABOUT_ARTEFACTS:
        if not version:
            raise VersionMissing(f"'{matter_id}' is judged for a version.")
        return Found(Matter(matter_id, version, artefacts_digest(_artefacts(workplace))))
    present = present_items(workplace)
    if matter_id == "risk-file":
        return Found(Matter("risk_file", "risk-file", risk_file_digest(present.items)), (present.draft,))
    item = item_of(present.items, matter_id)
    return Found(Matter(str(item.type), item.id, item.content_hash), (present.draft,))


def newest_builds(workplace: Workplace, snapshot: Snapshot) -> tuple[Build, ...]:
    """Return the newest build with an artefact of each software item of the plan."""
    builds = []
    for item in software_items(workplace.plan):
        for record in reversed(snapshot.records):
            build = record.body
            if (
                isinstance(build, Build)
                and build.software_item == item.id
                and outputs_of(snapshot.records, build.id)
            ):
                builds.append(build)
                break
    return tuple(builds)


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
    plan = workplace.ledger.put_blob(site.plan_bytes, "clausework.yaml", "application/yaml")
    draft = Draft((subject("plan", plan.sha256),), PlanRecorded(workplace.made(), plan), plan.sha256)
    return Found(Matter("plan", "clausework.yaml", plan.sha256), (draft,))


def find_record(snapshot: Snapshot, name: str) -> Record:
    """Return the record named by its number (``#42``) or the beginning of its digest; raises ``RecordNotFound``."""
    text = name.removeprefix("#")
    if text.isdecimal() and len(text) <= 12 and int(text) < len(snapshot.records):
        return snapshot.records[int(text)]
    found = [record for record in snapshot.records if len(text) >= 8 and record.sha256.startswith(text)]
    if len(found) != 1:
        raise RecordNotFound(f"'{name}' names {'no' if not found else 'more than one'} record.")
    return found[0]


def _record_matter(workplace: Workplace, name: str, form: Form) -> Matter:
    snapshot = workplace.snapshot()
    if name == "rebuild":
        rebuilt = [record for record in snapshot.records if isinstance(record.body, Rebuild)]
        if not rebuilt:
            raise RecordNotFound("Nothing was rebuilt yet.", hint="Run 'clausework rebuild'.")
        return Matter("verification", f"#{rebuilt[-1].index}", rebuilt[-1].sha256)
    record = find_record(snapshot, name)
    if not isinstance(record.body, TestResult | Rejection) and not hasattr(record.body, "reading"):
        raise RecordNotFound(f"#{record.index} is no evidence that could be superseded.")
    return Matter(
        "record" if form.name == "supersede" else form.matters[0], f"#{record.index}", record.sha256
    )


def _finding_matter(workplace: Workplace, fingerprint: str) -> Matter:
    snapshot = workplace.snapshot()
    for build in newest_builds(workplace, snapshot):
        facts = fold_facts(snapshot, workplace.ledger, build.id, at=workplace.now())
        for scan in facts.scans:
            for finding in scan.findings:
                if len(fingerprint) >= 8 and finding.fingerprint.startswith(fingerprint):
                    return Matter("finding", finding.fingerprint, finding.version)
    raise RecordNotFound(f"No finding of the newest build has the fingerprint '{fingerprint}'.")

"""adopt: records a release from before the tool as what it is declared to be, and asks for its signatures (clause 4.4).

Nothing about it is verified here, and everywhere it is shown that is said. It takes its version, and the ranges of
commits of later builds begin behind it.
"""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from pathlib import Path

import msgspec

from clausework.actions.adoption_matters import AdoptionContradicted, VersionTaken
from clausework.actions.authoring import prove_author, refuse_unready, sign_recorded
from clausework.actions.given_files import keep_file, open_given
from clausework.actions.given_texts import fit_text, fit_version
from clausework.actions.person import Signatory
from clausework.actions.workplace import PIN_NAME, Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected, UsageFault
from clausework.core.printable import printable
from clausework.decisions.adopt import FORM
from clausework.decisions.form import fill
from clausework.evidence.files_at import files_at
from clausework.evidence.git import origin, prefix, run_git, shown, top
from clausework.evidence.history import one_commit
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import encode_statement, subject
from clausework.ledger.records.adoption import Adoption
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.values import Descriptor
from clausework.plan.model import safety_class_of, software_item_of, software_items
from clausework.release.adoption import KIND, adopted_release, contradiction
from clausework.release.candidate import signed_release

MOST_ARTEFACTS = 100
_SHORTEST = 10


class NothingToAdopt(UsageFault):
    """An adoption needs artefacts, and a gap analysis that says something."""

    hint = (
        "Give --artifact FILE for each artefact that is on the market, and --gap-analysis FILE (clause 4.4)."
    )


class EmptyDocument(InputRejected):
    """A file that was given holds nothing."""

    hint = "Give the file with its contents."


class Adopted(msgspec.Struct, frozen=True):
    """The declaration and its decision as recorded, and whose signatures it waits for."""

    body: Adoption
    index: int
    decision: int
    signed: bool
    missing: tuple[str, ...]


def adopt(
    workplace: Workplace,
    version: str,
    person: Signatory,
    *,
    artefacts: Sequence[Path],
    commit: str,
    declared: str,
    gap_analysis: Path,
    software_item: Sequence[str] = (),
) -> Adopted:
    """Record the declaration of ``version`` and the decision to adopt it; give the person's own signature where due.

    ``commit`` is what it was made from: ranges of later builds begin behind it. Raises ``VersionTaken``,
    ``AdoptionContradicted``, ``NothingToAdopt``, ``EmptyDocument``, ``UnknownRevision``; nothing is recorded then.
    """
    body = _declaration(workplace, version, person, artefacts, commit, declared, gap_analysis, software_item)
    about = tuple(
        subject(f"adopted/{version}", digest) for digest in sorted({one.sha256 for one in body.artefacts})
    )
    matter = Matter(KIND, version, sha256_of(encode_statement(about, body)))
    fields = fill(FORM, {"rationale": body.declared})
    decision = Decision(body.made, FORM.name, matter, person.email, fields, version)
    rule, held = (
        FORM.signatures[0],
        workplace.standing(workplace.snapshot()).roles(person.email, workplace.now()),
    )
    role = next((role for role in rule.roles if role in held), "")
    if role:
        refuse_unready(workplace, person, role, decision)
    prove_author(workplace, person, decision)
    drafts = [Draft(about, body), Draft((subject(f"{KIND}/{version}", matter.sha256),), decision)]

    def decide(snapshot: Snapshot) -> list[Draft]:
        _refuse_taken(workplace, snapshot, body)
        return drafts

    declaration, decided = workplace.ledger.append_if(decide)
    if role:
        sign_recorded(workplace, person, decided, role, rule.meaning)
    standing = workplace.standing(workplace.snapshot())
    own = next(one for one in standing.decisions if one.record.sha256 == decided.sha256)
    return Adopted(body, declaration.index, decided.index, bool(role), tuple(str(one) for one in own.missing))


def _declaration(
    workplace: Workplace,
    version: str,
    person: Signatory,
    artefacts: Sequence[Path],
    commit: str,
    declared: str,
    gap_analysis: Path,
    software_item: Sequence[str],
) -> Adoption:
    fit_version(version)
    declared = fit_text("--declared", declared)
    if len(declared) < _SHORTEST:
        raise NothingToAdopt(f"'{declared}' is too short to declare anything.")
    if not artefacts or len(artefacts) > MOST_ARTEFACTS:
        raise NothingToAdopt(f"{len(artefacts)} artefacts are named; an adoption has 1 to {MOST_ARTEFACTS}.")
    plan = workplace.standing(workplace.snapshot()).plan_in_force
    items = tuple(software_item) or tuple(one.id for one in software_items(plan.plan))
    for item in items:
        software_item_of(plan.plan, item)
    found = one_commit(workplace.root, commit)
    _refuse_made_since(workplace, version, found.id)
    return Adoption(
        made=workplace.made(person.email),
        version=version,
        line=workplace.plan.release_line.id,
        device=plan.plan.device.name,
        safety_class=max(safety_class_of(plan.plan, item) for item in items),
        software_items=items,
        artefacts=_kept(workplace, artefacts),
        origin=origin(workplace.root),
        commit=found.id,
        committed_at=found.committed_at,
        declared=declared,
        declared_by=person.email,
        gap_analysis=_kept(workplace, [gap_analysis])[0],
        plan=plan.sha256,
        udi_di=plan.plan.device.udi_di,
        udi_pi=plan.plan.device.udi_pi,
    )


def _refuse_made_since(workplace: Workplace, version: str, commit: str) -> None:
    """Raise ``AdoptionContradicted`` for a commit that holds the pin of this ledger, or comes after one that does.

    A commit's date is but a claim.
    """
    pin = prefix(workplace.root) + PIN_NAME
    root = workplace.ledger.root()[0].sha256.encode()
    named = ("rev-list", "--full-history", commit, "--", pin)
    for one in (commit, *shown(run_git(top(workplace.root), *named)).split()):
        if any(root in data for _, data in files_at(workplace.root, one, pin.__eq__)):
            after = "" if one == commit else f" comes after {one[:12]}, which"
            raise AdoptionContradicted(
                f"Version {version} is not from before the tool: commit {commit[:12]}{after} holds {PIN_NAME}, which"
                " pins this ledger, so it was made after the ledger was established, whatever its date says."
            )


def _kept(workplace: Workplace, paths: Sequence[Path]) -> tuple[Descriptor, ...]:
    for path in paths:
        with open_given(path) as stream:
            if not stream.read(1):
                raise EmptyDocument(f"'{path}' is empty.")
    return tuple(
        keep_file(
            workplace.ledger,
            path,
            printable(path.name)[:200],
            mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        )
        for path in paths
    )


def _refuse_taken(workplace: Workplace, snapshot: Snapshot, body: Adoption) -> None:
    standing = workplace.standing(snapshot)
    decisions = standing.decisions
    released = signed_release(snapshot.records, body.version, standing)
    if released is not None:
        raise VersionTaken(f"Version {body.version} was released here, #{released.index}: it is not adopted.")
    adopted = adopted_release(snapshot.records, decisions, body.version)
    if adopted is not None:
        raise VersionTaken(f"Version {body.version} was adopted before, #{adopted.record.index}.")
    against = contradiction(snapshot.records, body, len(snapshot.records))
    if against:
        raise AdoptionContradicted(f"Version {body.version} is not from before the tool: {against}.")

"""deploy: admits an artefact to an environment by its digest, or refuses it; both are recorded (clause 5.8.8)."""

from __future__ import annotations

import msgspec

from clausework.actions.admit import admit
from clausework.actions.given_texts import fit_text
from clausework.actions.workplace import Workplace
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, subject
from clausework.ledger.records.release import Deployment
from clausework.ledger.records.values import Reference
from clausework.release.admission import Admission, NotAdmitted
from clausework.release.derivation import Step
from clausework.release.placements import told_before

DECISION_SCHEMA = "urn:clausework:deployment-decision:v1"
_LONGEST_REASON = 1000


class Deployed(msgspec.Struct, frozen=True):
    """The answer to whether an artefact may run in an environment, as it was recorded: what ``--json`` prints.

    ``basis`` is the record that admits it (a release or a promotion; -1: none), ``index`` that of the answer;
    ``existed`` says that the newest answer about this place was the same, so that no record was added. ``target`` is
    what the digest is of. ``reasons`` and ``next`` are empty for what is admitted; ``remark``
    says what is to be known of it, as that its release was adopted.
    """

    schema: str
    environment: str
    artefact: str
    name: str
    target: str
    outcome: str
    version: str
    basis: int
    build: str
    derivations: tuple[Step, ...]
    operator: str
    site: str
    reasons: tuple[str, ...]
    next: str
    at: str
    index: int
    existed: bool
    remark: str = ""

    def refuse_unless_admitted(self) -> None:
        """Raise ``NotAdmitted`` with the reasons, unless the artefact was admitted."""
        if self.outcome != "admitted":
            raise NotAdmitted(" ".join(self.reasons), hint=self.next)


class Asked(msgspec.Struct, frozen=True):
    """A question: may the artefact of digest ``sha256`` run in ``environment``? ``target`` is what the digest is of."""

    environment: str
    sha256: str
    name: str = ""
    operator: str = ""
    site: str = ""
    target: str = ""


def deploy(
    workplace: Workplace, environment: str, sha256: str, *, name: str = "", operator: str = "", site: str = ""
) -> Deployed:
    """Admit the artefact of digest ``sha256`` to ``environment`` and record it, as ``decide_deployment`` does.

    A refusal is recorded, then raised as ``NotAdmitted``.
    """
    decided = decide_deployment(workplace, Asked(environment, sha256, name, operator, site))
    decided.refuse_unless_admitted()
    return decided


def decide_deployment(workplace: Workplace, asked: Asked) -> Deployed:
    """Decide whether an artefact may run in an environment, and record the answer.

    A release, or the stages before a promotion, are evaluated again first: a new blocking fact refuses the deployment
    and is named. Nothing can come between answer and record. An answer that is the newest of its slot already is not
    recorded again (see ``release.placements``). Raises ``TextUnfit``, ``EnvironmentUnknown``.
    """
    blank = _blank(workplace, asked)
    answers: list[Admission | NotAdmitted] = []
    known: list[Record | None] = []

    def decide(snapshot: Snapshot) -> list[Draft]:
        answers[:] = [_answer(workplace, snapshot, asked)]
        body = _filled(blank, answers[0])
        known[:] = [told_before(snapshot.records, body)]
        return [] if known[0] else [Draft((subject(body.name or "artefact", body.artefact),), body)]

    receipts = workplace.ledger.append_if(decide)
    (answer,), (before,) = answers, known
    if before is not None:
        return _decided(before.body, answer, before.index, existed=True)
    return _decided(_filled(blank, answer), answer, receipts[0].index, existed=False)


def was_told(workplace: Workplace, snapshot: Snapshot, asked: Asked, answer: Admission | NotAdmitted) -> bool:
    """Tell whether ``answer`` stands recorded as the newest of its slot."""
    return told_before(snapshot.records, _filled(_blank(workplace, asked), answer)) is not None


def _blank(workplace: Workplace, asked: Asked) -> Deployment:
    operator = fit_text("--operator", asked.operator, longest=200, empty=True)
    return Deployment(
        made=workplace.made(operator or "pipeline"),
        environment=asked.environment,
        artefact=asked.sha256,
        name=asked.name,
        outcome="refused",
        operator=operator,
        site=fit_text("--site", asked.site, longest=200, empty=True),
        target=asked.target,
    )


def _answer(workplace: Workplace, snapshot: Snapshot, asked: Asked) -> Admission | NotAdmitted:
    try:
        return admit(workplace, snapshot, asked.environment, asked.sha256)
    except NotAdmitted as refusal:
        return refusal


def _filled(blank: Deployment, answer: Admission | NotAdmitted) -> Deployment:
    if isinstance(answer, NotAdmitted):
        return msgspec.structs.replace(blank, reason=answer.message[:_LONGEST_REASON])
    return msgspec.structs.replace(
        blank,
        outcome="admitted",
        version=answer.version,
        release=Reference(answer.record.index, answer.record.sha256),
        build=answer.build,
        reason=answer.remark,
        derivations=tuple(Reference(step.record, step.sha256) for step in answer.derivations),
    )


def _decided(body: Deployment, answer: Admission | NotAdmitted, index: int, *, existed: bool) -> Deployed:
    admission = answer if isinstance(answer, Admission) else None
    refusal = answer if isinstance(answer, NotAdmitted) else None
    return Deployed(
        schema=DECISION_SCHEMA,
        environment=body.environment,
        artefact=body.artefact,
        name=body.name,
        target=body.target,
        outcome=body.outcome,
        version=body.version,
        basis=admission.record.index if admission else -1,
        build=body.build,
        derivations=admission.derivations if admission else (),
        operator=body.operator,
        site=body.site,
        reasons=(refusal.message,) if refusal else (),
        next=refusal.hint if refusal else "",
        at=body.made.at,
        index=index,
        existed=existed,
        remark=admission.remark if admission else "",
    )

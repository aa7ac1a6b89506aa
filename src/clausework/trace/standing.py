"""What people's word stands at: plans in force, decisions with effect, signatures given and refused.

Everything is worked out from the records in log order. A signature counts only if it verifies, by a key valid at
its index, in a role that the plan in force at that index gives the person. A decision counts only if it is one that
its form allows; what does not count stands among the refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from clausework.core.clock import NotATime
from clausework.core.errors import InputRejected, IntegrityViolated, NotAllowed, UsageFault
from clausework.decisions.effect import Given, Missing, missing_signatures
from clausework.decisions.form import Form, SignatureRule, check_matter, fill
from clausework.decisions.forms import form_named
from clausework.ledger.keyring import KeyRing
from clausework.ledger.records import Record
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.decisions import Approval, Decision
from clausework.ledger.records.root import Root
from clausework.plan.load import load_plan
from clausework.plan.model import Plan, roles_of
from clausework.signatures.approvals import Circumstances, check_approval


class PlanInForce(msgspec.Struct, frozen=True):
    """A plan and the index of the record from which it is in force."""

    sha256: str
    plan: Plan
    since: int


class RefusedSignature(msgspec.Struct, frozen=True):
    """An approval record that does not count, and why."""

    index: int
    email: str
    reason: str


class RefusedDecision(msgspec.Struct, frozen=True):
    """A decision record that can have no effect, and why."""

    index: int
    author: str
    reason: str


class StandingDecision(msgspec.Struct, frozen=True):
    """A decision, its form, the signatures it has and those it still wants; ``effective`` once none is missing.

    ``since`` is the index of the signature that gave it effect; until then, of its newest signature or itself.
    """

    record: Record
    decision: Decision
    form: Form
    given: tuple[Given, ...]
    missing: tuple[Missing, ...]
    since: int

    @property
    def effective(self) -> bool:
        """Whether every signature that the form asks is given."""
        return not self.missing


class Standing(msgspec.Struct, frozen=True):
    """People's word as it stands at the end of the records that were folded.

    Decisions are in the order in which they took effect: of two on one matter, the one signed later is the newer.
    """

    keyring: KeyRing
    plans: tuple[PlanInForce, ...]
    decisions: tuple[StandingDecision, ...]
    given: dict[str, tuple[Given, ...]]
    refused: tuple[RefusedSignature, ...]
    refused_decisions: tuple[RefusedDecision, ...] = ()

    @property
    def plan_in_force(self) -> PlanInForce:
        """The plan that was approved last."""
        return self.plans[-1]

    def is_approved_plan(self, sha256: str) -> bool:
        """Tell whether the plan of that digest was ever approved."""
        return any(one.sha256 == sha256 for one in self.plans)

    def plan_at(self, index: int) -> PlanInForce:
        """Return the plan that was in force at the record ``index``."""
        return [one for one in self.plans if one.since <= index][-1]

    def decisions_on(self, form: str, kinds: Sequence[str] = ()) -> tuple[StandingDecision, ...]:
        """Return the decisions of a form about matters of ``kinds`` (none: any), newest last."""
        return tuple(
            one
            for one in self.decisions
            if one.decision.form == form and (not kinds or one.decision.matter.kind in kinds)
        )

    def superseded(self) -> dict[str, str]:
        """Return the digests of the records that an effective decision set aside, with the cause it gives."""
        return {
            one.decision.matter.sha256: str(one.decision.fields["cause"])
            for one in self.decisions_on("supersede", ("record",))
            if one.effective
        }


class _Folding:
    """The state while records are folded in log order."""

    def __init__(
        self, keyring: KeyRing, read_blob: Callable[[str], bytes], root_at: Callable[[int], str | None]
    ) -> None:
        self.keyring = keyring
        self.read_blob = read_blob
        self.root_at = root_at
        self.known: dict[str, Record] = {}
        self.plans: list[PlanInForce] = []
        self.recorded_plans: set[str] = set()
        self.decisions: dict[str, StandingDecision] = {}
        self.given: dict[str, list[Given]] = {}
        self.refused: list[RefusedSignature] = []
        self.refused_decisions: list[RefusedDecision] = []
        self.nonces: set[str] = set()

    def enforce_plan(self, sha256: str, since: int) -> None:
        plan = load_plan(self.read_blob(sha256), f"plan {sha256[:12]}")
        self.plans.append(PlanInForce(sha256, plan, since))

    def take(self, record: Record) -> None:
        body = record.body
        self.known[record.sha256] = record
        if isinstance(body, Root):
            self.enforce_plan(body.plan.sha256, record.index)
        elif isinstance(body, PlanRecorded):
            self.recorded_plans.add(body.plan.sha256)
        elif isinstance(body, Decision):
            self.take_decision(record, body)
        elif isinstance(body, Approval):
            self.take_approval(record, body)

    def take_decision(self, record: Record, body: Decision) -> None:
        try:
            form = form_named(body.form)
            check_matter(form, body.matter.kind)
            fill(form, body.fields)
        except (InputRejected, UsageFault) as error:
            self.refuse_decision(record.index, body, error.message)
            return
        if form.versioned and not body.version:
            self.refuse_decision(record.index, body, "it names no version")
        elif body.matter.kind == "plan" and (reason := self.objection_to_plan(body.matter.sha256)):
            self.refuse_decision(record.index, body, reason)
        else:
            missing = missing_signatures(form.signatures, (), (body.author,))
            self.decisions[record.sha256] = StandingDecision(record, body, form, (), missing, record.index)

    def objection_to_plan(self, sha256: str) -> str:
        """Return why the plan of that digest cannot come into force; empty when nothing stands against it."""
        if sha256 not in self.recorded_plans:
            return f"no plan {sha256[:12]} is recorded before it"
        try:
            load_plan(self.read_blob(sha256), f"plan {sha256[:12]}")
        except InputRejected as error:
            return f"the plan cannot be read: {error.message}"
        return ""

    def refuse_decision(self, index: int, body: Decision, reason: str) -> None:
        self.refused_decisions.append(RefusedDecision(index, body.author, reason))

    def take_approval(self, record: Record, approval: Approval) -> None:
        intent = approval.intent
        signed = self.known.get(intent.signed)
        if signed is None:
            self.refuse(record, approval, "it signs a record that does not stand before it in the log")
            return
        try:
            check_approval(approval, self.keyring, self.circumstances(record, signed))
        except (IntegrityViolated, NotAllowed, NotATime) as error:
            self.refuse(record, approval, error.message)
            return
        self.nonces.add(intent.nonce)
        given = Given(intent.email, intent.name, intent.role, intent.meaning, intent.at, record.index)
        self.given.setdefault(intent.signed, []).append(given)
        self.apply_to_decision(intent.signed, record.index)

    def circumstances(self, record: Record, signed: Record) -> Circumstances:
        return Circumstances(
            index=record.index,
            signed=signed.sha256,
            signed_index=signed.index,
            not_before=signed.body.made.at,
            holds_role=self.holds_role,
            nonces=self.nonces,
            root_at=self.root_at,
        )

    def holds_role(self, email: str, role: str) -> bool:
        return bool(self.plans) and role in roles_of(self.plans[-1].plan, email)

    def refuse(self, record: Record, approval: Approval, reason: str) -> None:
        self.refused.append(RefusedSignature(record.index, approval.intent.email, reason))

    def apply_to_decision(self, signed: str, index: int) -> None:
        standing = self.decisions.get(signed)
        if standing is None:
            return
        given = tuple(self.given[signed])
        if standing.effective:
            self.decisions[signed] = msgspec.structs.replace(standing, given=given)
            return
        missing = missing_signatures(standing.form.signatures, given, (standing.decision.author,))
        standing = msgspec.structs.replace(standing, given=given, missing=missing, since=index)
        self.decisions[signed] = standing
        matter = standing.decision.matter
        if standing.effective and (standing.form.name, matter.kind) == ("approve", "plan"):
            self.enforce_plan(matter.sha256, index)


def stand(
    records: Iterable[Record],
    keyring: KeyRing,
    read_blob: Callable[[str], bytes],
    root_at: Callable[[int], str | None],
) -> Standing:
    """Fold ``records`` (a whole log, or its beginning) into what people's word stands at.

    ``root_at`` returns the log's root hash in base64 at a size: what a signer says to have seen is held against it.
    """
    folding = _Folding(keyring, read_blob, root_at)
    for record in records:
        folding.take(record)
    return Standing(
        keyring,
        tuple(folding.plans),
        tuple(sorted(folding.decisions.values(), key=lambda one: one.since)),
        {signed: tuple(given) for signed, given in folding.given.items()},
        tuple(folding.refused),
        tuple(folding.refused_decisions),
    )


def signatures_missing(
    standing: Standing, signed: str, rules: Sequence[SignatureRule], excluded: Iterable[str]
) -> tuple[Missing, ...]:
    """Return which of ``rules`` no signature on the record of digest ``signed`` meets."""
    return missing_signatures(rules, standing.given.get(signed, ()), excluded)

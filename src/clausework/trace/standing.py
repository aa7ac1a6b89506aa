"""What people's word stands at: plans in force, decisions with effect, signatures given and refused.

Everything is worked out from the records in log order. A signature counts only if it verifies, by a key valid at
its index, in a role that the plan in force at that index gives the person. A decision counts only if it is one that
its form allows; what does not count stands among the refused, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from clausework.core.clock import NotATime, parse_timestamp
from clausework.core.errors import InputRejected, IntegrityViolated, NotAllowed, UsageFault
from clausework.decisions.effect import Given, Missing, missing_signatures
from clausework.decisions.form import Form, SignatureRule, check_matter, fill, signatures_of
from clausework.decisions.forms import form_named
from clausework.ledger.keyring import KeyRing
from clausework.ledger.records import Record, made_of
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.decisions import Approval, Decision, Intent
from clausework.ledger.records.identification import ProviderKeys
from clausework.ledger.records.root import Root
from clausework.plan.lines import ReleaseLine
from clausework.plan.load import load_plan
from clausework.plan.model import Plan, roles_of
from clausework.plan.signing import DEFAULT
from clausework.signatures.accountability import Shortcoming
from clausework.signatures.approvals import Circumstances, LogTimes, SignatureTransplanted, check_approval
from clausework.signatures.means import means_of
from clausework.signatures.passkeys import sign_count_of
from clausework.trace.accountability import Accountability, held_after, shortcoming

RUN_AGAIN = "infrastructure"
"""The form, and the cause, that says nothing about a case itself: only another run of it can."""

DELEGATED = "delegated"
"""What the signature of the one who lends a role means."""


class PlanInForce(msgspec.Struct, frozen=True):
    """A plan and the index of the record from which it is in force on its release line."""

    sha256: str
    plan: Plan
    since: int

    @property
    def line(self) -> str:
        """The release line that the plan is of."""
        return self.plan.release_line.id


class Delegation(msgspec.Struct, frozen=True):
    """A role that its holder lends to another person, from one moment until before another; ``since`` is an index."""

    role: str
    of: str
    to: str
    begins: str
    ends: str
    since: int

    def __str__(self) -> str:
        return f"{self.role} of {self.of} to {self.to} from {self.begins} until {self.ends}"

    def is_over(self, at: str) -> bool:
        """Tell whether the delegation has ended by the moment ``at``."""
        return parse_timestamp(self.ends) <= parse_timestamp(at)

    def holds(self, at: str) -> bool:
        """Tell whether the delegation covers the moment ``at``."""
        return parse_timestamp(self.begins) <= parse_timestamp(at) < parse_timestamp(self.ends)


class RefusedSignature(msgspec.Struct, frozen=True):
    """An approval record that does not count, and why; the name, meaning and time are what it claims (21 CFR 11.50).

    ``cause`` is the error's name, ``signed`` the digest of the record that the signature claims to be for.
    """

    index: int
    email: str
    reason: str
    name: str = ""
    meaning: str = ""
    at: str = ""
    cause: str = ""
    signed: str = ""

    def __str__(self) -> str:
        shown = f"{self.name} <{self.email}>, '{self.meaning}', {self.at}"
        return f"signature #{self.index} of {shown} does not count: {self.reason}"


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


def held_roles(plan: Plan, delegations: Sequence[Delegation], email: str, at: str) -> tuple[str, ...]:
    """Return the roles that ``plan`` gives a person, and those lent at ``at`` by people who hold them by ``plan``."""
    lent = [
        one.role
        for one in delegations
        if one.to == email.lower() and one.holds(at) and one.role in roles_of(plan, one.of)
    ]
    return tuple(dict.fromkeys((*roles_of(plan, email), *lent)))


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
    delegations: tuple[Delegation, ...] = ()
    size: int = 0
    sign_counts: dict[str, int] = {}
    accountability: Accountability = Accountability()

    @property
    def newest(self) -> int:
        """The index of the newest record that was folded."""
        return self.size - 1

    @property
    def plan_in_force(self) -> PlanInForce:
        """The plan of the trunk that was approved last: it says who holds a role, whatever the release line."""
        return [one for one in self.plans if one.line == self.plans[0].line][-1]

    def plan_of(self, line: str) -> PlanInForce | None:
        """Return the plan that is in force on a release line; ``None`` where none of it was ever approved."""
        found = [one for one in self.plans if one.line == line]
        return found[-1] if found else None

    def left_by(self, line: ReleaseLine) -> tuple[str, ...]:
        """Return the line that ``line`` left, that which this one left, and so on to the trunk; none for the trunk.

        A branch that does not say where it comes from, or names a line that there never was, left the trunk: it has no
        history of its own, and does not go without one.
        """
        trunk, found = self.plans[0].line, [line.id]
        while line.id != trunk:
            parent = self.plan_of(line.branched_from)
            line = parent.plan.release_line if parent and parent.line not in found else ReleaseLine(trunk)
            found.append(line.id)
        return tuple(found[1:])

    def roles(self, email: str, at: str) -> tuple[str, ...]:
        """Return the roles that a person holds, or was lent, at the moment ``at``, as things stand now."""
        return held_roles(self.plan_in_force.plan, self.delegations, email, at)

    def is_approved_plan(self, sha256: str) -> bool:
        """Tell whether the plan of that digest was ever approved."""
        return any(one.sha256 == sha256 for one in self.plans)

    def plan_at(self, index: int, line: str) -> PlanInForce | None:
        """Return the plan that was in force on ``line`` at the record ``index``."""
        found = [one for one in self.plans if one.since <= index and one.line == line]
        return found[-1] if found else None

    def refusals(self, *signed: str) -> tuple[str, ...]:
        """Return why signatures on the records ``signed``, and on decisions without effect, do not count."""
        without = {one.record.sha256 for one in self.decisions if not one.effective}
        return tuple(str(one) for one in self.refused if one.signed in without or one.signed in signed)

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
            one.decision.matter.sha256: str(one.decision.fields.get("cause", RUN_AGAIN))
            for one in self.decisions
            if one.effective and one.decision.form in {"supersede", RUN_AGAIN}
        }


class _Folding:
    """The state while records are folded in log order."""

    def __init__(
        self,
        keyring: KeyRing,
        read_blob: Callable[[str], bytes],
        root_at: Callable[[int], str | None],
        times: LogTimes | None,
    ) -> None:
        self.times = times
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
        self.delegations: list[Delegation] = []
        self.sign_counts: dict[str, int] = {}
        self.accountability = Accountability()
        self.size = 0

    def enforce_plan(self, sha256: str, since: int) -> None:
        plan = load_plan(self.read_blob(sha256), f"plan {sha256[:12]}")
        self.plans.append(PlanInForce(sha256, plan, since))

    def take(self, record: Record) -> None:
        body = record.body
        self.known[record.sha256] = record
        self.size = record.index + 1
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
        if form.asks_version(body.matter.kind) and not body.version:
            self.refuse_decision(record.index, body, "it names no version")
        elif body.matter.kind == "plan" and (reason := self.objection_to_plan(body.matter.sha256)):
            self.refuse_decision(record.index, body, reason)
        else:
            missing = missing_signatures(signatures_of(form, body.matter.id, body.fields), (), (body.author,))
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
            reason = "it signs a record that does not stand before it in the log"
            self.refuse(record, approval, reason, SignatureTransplanted.__name__)
            return
        try:
            check_approval(approval, self.keyring, self.circumstances(record, signed))
        except (IntegrityViolated, NotAllowed, NotATime) as error:
            self.refuse(record, approval, error.message, type(error).__name__)
            return
        self.nonces.add(intent.nonce)
        self.sign_counts |= sign_count_of(approval)
        given = Given(
            intent.email,
            intent.name,
            intent.role,
            intent.meaning,
            intent.at,
            record.index,
            approval.key_id,
            means_of(approval),
        )
        self.given.setdefault(intent.signed, []).append(given)
        self.accountability = held_after(self.accountability, signed, given)
        self.apply_to_decision(intent.signed, record.index)

    def circumstances(self, record: Record, signed: Record) -> Circumstances:
        return Circumstances(
            index=record.index,
            signed=signed.sha256,
            signed_index=signed.index,
            not_before=made_of(signed.body).at,
            holds_role=lambda email, role: self.holds_role(email, role, record.body.intent.at),
            nonces=self.nonces,
            root_at=self.root_at,
            signing=self.trunk().signing if self.plans else DEFAULT,
            sign_counts=self.sign_counts,
            lets_provider_in=isinstance(signed.body, ProviderKeys),
            unaccountable=self.shortcoming(record.body.intent, signed),
            seen_at=self.times.time_at(record.body.intent.size) if self.times else None,
            recorded_by=self.times.time_covering(record.index) if self.times else None,
        )

    def shortcoming(self, intent: Intent, signed: Record) -> Shortcoming:
        if not self.plans:
            return Shortcoming()
        return shortcoming(
            self.trunk(), self.accountability, intent.email, intent.role, intent.at, signed.body
        )

    def holds_role(self, email: str, role: str, at: str) -> bool:
        return bool(self.plans) and role in held_roles(self.trunk(), self.delegations, email, at)

    def trunk(self) -> Plan:
        return next(one.plan for one in reversed(self.plans) if one.line == self.plans[0].line)

    def refuse(self, record: Record, approval: Approval, reason: str, cause: str) -> None:
        given = approval.intent
        shown = (given.name, given.meaning, given.at)
        self.refused.append(RefusedSignature(record.index, given.email, reason, *shown, cause, given.signed))

    def apply_to_decision(self, signed: str, index: int) -> None:
        standing = self.decisions.get(signed)
        if standing is None:
            return
        given = tuple(self.given[signed])
        if standing.effective:
            self.decisions[signed] = msgspec.structs.replace(standing, given=given)
            return
        rules = signatures_of(standing.form, standing.decision.matter.id, standing.decision.fields)
        missing = missing_signatures(rules, given, (standing.decision.author,))
        standing = msgspec.structs.replace(standing, given=given, missing=missing, since=index)
        self.decisions[signed] = standing
        matter = standing.decision.matter
        if standing.effective and (standing.form.name, matter.kind) == ("approve", "plan"):
            self.enforce_plan(matter.sha256, index)
        elif standing.effective and (standing.form.name, matter.kind) == ("delegate", "role"):
            self.delegate(standing)
        elif standing.effective and (standing.form.name, matter.kind) == ("drop", "decision"):
            self.drop(standing)

    def drop(self, standing: StandingDecision) -> None:
        """Give up a decision that waits, for good; one that has effect by now is left as it is."""
        given_up = self.decisions.get(standing.decision.matter.sha256)
        if given_up is not None and not given_up.effective:
            del self.decisions[given_up.record.sha256]
            who, why = standing.given[-1].email, standing.decision.fields["reason"]
            reason = f"it was dropped by {who} in #{standing.record.index}: {why}"
            self.refuse_decision(given_up.record.index, given_up.decision, reason)

    def delegate(self, standing: StandingDecision) -> None:
        """Lend the role of the one who signed for it: what was lent cannot be lent on."""
        matter, fields = standing.decision.matter, standing.decision.fields
        lender = next(one.email for one in standing.given if one.meaning == DELEGATED)
        if matter.id in roles_of(self.trunk(), lender):
            self.delegations.append(
                Delegation(
                    matter.id,
                    lender,
                    str(fields["to"]).lower(),
                    str(fields["begins"]),
                    str(fields["ends"]),
                    standing.since,
                )
            )
        else:
            self.refuse_decision(
                standing.record.index,
                standing.decision,
                f"{lender} does not hold the role and cannot lend it",
            )

    def standing(self) -> Standing:
        return Standing(
            self.keyring,
            tuple(self.plans),
            tuple(sorted(self.decisions.values(), key=lambda one: one.since)),
            {signed: tuple(given) for signed, given in self.given.items()},
            tuple(self.refused),
            tuple(self.refused_decisions),
            tuple(self.delegations),
            self.size,
            dict(self.sign_counts),
            self.accountability,
        )


def stand(
    records: Iterable[Record],
    keyring: KeyRing,
    read_blob: Callable[[str], bytes],
    root_at: Callable[[int], str | None],
    times: LogTimes | None = None,
) -> Standing:
    """Fold ``records`` (a whole log, or its beginning) into what people's word stands at.

    ``root_at`` returns the log's root hash in base64 at a size: what a signer says to have seen is held against it.
    ``times`` are those of the log's checkpoints, against which a signer's clock is held; a ledger's verdicts give them.
    """
    folding = _Folding(keyring, read_blob, root_at, times)
    for record in records:
        folding.take(record)
    return folding.standing()


def signatures_missing(
    standing: Standing, signed: str, rules: Sequence[SignatureRule], excluded: Iterable[str]
) -> tuple[Missing, ...]:
    """Return which of ``rules`` no signature on the record of digest ``signed`` meets."""
    return missing_signatures(rules, standing.given.get(signed, ()), excluded)

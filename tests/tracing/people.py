"""A ledger in memory with people who decide and sign, as the tests of people's word want it."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.digests import sha256_of
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.memory import MemoryLedger, memory_ledger
from clausework.ledger.records import Body, subject
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.decisions import Approval, Decision, Intent, Matter
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Signer
from clausework.signatures.approvals import approve, intent
from clausework.trace.standing import Standing, stand

QUALITY = "quality@example.com"
RELEASE = "release@example.com"

PLAN = b"""\
device: {name: Pump, manufacturer: Example}
software_systems:
  - {id: system, safety_class: B, items: [{id: controller, paths: ["src/**"]}]}
roles:
  quality: {people: [quality@example.com]}
  release_authority: {people: [release@example.com], independent_of: author}
environments:
  development: {after: [build, unit]}
  production: {release: required}
"""

FIELDS: dict[str, dict[str, str | tuple[str, ...]]] = {
    "evaluate": {"risk": "A patient may wait.", "outcome": "acceptable", "rationale": "It is rare enough."},
    "approve": {"rationale": "It was reviewed line by line."},
    "supersede": {"cause": "defect_of_the_test", "reason": "The test waited for the wrong signal."},
    "review": {"method": "review", "outcome": "accepted", "rationale": "It was read in full."},
    "scope": {"requirements": ("all",), "rationale": "It is the whole version."},
    "infrastructure": {
        "failed": "bench",
        "happened": "The bench lost its power.",
        "known_by": "The job's log says so.",
    },
    "drop": {"reason": "Nobody can sign it; it is written down anew."},
    "dispose": {
        "status": "not_affected",
        "justification": "The call is not reached.",
        "exploitability": "Nobody reaches it.",
        "patient_harm": "none",
        "expires": "2099-01-01",
    },
}


class People:
    """A ledger under ``PLAN``; every method appends what its name says and returns the receipt."""

    def __init__(
        self,
        plan: bytes = PLAN,
        *,
        clock: Clock = system_clock,
        people: Sequence[str] = (QUALITY, RELEASE),
    ) -> None:
        self.clock = clock
        self.memory: MemoryLedger = memory_ledger(plan=plan, clock=clock, people=people)

    def made(self, actor: str = "pipeline") -> Made:
        """Return who makes a record now."""
        return Made(timestamp(self.clock()), actor, "clausework test")

    def append(self, body: Body) -> Receipt:
        """Append ``body``."""
        about = subject("subject", sha256_of(repr(body).encode()))
        return self.memory.ledger.append([Draft((about,), body)])[0]

    def record_plan(self, plan: bytes) -> str:
        """Record a plan; return its digest."""
        kept = self.memory.ledger.put_blob(plan, "clausework.yaml", "application/yaml")
        self.append(PlanRecorded(self.made(), kept))
        return kept.sha256

    def decide(
        self,
        form: str,
        kind: str,
        sha256: str,
        *,
        author: str = "dev@example.com",
        fields: dict[str, str | tuple[str, ...]] | None = None,
        version: str = "",
        matter_id: str = "X-1",
    ) -> Receipt:
        """Append a decision, its form filled as it asks unless ``fields`` say otherwise."""
        filled = FIELDS.get(form, {}) | (fields or {})
        return self.append(
            Decision(self.made(author), form, Matter(kind, matter_id, sha256), author, filled, version)
        )

    def intent(self, signed: str, email: str, role: str, meaning: str) -> Intent:
        """Return what the person would sign now."""
        checkpoint = self.memory.ledger.checkpoint()
        return intent(
            signed,
            email=email,
            name=email.partition("@")[0].title(),
            role=role,
            meaning=meaning,
            clock=self.clock,
            size=checkpoint.size,
            checkpoint=checkpoint.root_base64,
        )

    def approval(self, given: Intent, signer: Signer | None = None) -> Approval:
        """Return the approval of ``given`` by its person's key, or by another."""
        return approve(given, signer or self.memory.people[given.email], self.made(given.email))

    def sign(
        self, receipt: Receipt, email: str = QUALITY, role: str = "quality", meaning: str = ""
    ) -> Receipt:
        """Append the person's signature on a record."""
        return self.append(self.approval(self.intent(receipt.sha256, email, role, meaning)))

    def standing(self) -> Standing:
        """Return what people's word stands at."""
        ledger = self.memory.ledger
        snapshot = ledger.snapshot()
        return stand(snapshot.records, snapshot.keyring, ledger.read_blob, ledger.root_at, ledger)

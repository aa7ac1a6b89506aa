"""A ledger in memory with items, builds, reports, people's word and releases, as the tests of registers want it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.actions.matrix import matrix_of_build
from clausework.actions.register_filling import fold_release, keep_release
from clausework.actions.registers import Held, Releases
from clausework.core.digests import sha256_of
from clausework.core.places import Place
from clausework.decisions.release import AUTHORISED, CONFIRMED
from clausework.evidence.detail import SCHEMAS, Case, CaseOutcome, ChangeReview, FileCoverage, Header
from clausework.evidence.history import Commit, Contributor
from clausework.gates.facts import Facts
from clausework.items.baseline import baseline_of
from clausework.items.model import Item, ItemType, Link
from clausework.ledger.ledger import Draft, Receipt
from clausework.ledger.memory_registers import MemoryRegisters
from clausework.ledger.ports import Registers
from clausework.ledger.records import subject
from clausework.ledger.records.build import ArtefactSignature, Build, BuildOutputs, Output
from clausework.ledger.records.control import ItemBaseline
from clausework.ledger.records.decisions import Decision, Matter
from clausework.ledger.records.evidence import (
    ChangeReviews,
    Coverage,
    Reread,
    TestCounts,
    TestEvidence,
    TestResult,
)
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Descriptor, Origin, Ratio, Reading, Reference
from clausework.reports.matrix_report import Filter, filtered
from clausework.trace.matrix import Matrix
from clausework.trace.standing import RUN_AGAIN
from tests.tracing.making import MADE, build
from tests.tracing.people import FIELDS, PLAN, QUALITY, RELEASE, People

AT = "2026-04-11T08:30:00.000Z"
ITEM = "controller"


def items_of(words: dict[str, str], nowhere: str = "REQ-9") -> tuple[Item, ...]:
    """Return a small device's items; each says what ``words`` has for it, and one link leads nowhere."""
    made = (
        ("NEED-1", ItemType.USER_NEED, ()),
        ("SYS-1", ItemType.SYSTEM_REQUIREMENT, (("derives_from", "NEED-1"),)),
        ("ARCH-1", ItemType.ARCHITECTURE_ITEM, ()),
        ("REQ-1", ItemType.SOFTWARE_REQUIREMENT, (("derives_from", "SYS-1"), ("allocated_to", "ARCH-1"))),
        ("REQ-2", ItemType.SOFTWARE_REQUIREMENT, (("derives_from", "REQ-1"),)),
        ("REQ-3", ItemType.SOFTWARE_REQUIREMENT, (("derives_from", "NEED-1"), ("derives_from", nowhere))),
        (
            "UNIT-1",
            ItemType.SOFTWARE_UNIT,
            (("part_of", "ARCH-1"), ("implements", "REQ-1"), ("implements", "REQ-2")),
        ),
        ("UNIT-2", ItemType.SOFTWARE_UNIT, (("implements", nowhere), ("implements", "REQ-3"))),
        ("HAZ-1", ItemType.HAZARD, (("leads_to", "SIT-1"),)),
        ("SIT-1", ItemType.HAZARDOUS_SITUATION, ()),
        ("RISK-1", ItemType.RISK, (("estimates", "SIT-1"),)),
        (
            "RC-1",
            ItemType.RISK_CONTROL_MEASURE,
            (("controls", "RISK-1"), ("realised_by", "REQ-2"), ("realised_by", nowhere)),
        ),
        ("RC-2", ItemType.RISK_CONTROL_MEASURE, (("controls", "SIT-1"), ("realised_by", "REQ-3"))),
        ("CR-1", ItemType.CHANGE_REQUEST, (("affects", "UNIT-1"), ("affects", "REQ-3"))),
    )
    fields = {"UNIT-1": {"paths": "src/one/**"}, "RISK-1": {"level": "medium", "residual_level": "low"}}
    return tuple(
        Item(
            name,
            kind,
            f"title of {name}",
            words.get(name, "as ever"),
            tuple(Link(role, target) for role, target in links),
            dict(fields.get(name, {})),
            Place("items.yaml", 1, 1),
        )
        for name, kind, links in made
    )


IDS = (*(item.id for item in items_of({})), "REQ-9")
"""All IDs that something can be asked about, one that is no item among them."""


class Releasing(People):
    """A ledger whose methods append what their names say; ``registers`` belong to it."""

    def __init__(self, registers: Registers | None = None) -> None:
        super().__init__()
        self.ledger = self.memory.ledger
        self.registers: Registers = MemoryRegisters() if registers is None else registers
        self.releases = Releases(self.ledger, self.registers)
        self.builds: list[Build] = []
        self.reports: list[Receipt] = []
        self.versions: list[str] = []
        self.items: tuple[Item, ...] = ()
        self.record_items({})

    def blob(self, data: bytes, name: str = "file") -> Descriptor:
        """Keep a blob."""
        return self.ledger.put_blob(data, name, "application/octet-stream")

    def record_items(self, words: dict[str, str], nowhere: str = "REQ-9") -> str:
        """Record the items as a baseline; return its digest."""
        self.items = items_of(words, nowhere)
        made = baseline_of(self.items)
        detail = self.blob(made.lines, "items.jsonl")
        self.baseline = made.sha256
        self.append(ItemBaseline(MADE, made.sha256, detail, detail, "r", made.counts))
        return made.sha256

    def record_build(self, tree: str = "tree", lock: str = "lock") -> Build:
        """Record a build of ``tree`` with the items as they are."""
        commit = f"{len(self.builds):040x}"
        developer = Contributor("Dev", "dev@example.com")
        subject_line = f"REQ-{len(self.builds) % 3 + 1} and CR-1"
        line = Commit(
            commit, (), developer, MADE.at, developer, MADE.at, subject_line, "", (), ("src/one/a.c",)
        )
        commits = self.blob(b"{}\n" + msgspec.json.encode(line) + b"\n", "commits.jsonl")
        one = msgspec.structs.replace(
            build(f"build {len(self.builds)}", tree=tree),
            commit=commit,
            commits=commits,
            locks=(self.blob(lock.encode(), "requirements.lock"),),
            plan=self.blob(PLAN, "clausework.yaml").sha256,
            item_baseline=self.baseline,
        )
        self.append(one)
        self.builds.append(one)
        return one

    def record_report(
        self,
        about: Build | None,
        cases: Sequence[tuple[str, CaseOutcome, Sequence[tuple[str, str]]]],
        level: str = "unit",
        name: str = "unit.xml",
        artefact: str = "",
    ) -> Receipt:
        """Record a report of ``cases`` (name, outcome, links) about a build, or about an artefact alone."""
        raw = self.blob(f"report {len(self.reports)}".encode(), name)
        header = msgspec.json.encode(Header(SCHEMAS[Case], "clausework.junit 1", raw.sha256))
        lines = [
            msgspec.json.encode(
                Case(
                    "suite",
                    case,
                    "class",
                    outcome,
                    message="so it is",
                    links=tuple(links),
                    file=f"t/{case}.py",
                )
            )
            for case, outcome, links in cases
        ]
        detail = self.blob(b"\n".join([header, *lines, b""]), "detail.jsonl")
        count = [outcome for _, outcome, _ in cases].count
        counts = TestCounts(len(cases), count("passed"), count("failed"), count("errored"), count("skipped"))
        red = counts.failed + counts.errored
        origin = self._origin(about, level)
        reading = Reading("junit", "clausework.junit 1", raw, detail)
        body = TestResult("FAILED" if red else "PASSED", (), TestEvidence(MADE, origin, reading, counts))
        about_what = (subject("report", raw.sha256), subject("artefact", digest(artefact)))
        receipt = self.ledger.append([Draft(about_what, body)])[0]
        self.reports.append(receipt)
        return receipt

    def record_outputs(self, of: Build, *artefacts: str) -> None:
        """Record artefacts of a build, each standing for a word."""
        signature = ArtefactSignature(digest("key"), "")
        made = tuple(
            Output(msgspec.structs.replace(self.blob(one.encode(), one), sha256=digest(one)), signature)
            for one in artefacts
        )
        self.append(BuildOutputs(MADE, of.id, of.software_item, made))

    def record_reviews(self, of: Build, title: str) -> None:
        """Record an export with one change, which brought the commit of a build."""
        raw = self.blob(f"changes {title} {of.commit}".encode(), "changes.json")
        header = msgspec.json.encode(Header(SCHEMAS[ChangeReview], "clausework.github 1", raw.sha256))
        change = ChangeReview("1", title, "dev", "merged", approved=True, commits=(of.commit,))
        detail = self.blob(b"\n".join([header, msgspec.json.encode(change), b""]), "detail.jsonl")
        reading = Reading("github", "clausework.github 1", raw, detail)
        self.append(ChangeReviews(MADE, Origin(ITEM), reading, 1, 1))

    def reread(self, report: Receipt, outcome: CaseOutcome) -> None:
        """Read a report once more, by a reader that sees the outcome of its first case otherwise."""
        before: TestResult = self.ledger.snapshot().records[report.index].body
        header, *lines = self.ledger.read_blob(before.clausework.reading.detail.sha256).splitlines()
        cases = [msgspec.json.decode(line, type=Case) for line in lines]
        cases[:1] = [msgspec.structs.replace(one, outcome=outcome) for one in cases[:1]]
        red = any(one.outcome in {"failed", "errored"} for one in cases)
        detail = self.blob(b"\n".join([header, *map(msgspec.json.encode, cases), b""]), "detail.jsonl")
        reading = msgspec.structs.replace(before.clausework.reading, detail=detail)
        evidence = msgspec.structs.replace(before.clausework, reading=reading)
        result = msgspec.structs.replace(before, result="FAILED" if red else "PASSED", clausework=evidence)
        self.append(Reread(MADE, Reference(report.index, report.sha256), result=result))

    def record_coverage(self, about: Build, covered: int) -> None:
        """Record the coverage of one file of UNIT-1."""
        raw = self.blob(f"coverage {covered} {len(self.builds)}".encode(), "coverage.xml")
        header = msgspec.json.encode(Header(SCHEMAS[FileCoverage], "clausework.cobertura 1", raw.sha256))
        spans = ((1, covered),) if covered else ()
        missed = ((covered + 1, 9),) if covered < 9 else ()
        line = FileCoverage("src/one/a.c", Ratio(covered, 9), uncovered=missed, covered=spans)
        detail = self.blob(b"\n".join([header, msgspec.json.encode(line), b""]), "detail.jsonl")
        reading = Reading("cobertura", "clausework.cobertura 1", raw, detail)
        self.append(Coverage(MADE, self._origin(about, "unit"), reading, Ratio(covered, 9)))

    def _origin(self, about: Build | None, level: str) -> Origin:
        if about is None:
            return Origin(ITEM, level=level)
        return Origin(about.software_item, about.id, about.source_tree, about.commit, level)

    def supersede(self, report: Receipt, cause: str) -> None:
        """Set a report aside by a signed decision."""
        if cause == RUN_AGAIN:
            decided = self.decide(RUN_AGAIN, "record", report.sha256)
            self.sign(decided, QUALITY, "quality", "failure of the infrastructure confirmed")
            return
        decided = self.decide("supersede", "record", report.sha256, fields={"cause": cause})
        self.sign(decided, QUALITY, "quality", "superseded")

    def review(self, item_id: str, outcome: str, method: str) -> None:
        """Review an item as it reads now, signed."""
        item = next(one for one in self.items if one.id == item_id)
        fields = {**FIELDS["review"], "outcome": outcome, "method": method}
        matter = Matter(str(item.type), item.id, item.content_hash)
        decided = self.append(
            Decision(self.made("dev@example.com"), "review", matter, "dev@example.com", fields)
        )
        self.sign(decided, QUALITY, "quality", "reviewed")

    def release(self, builds: Iterable[Build], *, signed: bool = True) -> str:
        """Release a version of ``builds``, judged by the items as they are; by the pipeline alone if not ``signed``."""
        version = f"1.{len(self.versions)}"
        chosen = tuple(builds)
        candidate = Candidate(
            self.made(),
            version,
            tuple(one.id for one in chosen),
            (),
            self.baseline,
            self.baseline,
            self.blob(PLAN, "clausework.yaml").sha256,
            {},
            None,
            0,
        )
        frozen = self.append(candidate)
        reference = Reference(frozen.index, frozen.sha256)
        blob = self.blob(b"{}")
        gate = self.append(ReleaseGate(self.made(), reference, "pass", blob, frozen.index, ()))
        if signed:
            self.sign(gate, QUALITY, "quality", CONFIRMED)
            self.sign(gate, RELEASE, "release_authority", AUTHORISED)
        passed = Reference(gate.index, gate.sha256)
        self.append(Release(self.made(RELEASE), version, reference, passed, (), (), blob, blob))
        self.versions.append(version)
        return version

    def fold(self, version: str) -> list[Facts]:
        """Return what the fold says of a version now."""
        return fold_release(self.ledger, self.ledger.snapshot(), version, AT)

    def keep(self, version: str) -> None:
        """Fold a version and keep it in the registers."""
        keep_release(self.ledger, self.registers, self.ledger.snapshot(), version, self.fold(version))

    def held(self, version: str, item: str) -> Held | None:
        """Return what the registers say, by a reader that remembers nothing."""
        return Releases(self.ledger, self.registers).about(version, item)


def rows_about(item: str, matrix: Matrix) -> Matrix:
    """Return the rows in which an item stands."""
    return filtered(matrix, Filter(ids=(item,)))


def folded_rows(facts: Sequence[Facts], item: str) -> list[Matrix]:
    """Return the rows in which an item stands, by the fold, for each build."""
    return [rows_about(item, matrix_of_build(one)) for one in facts]


def held_rows(held: Held, item: str) -> list[Matrix]:
    """Return the rows in which an item stands, by the register, for each build."""
    return [rows_about(item, one.matrix) for one in held.builds]


def digest(text: str) -> str:
    """Return a digest that stands for ``text``."""
    return sha256_of(text.encode())

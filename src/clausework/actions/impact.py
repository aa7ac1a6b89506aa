"""impact: what a range of commits touches, before anybody signs for it (clauses 5.6.6, 5.7.3, 6.2.3, 7.4.1, 7.4.2)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from clausework.actions.current_build import current_item
from clausework.actions.workplace import PLAN_NAME, Workplace
from clausework.core.errors import InputRejected, UsageFault
from clausework.evidence.files_at import write_files_at
from clausework.evidence.git import common_commit, prefix, revision
from clausework.evidence.history import commits
from clausework.evidence.path_globs import literal, path_globs
from clausework.gates.folding import fold_facts
from clausework.items.sources import collect_planned, read_collected
from clausework.ledger.records.build import Build
from clausework.plan.load import load_plan
from clausework.plan.model import Plan, item_sources, safety_class_of, software_items
from clausework.standards import cite
from clausework.trace.commits import link_commits
from clausework.trace.file_owners import owners_of
from clausework.trace.impact import ClauseAgain, Touched, clauses_again, touched_by
from clausework.trace.item_fact import ItemFact, item_fact
from clausework.trace.shown import shown_signature


class NotARange(UsageFault):
    """A range of commits was expected."""

    hint = "Give two commits, tags or branches as BASE..HEAD, such as 2.4.0..HEAD."


class NoPlanThen(UsageFault):
    """The commit has no plan, so nobody said then what its items were."""

    hint = "Begin the range at a commit that has one."


class CommitUnreadable(InputRejected):
    """Plan or items of a commit are not well written, or not there."""

    hint = "A commit stays as it is: begin or end the range at one whose plan and items can be read."


class TestToRepeat(msgspec.Struct, frozen=True):
    """A case that verifies a touched item in the newest build: level, identity and the items."""

    __test__ = False

    level: str
    case: str
    items: tuple[str, ...]


class LapsedSignature(msgspec.Struct, frozen=True):
    """A decision on the earlier text of a touched item: it has no effect on the text as it reads now."""

    record: int
    form: str
    item: str
    signers: tuple[str, ...]


class Impact(msgspec.Struct, frozen=True):
    """The answer: the range, what it touches, and what follows from that.

    ``compared_with`` is the commit whose items are held against those of ``head``: ``base``, or where that went on by
    itself, the newest commit that both have.
    """

    base: str
    head: str
    compared_with: str
    software_item: str
    safety_class: str
    commit_count: int
    touched: Touched
    risk_controls: tuple[str, ...]
    tests: tuple[TestToRepeat, ...]
    clauses: tuple[ClauseAgain, ...]
    lapsed: tuple[LapsedSignature, ...]
    unlinked_commits: tuple[str, ...]
    unowned_paths: tuple[str, ...]


def impact(workplace: Workplace, revisions: str, *, software_item: str | None = None) -> Impact:
    """Return what the commits of ``revisions`` (``BASE..HEAD``; ``BASE`` alone ends at HEAD) touch.

    Raises ``NotARange``, ``UnknownRevision``, ``NoPlanThen``, ``HistoryIncomplete`` and ``CommitUnreadable``.
    """
    base, _, head = revisions.partition("..")
    if not base or head.startswith("."):
        raise NotARange(f"'{revisions}' is no range of commits.")
    root = workplace.root
    start, end = revision(root, base), revision(root, head or "HEAD")
    item = current_item(workplace, software_item)
    common = _common(root, start, end, revisions)
    _, before = _items_at(root, common)
    now_plan, after = _items_at(root, end)
    history = commits(root, start, end)
    linked = link_commits(history, [one.id for one in (*before, *after)], now_plan.traceability.trailers)
    by_item: dict[str, list[str]] = {}
    for one in linked:
        for named in one.items:
            by_item.setdefault(named, []).append(one.commit.id)
    folder = prefix(root)
    inside = path_globs(tuple(literal(folder) + glob for glob in item.paths))
    changed = sorted({path for one in history for path in one.paths if inside.match(path)})
    files, unowned = _owners([path.removeprefix(folder) for path in changed], (*before, *after))
    touched = touched_by(before, after, files, by_item)
    safety_class = safety_class_of(now_plan, item.id)
    tests, lapsed = _from_ledger(workplace, item.id, touched, {one.id: one.sha256 for one in after})
    return Impact(
        base=start,
        head=end,
        compared_with=common,
        software_item=item.id,
        safety_class=safety_class,
        commit_count=len(history),
        touched=touched,
        risk_controls=touched.of("risk_control_measure"),
        tests=tests,
        clauses=tuple(
            msgspec.structs.replace(one, clause=cite(one.clause))
            for one in clauses_again(touched, safety_class)
        ),
        lapsed=lapsed,
        unlinked_commits=tuple(
            f"{one.commit.id[:12]} {one.commit.subject[:60]}"
            for one in linked
            if not one.items and any(inside.match(path) for path in one.commit.paths)
        ),
        unowned_paths=unowned,
    )


def _common(root: Path, start: str, end: str, revisions: str) -> str:
    common = common_commit(root, start, end)
    if not common:
        raise NotARange(
            f"'{revisions}': the two commits have no history in common.",
            hint="Give two commits of one history; another repository's is not compared.",
        )
    if common == end != start:
        raise NotARange(
            f"'{revisions}' holds no commit: its end is older than its beginning.",
            hint="Turn it round: the older commit comes first.",
        )
    return common


def _items_at(root: Path, commit: str) -> tuple[Plan, tuple[ItemFact, ...]]:
    """Return the plan and the items of ``commit``, read from git's objects into a scratch folder."""
    folder = prefix(root)
    with tempfile.TemporaryDirectory(prefix="clausework-impact-") as scratch:
        plan_path = folder + PLAN_NAME
        write_files_at(root, commit, lambda path: path == plan_path, Path(scratch))
        written = Path(scratch, plan_path)
        if not written.is_file():
            raise NoPlanThen(f"Commit {commit[:12]} has no {PLAN_NAME}.")
        try:
            plan = load_plan(written.read_bytes(), PLAN_NAME)
            planned = item_sources(plan)
            places = tuple((folder + one.path).rstrip("/") for one in planned)
            write_files_at(
                root,
                commit,
                lambda path: any(path == one or path.startswith(f"{one}/") for one in places),
                Path(scratch),
            )
            names = tuple(one.id for one in software_items(plan))
            items = read_collected(collect_planned(Path(scratch, folder), planned), names).distinct()
        except InputRejected as error:
            raise CommitUnreadable(f"Commit {commit[:12]}: {error.message}") from error
    return plan, tuple(map(item_fact, items))


def _owners(paths: Sequence[str], items: Sequence[ItemFact]) -> tuple[dict[str, set[str]], tuple[str, ...]]:
    """Return the changed paths by the items that claim them, before or after, and those that none claims."""
    found: dict[str, set[str]] = {}
    owned: set[str] = set()
    for owner in owners_of(items):
        matching = {path for path in paths if owner.globs.match(path)}
        if matching:
            found.setdefault(owner.item.id, set()).update(matching)
            owned |= matching
    return found, tuple(path for path in paths if path not in owned)


def _from_ledger(
    workplace: Workplace, software_item: str, touched: Touched, hashes: dict[str, str]
) -> tuple[tuple[TestToRepeat, ...], tuple[LapsedSignature, ...]]:
    """Return the tests of touched items in the newest build, and the decisions on their earlier texts."""
    snapshot = workplace.snapshot()
    builds = [
        one.body
        for one in snapshot.records
        if isinstance(one.body, Build) and one.body.software_item == software_item
    ]
    tests: dict[tuple[str, str], set[str]] = {}
    if builds:
        facts = fold_facts(snapshot, workplace.ledger, builds[-1].id, at=workplace.now())
        for cases in facts.item_cases:
            if cases.item in touched.ids:
                for case in (*cases.passed, *(one.case for one in cases.not_passed)):
                    tests.setdefault((cases.level, case), set()).add(cases.item)
    lapsed = [
        LapsedSignature(
            one.record.index,
            one.form.name,
            one.decision.matter.id,
            tuple(shown_signature(given) for given in one.given),
        )
        for one in workplace.standing(snapshot).decisions
        if one.given
        and one.decision.matter.id in touched.ids
        and hashes.get(one.decision.matter.id) != one.decision.matter.sha256
        and not one.decision.version
    ]
    return (
        tuple(TestToRepeat(*key, tuple(sorted(items))) for key, items in sorted(tests.items())),
        tuple(lapsed),
    )

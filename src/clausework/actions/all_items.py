"""All software items of this repository in one call: the builds that make up what is checked out (clause 8.1.3).

An item that did not change since it was built is taken as it was built; one that did is built first.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.build import OpenedBuild, open_build
from clausework.actions.components import newest_builds, refuse_outdated
from clausework.actions.current_build import builds_of, current_build
from clausework.actions.evidence_target import EvidenceTarget, Level, evidence_target
from clausework.actions.gate import GateRun, run_gates
from clausework.actions.promote import Promoted, PromotionRefused, automatic_promotions, promote
from clausework.actions.rebuild import Rebuilt, newest_rebuild, rebuild_build
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import UsageFault
from clausework.evidence.git import origin, prefix, revision
from clausework.evidence.locks import find_locks
from clausework.evidence.path_globs import literal
from clausework.evidence.source_tree import changed_paths, source_tree
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import Build
from clausework.plan.model import SoftwareItem, software_items
from clausework.trace.builds import BuildUnknown, find_build, outputs_of


class OneOrAll(UsageFault):
    """All software items are asked for, and one of them or one build is named beside."""

    hint = (
        "Leave out --all-items, or --build and --software-item (CLAUSEWORK_BUILD, CLAUSEWORK_SOFTWARE_ITEM)."
    )


class OneVersionForAll(UsageFault):
    """The version of one software item is given for several (clause 5.8.4)."""

    hint = "Let each artefact report its own ('build: version_command:'), or build them one by one."


class Gated(msgspec.Struct, frozen=True):
    """The stages of one item's build, and the environments to which it advanced by itself."""

    run: GateRun
    promoted: tuple[Promoted, ...]


def refuse_one_beside_all(build_id: str | None, software_item: str | None) -> None:
    """Raise ``OneOrAll`` where a build or a software item is named."""
    if build_id or software_item:
        raise OneOrAll(f"--all-items does not go with '{build_id or software_item}'.")


def items_here(workplace: Workplace) -> tuple[SoftwareItem, ...]:
    """Return the software items of the repository in which ``workplace`` is."""
    own = workplace.site.further
    return tuple(
        item for item in software_items(workplace.plan) if (item.id == own if own else not item.repository)
    )


def builds_here(workplace: Workplace) -> tuple[Build, ...]:
    """Return the build of each software item of this repository that belongs to what is checked out.

    It is this commit's, else the one before it that the item did not change since. Raises ``BuildUnknown`` and
    ``ComponentOutdated``.
    """
    snapshot, head = workplace.snapshot(), revision(workplace.root)
    before = {build.software_item: build for build in newest_builds(workplace, snapshot)}
    found = []
    for item in items_here(workplace):
        if builds_of(snapshot, item.id, head):
            found.append(current_build(workplace, snapshot, None, item.id).body)
        elif item.id in before:
            found.append(before[item.id])
        else:
            raise BuildUnknown(
                f"'{item.id}' has no build of what is checked out.",
                hint="Run 'clausework build --all-items'.",
            )
    refuse_outdated(workplace, found)
    return tuple(found)


def open_builds(workplace: Workplace) -> tuple[OpenedBuild, ...]:
    """Open the build of each software item of this repository that changed; return the others as they were built.

    The artefacts are those that the plan's ``build: outputs:`` match. An item is taken as it was built where sources,
    lock files and plan are those of that build. Raises what ``open_build`` raises; what was opened before stays.
    """
    items = items_here(workplace)
    version = workplace.environ.get("CLAUSEWORK_VERSION", "")
    if version and len(items) > 1:
        raise OneVersionForAll(
            f"CLAUSEWORK_VERSION is '{version}', and there are {len(items)} software items."
        )
    return tuple(
        _unchanged(workplace, item) or open_build(workplace, software_item=item.id) for item in items
    )


def rebuild_builds(workplace: Workplace) -> tuple[Rebuilt, ...]:
    """Build again each build that belongs to what is checked out, but for those that were built again before."""
    snapshot = workplace.snapshot()
    return tuple(
        _rebuilt(snapshot, build) or rebuild_build(workplace, build_id=build.id)
        for build in builds_here(workplace)
    )


def run_all_gates(
    workplace: Workplace, names: Sequence[str] = (), *, preview: bool = False
) -> tuple[Gated, ...]:
    """Evaluate the named stages on the build of each software item of this repository, and let each advance."""
    gated = []
    for build in builds_here(workplace):
        run = run_gates(workplace, names, build_id=build.id, preview=preview)
        gated.append(Gated(run, () if preview else automatic_promotions(workplace, build_id=build.id)))
    return tuple(gated)


def promote_builds(workplace: Workplace, environment: str) -> tuple[Promoted, ...]:
    """Advance the build of each software item of this repository to ``environment``.

    Raises ``PromotionRefused`` with what each of the others misses, once those that may have advanced.
    """
    promoted, refused = [], []
    for build in builds_here(workplace):
        try:
            promoted.append(promote(workplace, environment, build_id=build.id))
        except PromotionRefused as error:
            refused.append((f"{build.software_item}: {error.message}", error.hint))
    if refused:
        gone = ", ".join(one.build.software_item for one in promoted)
        advanced = f" {gone} advanced." if gone else ""
        raise PromotionRefused(" ".join(message for message, _ in refused) + advanced, hint=refused[0][1])
    return tuple(promoted)


def evidence_targets(workplace: Workplace, level: Level = "") -> tuple[EvidenceTarget, ...]:
    """Return the targets of evidence that is about every software item of this repository: a scan of all its source."""
    return tuple(
        evidence_target(workplace, level=level, build_id=build.id) for build in builds_here(workplace)
    )


def _unchanged(workplace: Workplace, item: SoftwareItem) -> OpenedBuild | None:
    """Return the item's build before this commit, where a build of this commit would be made of the same."""
    root, snapshot, head = workplace.root, workplace.snapshot(), revision(workplace.root)
    before = [one for one in newest_builds(workplace, snapshot) if one.software_item == item.id]
    if not before or builds_of(snapshot, item.id, head) or before[0].origin != origin(root):
        return None
    folder = literal(prefix(root))
    paths = tuple(folder + path for path in item.paths)
    lock_paths = tuple(folder + path for path in (item.build.locks if item.build else ()))
    locks = find_locks(root, head, paths, lock_paths)
    same = (
        before[0].clean
        and before[0].plan == workplace.site.plan_sha256
        and before[0].source_tree == source_tree(root, head, paths).sha256
        and {lock.name: lock.sha256 for lock in before[0].locks}
        == {lock.path: sha256_of(lock.data) for lock in locks}
        and not changed_paths(root, paths, tuple(lock.path for lock in locks))
    )
    return _taken(workplace, snapshot, before[0]) if same else None


def _taken(workplace: Workplace, snapshot: Snapshot, build: Build) -> OpenedBuild:
    return OpenedBuild(
        build=build,
        record=find_build(snapshot.records, build.id).index,
        opened=False,
        outputs=tuple(one.artefact.name.rpartition("/")[2] for one in outputs_of(snapshot.records, build.id)),
        provisional=not workplace.standing(snapshot).is_approved_plan(build.plan),
        unchanged=True,
    )


def _rebuilt(snapshot: Snapshot, build: Build) -> Rebuilt | None:
    newest = newest_rebuild(snapshot, build.id)
    return Rebuilt(newest.body, newest.index) if newest else None

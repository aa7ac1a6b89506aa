"""build: opens the build of the checked-out commit; later calls add its outputs (clauses 5.1.11, 5.8.5, 8.1)."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from clausework.actions.commit_range import range_start
from clausework.actions.current_build import build_subjects, builds_of, current_item
from clausework.actions.given_artefact import keep_contents
from clausework.actions.given_files import keep_given
from clausework.actions.given_texts import fit_text
from clausework.actions.items import present_items
from clausework.actions.markers import markers_of_commit
from clausework.actions.pipeline import keep_pipeline
from clausework.actions.policies import keep_policies
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of
from clausework.core.errors import NotAllowed, Refused, Unavailable, UsageFault
from clausework.evidence.build import DescribedBuild, ItemToBuild, describe_build, outputs
from clausework.evidence.git import origin, same_repository
from clausework.evidence.path_globs import path_globs
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import subject
from clausework.ledger.records.build import Build, Output
from clausework.ledger.records.control import PlanRecorded
from clausework.plan.model import (
    SoftwareItem,
    arguments_of,
    safety_class_of,
    system_of,
)
from clausework.signatures.artefacts import sign_artefact
from clausework.trace.builds import outputs_of

MOST_ARTEFACTS = 100
_PLACE_OF_BUILD = 2
"""Its place in what ``build`` appends: items and plan come before it, artefacts behind."""

VERSION_TIMEOUT = 60
"""Seconds in which an artefact must have said its version."""


class ReadOnly(Unavailable):
    """Something is to be signed or appended, and the workplace was opened for reading."""

    hint = "Give the pipeline's key: its file in the ledger's folder 'keys', or CLAUSEWORK_PIPELINE_KEY."


class VersionNotReported(Refused):
    """An artefact could not be asked for its version."""

    hint = "Run the plan's version_command by hand and mend what it says."


class TooManyArtefacts(UsageFault):
    """A build has more artefacts than records can name."""

    hint = "Pack what belongs together into one file, and give that."


class OtherRepository(NotAllowed):
    """A software item is built from another repository than the one that the plan places it in."""

    hint = "Build it from there; or say in the device's plan where it is, 'repository: ADDRESS', and have it approved."


class OpenedBuild(msgspec.Struct, frozen=True):
    """The build, whether this call opened it, the outputs added, whether its plan is approved, what was noticed.

    ``unchanged`` marks the build of an earlier commit, taken because nothing of its software item changed since.
    """

    build: Build
    record: int
    opened: bool
    outputs: tuple[str, ...]
    provisional: bool
    remarks: tuple[str, ...] = ()
    unchanged: bool = False


def open_build(
    workplace: Workplace, *, software_item: str | None = None, artefacts: Sequence[Path] = ()
) -> OpenedBuild:
    """Open the build of the checked-out commit in this run, if it is not open, and record its artefacts.

    Without ``artefacts``, files that match the plan's ``build: outputs:`` are taken, if there are any. Raises
    what git, the item files and the lock files give cause for, and ``OtherRepository``; nothing is recorded then.
    """
    item = current_item(workplace, software_item)
    _refuse_other_repository(workplace, item)
    snapshot = workplace.snapshot()
    build, remarks, drafts = _describe(workplace, snapshot, item)
    files = list(artefacts) or _planned_outputs(workplace, item)
    if files:
        _refuse_too_many(snapshot, build, files)
        drafts.append(_outputs_draft(workplace, item, build, files))
    receipts = workplace.ledger.append(drafts)
    opened = receipts[_PLACE_OF_BUILD]
    standing = workplace.standing(workplace.snapshot())
    return OpenedBuild(
        build=build,
        record=opened.index,
        opened=not opened.existed,
        outputs=tuple(path.name for path in files),
        provisional=not standing.is_approved_plan(build.plan),
        remarks=remarks,
    )


def _refuse_other_repository(workplace: Workplace, item: SoftwareItem) -> None:
    """Raise ``OtherRepository`` where the plan places ``item`` in a repository with another address than this one's."""
    here = origin(workplace.root) if item.repository else ""
    if here and not same_repository(here, item.repository):
        raise OtherRepository(
            f"The plan places {item.id} in the repository '{item.repository}'; this one is '{here}' (8.1.1)."
        )


def _describe(
    workplace: Workplace, snapshot: Snapshot, item: SoftwareItem
) -> tuple[Build, tuple[str, ...], list[Draft]]:
    ledger = workplace.ledger
    items = present_items(workplace)
    plan = ledger.put_blob(workplace.site.plan_bytes, "clausework.yaml", "application/yaml")
    described = describe_build(
        workplace.root,
        ItemToBuild(
            device=workplace.plan.device.name,
            software_system=system_of(workplace.plan, item.id).id,
            software_item=item.id,
            safety_class=safety_class_of(workplace.plan, item.id),
            paths=item.paths,
            lock_paths=item.build.locks if item.build else (),
            plan=plan.sha256,
            item_baseline=items.baseline.sha256,
            range_from=range_start(workplace, snapshot, item.id),
            line=workplace.plan.release_line.id,
            version=fit_text(
                "CLAUSEWORK_VERSION", workplace.environ.get("CLAUSEWORK_VERSION", ""), longest=64, empty=True
            ),
        ),
        workplace.environ,
        workplace.clock,
    )
    build = _open_already(snapshot, described.build)
    remarks: tuple[str, ...] = ()
    pipeline: tuple[Draft, ...] = ()
    if build is None:
        defined = keep_pipeline(workplace)
        pipeline = defined.drafts
        found = markers_of_commit(workplace.root, described.build.commit, item)
        kept = ledger.put_blob(found.lines, "markers.jsonl", "application/jsonl") if found.count else None
        build, remarks = (
            msgspec.structs.replace(described.build, markers=kept, pipeline=defined.descriptor),
            found.remarks,
        )
    _keep_blobs(workplace, described)
    return (
        build,
        remarks,
        [
            items.draft,
            Draft(
                (subject("plan", plan.sha256),),
                PlanRecorded(workplace.made(), plan, build.commit, keep_policies(workplace)),
                plan.sha256,
            ),
            Draft(build_subjects(build), build, idempotency=build.id),
            *pipeline,
        ],
    )


def _keep_blobs(workplace: Workplace, described: DescribedBuild) -> None:
    commits = described.build.commits
    workplace.ledger.put_blob(described.commits, commits.name, commits.media_type)
    if described.build.tree is not None:
        workplace.ledger.put_blob(described.tree, described.build.tree.name, described.build.tree.media_type)
    for lock in described.locks:
        workplace.ledger.put_blob(lock.data, lock.path, "text/plain")


def _open_already(snapshot: Snapshot, described: Build) -> Build | None:
    """Return the open build that this call adds to.

    A CI run says which build it is. At a desk each call is a run of its own, so there the newest build of the
    commit goes on for as long as nothing that it was opened on has changed. Both are what ``current_build`` returns.
    """
    found: list[Build] = [one.body for one in builds_of(snapshot, described.software_item, described.commit)]
    own = next((build for build in found if build.id == described.id), None)
    if own is not None or described.run.provider != "desk" or not found:
        return own
    return found[-1] if _opened_on(found[-1]) == _opened_on(described) else None


def _opened_on(build: Build) -> tuple[object, ...]:
    return (
        build.origin,
        build.commit,
        build.run.provider,
        build.clean,
        build.plan,
        build.item_baseline,
        build.range_from,
    )


def _planned_outputs(workplace: Workplace, item: SoftwareItem) -> list[Path]:
    if item.build is None:
        return []
    patterns = path_globs(item.build.outputs)
    found = []
    for folder in patterns.folders:
        start = workplace.root / folder
        found += [
            path
            for path in (start.rglob("*") if start.is_dir() else ())
            if path.is_file() and patterns.match(path.relative_to(workplace.root).as_posix())
        ]
    return sorted(set(found))


def _refuse_too_many(snapshot: Snapshot, build: Build, files: Sequence[Path]) -> None:
    count = len({one.artefact.sha256 for one in outputs_of(snapshot.records, build.id)}) + len(files)
    if count > MOST_ARTEFACTS:
        raise TooManyArtefacts(f"The build would have {count} artefacts; {MOST_ARTEFACTS} are the most.")


def _outputs_draft(workplace: Workplace, item: SoftwareItem, build: Build, files: Sequence[Path]) -> Draft:
    if workplace.signer is None:
        raise ReadOnly("Artefacts are signed by the pipeline's key, and this workplace has none.")
    signer = workplace.signer
    body = outputs(
        files,
        build,
        lambda sha256: sign_artefact(sha256, signer),
        made=workplace.made(),
        root=workplace.root,
        reported_version=reported_version(workplace.root, item),
        command=arguments_of(item.build.command) if item.build else (),
    )
    kept = [_kept(workplace, path, output) for path, output in zip(files, body.outputs, strict=True)]
    body = msgspec.structs.replace(body, outputs=tuple(kept))
    digests = sorted(output.artefact.sha256 for output in body.outputs)
    key = sha256_of("\n".join([build.id, *digests, *(one.reported_version for one in body.outputs)]).encode())
    return Draft(build_subjects(build, digests), body, idempotency=key)


def _kept(workplace: Workplace, path: Path, output: Output) -> Output:
    """Keep the artefact whole; return it with what its digest only lists."""
    contents = keep_contents(workplace.ledger, path, output.artefact)
    if contents is None:
        keep_given(workplace.ledger, path, output.artefact)
    return msgspec.structs.replace(output, contents=contents)


def reported_version(root: Path, item: SoftwareItem) -> str:
    """Return the version that the artefact says of itself, asked by the plan's ``version_command`` (5.8.4).

    The last word of the last line counts. Empty when the plan names no command.
    """
    if item.build is None or item.build.version_command is None:
        return ""
    arguments = arguments_of(item.build.version_command)
    try:
        done = subprocess.run(
            arguments,
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="backslashreplace",
            timeout=VERSION_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise VersionNotReported(f"'{' '.join(arguments)}' did not run: {error}.") from error
    words = done.stdout.split()
    if done.returncode or not words:
        detail = done.stderr.strip().splitlines()[-1:] or ["it printed nothing"]
        raise VersionNotReported(f"'{' '.join(arguments)}' ended with {done.returncode}: {detail[0]}.")
    return fit_text("The version that the artefact reports", words[-1], longest=64)

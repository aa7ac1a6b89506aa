"""Restoring an archive to a scratch place, comparing every digest, and building from it without a network (5.8.7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from clausework.actions.archive_places import DEPENDENCIES
from clausework.actions.archive_sources import copy_blob, lacking, restore_sources, source_fault
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of_file
from clausework.core.errors import ClauseworkError
from clausework.core.printable import printable
from clausework.evidence.isolation import isolated
from clausework.evidence.rebuild import rebuild
from clausework.ledger.records.archive import NotInArchive, OfflineRebuild
from clausework.ledger.records.build import Build
from clausework.ledger.records.values import Descriptor, Reference
from clausework.plan.load import load_plan
from clausework.plan.model import Plan, arguments_of, software_item_of
from clausework.release.archive_facts import LARGE_FILES, SOURCE

_KEPT_FOR_THE_BUILD = ("source/", "dependencies/")
_LONGEST_PROBLEM = 300


class Restored(msgspec.Struct, frozen=True):
    """How restoring went: what is wrong (empty: nothing), and the builds made from what was restored.

    ``lacking`` is what a restored commit names and the archive does not hold, ``notes`` what is to be told of it.
    """

    problem: str
    rebuilt: tuple[OfflineRebuild, ...] = ()
    lacking: tuple[NotInArchive, ...] = ()
    notes: tuple[str, ...] = ()


def restore(
    workplace: Workplace,
    plan: Plan,
    candidate: Reference,
    files: Sequence[Descriptor],
    builds: Sequence[tuple[Build, Mapping[str, str]]],
    to_rebuild: Sequence[str],
    scratch: Path,
) -> Restored:
    """Restore ``files`` below ``scratch`` and compare them; build the items ``to_rebuild`` from what was restored.

    ``builds`` come with the digests of their artefacts by name. Whatever goes wrong is told, not raised.
    """
    try:
        problem = _restore_files(workplace, files, scratch)
        repository = scratch / "repository"
        if not problem:
            bundles = [scratch / one.name for one in files if one.media_type == SOURCE]
            large = [scratch / one.name for one in files if one.name.startswith(LARGE_FILES)]
            restore_sources(bundles, large, repository, builds[0][0].commit)
            found = (source_fault(workplace, repository, build) for build, _ in builds)
            problem = next(filter(None, found), "")
    except ClauseworkError as error:
        return Restored(error.message)
    except OSError as error:
        return Restored(f"the scratch place could not take it: {error.strerror or error}")
    if problem:
        return Restored(problem)
    told = [lacking(workplace, repository, build) for build, _ in builds]
    return Restored(
        "",
        tuple(
            _rebuild(workplace, plan, candidate, build, first, scratch)
            for (build, first), (missing, _) in zip(builds, told, strict=True)
            if build.software_item in to_rebuild
            and first
            and not missing  # half a source builds something else
        ),
        tuple(one for missing, _ in told for one in missing),
        tuple(one for _, notes in told for one in notes),
    )


def _restore_files(workplace: Workplace, files: Sequence[Descriptor], scratch: Path) -> str:
    for one in files:
        path = scratch / one.name
        copy_blob(workplace, one.sha256, path)
        if sha256_of_file(path) != (one.sha256, one.size):
            return f"{one.name} was not restored with its digest"
        if not one.name.startswith(_KEPT_FOR_THE_BUILD):
            path.unlink()
    return ""


def _rebuild(
    workplace: Workplace,
    plan: Plan,
    candidate: Reference,
    build: Build,
    first: Mapping[str, str],
    scratch: Path,
) -> OfflineRebuild:
    built_under = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    rules = software_item_of(built_under, build.software_item).build
    planned = plan.archive.offline_build.get(build.software_item) or (rules.command if rules else ())
    command = arguments_of(planned)
    run, cut_off = isolated(command)
    folder = scratch / "dependencies"
    folder.mkdir(exist_ok=True)
    supplied = sum(path.is_file() for path in folder.rglob("*"))
    try:
        made = rebuild(
            scratch / "repository",
            build.commit,
            run if command else (),
            rules.outputs if rules else (),
            first,
            scratch / "built" / build.id,
            environment=_environment(folder),
        )
        outcome, outputs, log = made.outcome, made.outputs, made.log
        problem = _problem(log) if outcome == "failed" else ""
    except ClauseworkError as error:
        outcome, outputs, log, problem = "failed", (), error.message.encode(), error.message
    return OfflineRebuild(
        made=workplace.made(),
        candidate=candidate,
        software_item=build.software_item,
        build=build.id,
        outcome=outcome,
        isolated=cut_off,
        supplied=supplied,
        outputs=outputs,
        command=command,
        log=workplace.ledger.put_blob(log, "offline-rebuild.log", "text/plain"),
        problem=problem,
    )


def _environment(folder: Path) -> dict[str, str]:
    """Return what tells package managers to take dependencies from ``folder``, and from no network."""
    here = folder.resolve()
    links = [str(here / "pip"), *(str(one) for one in (here / "without-hash/pip",) if one.is_dir())]
    return {
        DEPENDENCIES: str(here),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": " ".join(links),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_OFFLINE": "1",
        "UV_NO_INDEX": "1",
        "UV_FIND_LINKS": ",".join(links),
        "npm_config_offline": "true",
        "npm_config_audit": "false",
        "npm_config_update_notifier": "false",
        "CARGO_NET_OFFLINE": "true",
        "GOPROXY": "off",
        "GOTOOLCHAIN": "local",
    }


def _problem(log: bytes) -> str:
    """Return what the log of a failed command says first and last: how it ended, and its own last line."""
    lines = [line for line in log.decode("utf-8", "replace").splitlines() if line.strip()]
    own = [line.removeprefix("clausework: ") for line in lines if line.startswith("clausework: the command")]
    said = [line for line in lines if not line.startswith("clausework: ")]
    return printable("; ".join((*own, *said[-1:])))[:_LONGEST_PROBLEM]

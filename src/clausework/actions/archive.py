"""Archives a candidate (clause 5.8.7): source, artefacts, locks, plan; restored to a scratch place and compared."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from clausework.actions.given_files import keep_file
from clausework.actions.workplace import Workplace
from clausework.core.digests import sha256_of_stream
from clausework.core.errors import ClauseworkError
from clausework.evidence.git import prefix, run_git
from clausework.evidence.path_globs import literal
from clausework.evidence.source_tree import source_tree
from clausework.ledger.ledger import Draft
from clausework.ledger.records import Record, subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Archive, Candidate
from clausework.ledger.records.values import Descriptor, Reference
from clausework.plan.load import load_plan
from clausework.plan.model import software_item_of
from clausework.trace.builds import find_build, outputs_of


def archive(workplace: Workplace, candidate: Record, records: Sequence[Record]) -> int:
    """Archive ``candidate``, restore the archive to a scratch place, record how that went; return its index."""
    frozen: Candidate = candidate.body
    builds: list[Build] = [find_build(records, build_id).body for build_id in frozen.builds]
    contents = [_bundle(workplace, builds)]
    contents += [output.artefact for build in builds for output in outputs_of(records, build.id)]
    contents += [lock for build in builds for lock in build.locks]
    contents.append(Descriptor("clausework.yaml", frozen.plan, len(workplace.ledger.read_blob(frozen.plan))))
    problem = _restore(workplace, builds, contents)
    body = Archive(
        workplace.made(),
        Reference(candidate.index, candidate.sha256),
        tuple({one.sha256: one for one in contents}.values()),
        restored=not problem,
        problem=problem,
    )
    about = subject(f"candidate/{frozen.version}", candidate.sha256)
    return workplace.ledger.append([Draft((about,), body)])[0].index


def _bundle(workplace: Workplace, builds: Sequence[Build]) -> Descriptor:
    """Keep the history behind the builds' commits as one git bundle."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "source.bundle"
        own = secrets.token_hex(8)  # another process may archive here at the same time
        names = {f"refs/clausework/archive-{own}-{number}": build for number, build in enumerate(builds)}
        try:
            for name, build in names.items():
                run_git(workplace.root, "update-ref", name, build.commit)
            run_git(workplace.root, "bundle", "create", str(path), *names)
        finally:
            for name in names:
                run_git(workplace.root, "update-ref", "-d", name)
        return keep_file(workplace.ledger, path, "source.bundle", "application/x-git-bundle")


def _restore(workplace: Workplace, builds: Sequence[Build], contents: Sequence[Descriptor]) -> str:
    """Restore everything and compare digests; return what went wrong, empty if nothing."""
    try:
        for one in contents:
            with workplace.ledger.open_blob(one.sha256) as stream:
                if sha256_of_stream(stream)[0] != one.sha256:
                    return f"{one.name} does not have its digest"
        with tempfile.TemporaryDirectory() as scratch:
            bundle = Path(scratch) / "source.bundle"
            with workplace.ledger.open_blob(contents[0].sha256) as stream, bundle.open("wb") as copy:
                shutil.copyfileobj(stream, copy)
            restored = Path(scratch) / "restored"
            restored.mkdir()
            run_git(restored, "init", "--quiet")
            run_git(restored, "fetch", "--quiet", str(bundle), "refs/clausework/*:refs/restored/*")
            for build in builds:
                plan = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
                paths = software_item_of(plan, build.software_item).paths
                folder = literal(prefix(workplace.root))
                found = source_tree(restored, build.commit, tuple(folder + path for path in paths))
                if found.sha256 != build.source_tree:
                    return f"the restored source tree of {build.software_item} is not the one that was built"
    except ClauseworkError as error:
        return error.message
    return ""

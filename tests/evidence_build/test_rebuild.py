"""Building again from clean: real clones, real commands."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from clausework.core.digests import sha256_of
from clausework.evidence.artefact_files import artefact_at
from clausework.evidence.git import UnknownRevision
from clausework.evidence.rebuild import NothingToCompare, RebuildResult, ScratchNotEmpty, rebuild
from clausework.ledger.records.build import RebuiltOutput

from .repository import Repository

MAKE = "import os,sys; os.makedirs('dist'); open('dist/pump.bin','wb').write(open('src/a.c','rb').read()); "
BUILT = sha256_of(b"int a;")
NAMES = {"dist/pump.bin": BUILT}


def _python(program: str) -> list[str]:
    return [sys.executable, "-c", program]


def _rebuild(repository: Repository, tmp_path: Path, program: str, **first: str) -> RebuildResult:
    wanted = {name.replace("__", "/").replace("_", "."): digest for name, digest in first.items()} or NAMES
    return rebuild(repository.path, "HEAD", _python(program), ["dist/**"], wanted, tmp_path / "scratch")


@pytest.fixture(autouse=True)
def _source(repository: Repository) -> None:
    repository.commit(src__a_c="int a;")


def test_an_identical_rebuild(repository: Repository, tmp_path: Path) -> None:
    """The same bytes from a clean clone are identical, and what the command printed is kept."""
    result = _rebuild(repository, tmp_path, MAKE + "print('compiled'); print('warned', file=sys.stderr)")
    assert result.outcome == "identical"
    assert result.outputs == (RebuiltOutput("dist/pump.bin", BUILT, BUILT),)
    assert b"compiled" in result.log
    assert b"warned" in result.log
    assert b"SOURCE_DATE_EPOCH=1775000000" in result.log


LINKED = (
    "import os; os.makedirs('dist'); "
    "open('dist/pump.bin','wb').write(open('lib/lib.c','rb').read() + open('src/model.bin','rb').read())"
)


def test_submodules_and_large_files_are_in_their_places(repository: Repository, tmp_path: Path) -> None:
    """The clean clone holds what git's history does not: the submodule's commit, the bytes behind a pointer."""
    library = Repository(repository.path / "lib")
    pinned = library.commit(lib_c="int lib;")
    large = b"weights" * 9
    oid = sha256_of(large)
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(large)}\n"
    repository.write(f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}", large)
    repository.write(".gitattributes", "*.bin filter=lfs\n")
    repository.write("src/model.bin", pointer)
    repository.commit()
    assert f"160000 commit {pinned}\tlib" in repository.git("ls-tree", "HEAD")
    built = {"dist/pump.bin": sha256_of(b"int lib;" + large)}
    arguments = (_python(LINKED), ["dist/**"], built)
    assert rebuild(repository.path, "HEAD", *arguments, tmp_path / "one").outcome == "identical"
    (repository.path / f".git/lfs/objects/{oid[:2]}/{oid[2:4]}/{oid}").write_bytes(b"other bytes")
    (repository.path / "lib").rename(tmp_path / "elsewhere")
    result = rebuild(repository.path, "HEAD", *arguments, tmp_path / "two")
    assert result.outcome == "failed"
    assert b"the submodule lib is empty" in result.log
    assert b"src/model.bin is a pointer" in result.log


def test_a_name_without_folder(repository: Repository, tmp_path: Path) -> None:
    """An artefact that was given from elsewhere is found by its file name, if only one file has it."""
    assert _rebuild(repository, tmp_path, MAKE, pump_bin=BUILT).outcome == "identical"
    two = MAKE + "os.makedirs('dist/x'); open('dist/x/pump.bin','wb').write(b'int a;')"
    result = rebuild(
        repository.path, "HEAD", _python(two), ["dist/**"], {"pump.bin": BUILT}, tmp_path / "other"
    )
    assert result.outcome == "different"
    assert result.outputs[0].again == ""


def test_other_bytes_are_different(repository: Repository, tmp_path: Path) -> None:
    """Other bytes, or an artefact that is not produced, make the rebuild different, side by side."""
    result = _rebuild(repository, tmp_path, MAKE, dist__pump_bin=BUILT, dist__map_txt="1" * 64)
    assert result.outcome == "different"
    assert result.outputs == (
        RebuiltOutput("dist/map.txt", "1" * 64, ""),
        RebuiltOutput("dist/pump.bin", BUILT, BUILT),
    )


def test_a_failing_command_is_failed(repository: Repository, tmp_path: Path) -> None:
    """A command that fails after it made the right bytes has failed all the same."""
    result = _rebuild(repository, tmp_path, MAKE + "sys.exit(3)")
    assert result.outcome == "failed"
    assert b"exit code 3" in result.log


def test_a_command_that_is_not_there(repository: Repository, tmp_path: Path) -> None:
    """A command that cannot be started is a failed rebuild that says why."""
    result = rebuild(repository.path, "HEAD", ["no-such-tool"], ["dist/**"], NAMES, tmp_path / "scratch")
    assert result.outcome == "failed"
    assert b"could not be started" in result.log


def test_a_command_without_end(repository: Repository, tmp_path: Path) -> None:
    """A command that does not end is ended with all that it started."""
    command = ["sh", "-c", "sleep 600 & echo $!; wait"]
    result = rebuild(repository.path, "HEAD", command, ["dist/**"], NAMES, tmp_path / "scratch", seconds=2)
    assert result.outcome == "failed"
    assert b"was ended after 2 seconds" in result.log
    child = Path("/proc") / result.log.split()[-1].decode() / "stat"
    given_up = time.monotonic() + 60  # the kernel ends what was killed when it next looks at it
    while not _ended(child) and time.monotonic() < given_up:
        time.sleep(0.01)
    assert _ended(child)


def _ended(stat: Path) -> bool:
    """Tell whether the process whose ``/proc`` entry this is has ended, or waits only to be buried."""
    try:
        return stat.read_text().rpartition(")")[2].split()[0] in {"Z", "X"}
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_attack_a_committed_artefact(repository: Repository, tmp_path: Path) -> None:
    """Attack: the artefact lies in the repository and the command builds nothing; that is not made again."""
    repository.commit(dist__pump_bin="int a;")
    result = _rebuild(repository, tmp_path, "print('nothing to do')")
    assert result.outcome == "different"
    assert b"removed before the command" in result.log


def test_attack_a_link_to_the_first_artefact(repository: Repository, tmp_path: Path) -> None:
    """Attack: the command links to the first build's artefact instead of building; a link does not count."""
    first = repository.write("dist/pump.bin", "int a;")
    program = f"import os; os.makedirs('dist'); os.symlink({str(first)!r}, 'dist/pump.bin')"
    assert _rebuild(repository, tmp_path, program).outcome == "different"


def test_attack_the_work_tree_leaks_in(repository: Repository, tmp_path: Path) -> None:
    """Attack: the work tree holds other source and stray files; only the commit is built."""
    repository.write("src/a.c", "int evil;")
    repository.write("src/stray.c", "int evil;")
    program = MAKE + "assert os.listdir('src') == ['a.c']"
    assert _rebuild(repository, tmp_path, program).outcome == "identical"


def test_attack_hooks_of_this_machine(repository: Repository, tmp_path: Path, own_home: Path) -> None:
    """Attack: templates and hooks of this user would change a checkout; a clean clone has none of them."""
    hooks = own_home / "template" / "hooks"
    hooks.mkdir(parents=True)
    hook = hooks / "post-checkout"
    hook.write_text("#!/bin/sh\necho 'int evil;' > src/a.c\n")
    hook.chmod(0o755)
    repository.git("config", "--global", "init.templateDir", str(own_home / "template"))
    repository.git("config", "--global", "core.hooksPath", str(hooks))
    assert _rebuild(repository, tmp_path, MAKE).outcome == "identical"


def test_the_environment_is_declared(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command sees what is declared and no variable of this machine, secrets least of all."""
    monkeypatch.setenv("DEPLOY_TOKEN", "s3cret")
    monkeypatch.setenv("CFLAGS", "-DEVIL")
    result = rebuild(
        repository.path,
        "HEAD",
        _python(MAKE + "print(sorted(os.environ)); print(os.environ['HOME'])"),
        ["dist/**"],
        NAMES,
        tmp_path / "scratch",
        environment={"TARGET": "arm"},
    )
    assert b"['HOME', 'LC_ALL', 'PATH', 'SOURCE_DATE_EPOCH', 'TARGET', 'TMPDIR', 'TZ']" in result.log
    assert str(tmp_path / "scratch" / "home").encode() in result.log


def test_an_endless_log_is_cut_in_the_middle(repository: Repository, tmp_path: Path) -> None:
    """Of a log that is too long, beginning and end are kept and the gap is told."""
    result = _rebuild(repository, tmp_path, MAKE + "print('begin' + 'x' * (6 << 20) + 'end')")
    assert len(result.log) < (5 << 20)
    assert b"begin" in result.log
    assert result.log.endswith(b"end\n")
    assert b"bytes are left out here" in result.log


def test_an_older_commit_from_a_detached_head(repository: Repository, tmp_path: Path) -> None:
    """The commit that is named is built, also when it is on no branch any more."""
    repository.git("checkout", "--quiet", "--detach")
    commit = repository.commit(src__a_c="int b;")
    repository.git("checkout", "--quiet", "main")
    first = {"dist/pump.bin": sha256_of(b"int b;")}
    result = rebuild(repository.path, commit, _python(MAKE), ["dist/**"], first, tmp_path / "scratch")
    assert result.outcome == "identical"


def test_a_shallow_clone_is_built(repository: Repository, tmp_path: Path) -> None:
    """The commit of a shallow clone can be built again from it."""
    repository.commit("Second", docs__x_md="1")
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.path}", str(clone))
    result = rebuild(clone, "HEAD", _python(MAKE), ["dist/**"], NAMES, tmp_path / "scratch")
    assert result.outcome == "identical"


def test_what_cannot_be_rebuilt(repository: Repository, tmp_path: Path) -> None:
    """A used scratch folder, an unknown commit, no command, no pattern and nothing to compare are refused."""
    scratch = tmp_path / "used"
    scratch.mkdir()
    (scratch / "left.bin").write_text("from before")
    with pytest.raises(ScratchNotEmpty):
        rebuild(repository.path, "HEAD", ["make"], ["dist/**"], NAMES, scratch)
    with pytest.raises(UnknownRevision):
        rebuild(repository.path, "nope", ["make"], ["dist/**"], NAMES, tmp_path / "new")
    empty: dict[str, str] = {}
    for command, globs, first in (
        (["make"], ["dist/**"], empty),
        ([], ["dist/**"], NAMES),
        (["make"], [], NAMES),
    ):
        with pytest.raises(NothingToCompare):
            rebuild(repository.path, "HEAD", command, globs, first, tmp_path / "new")


def test_a_folder_that_was_an_artefact_is_made_again(repository: Repository, tmp_path: Path) -> None:
    """A folder is compared by the digest of its listing: the same files, modes and links, or it is different."""
    program = "import os; os.makedirs('dist/app'); open('dist/app/run','w').write('x'); "
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "run").write_text("x")
    digest = artefact_at(tmp_path / "app").sha256
    assert _rebuild(repository, tmp_path, program, dist__app=digest).outcome == "identical"
    more = program + "os.symlink('run', 'dist/app/start')"
    result = rebuild(
        repository.path, "HEAD", _python(more), ["dist/**"], {"dist/app": digest}, tmp_path / "other"
    )
    assert result.outcome == "different"


def test_a_folder_that_was_committed_is_not_made_again(repository: Repository, tmp_path: Path) -> None:
    """Attack: the folder lies in the repository, so that a command that does nothing seems to make it."""
    repository.commit(app__run="x")
    digest = artefact_at(repository.path / "app").sha256
    result = rebuild(
        repository.path, "HEAD", _python("pass"), ["dist/**"], {"app": digest}, tmp_path / "scratch"
    )
    assert result.outcome == "different"
    assert result.outputs == (RebuiltOutput("app", digest, ""),)

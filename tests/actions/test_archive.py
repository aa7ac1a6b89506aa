"""Archiving (5.8.7): what a version was made from and by is kept whole, restored, and built from again offline."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from clausework.actions.archive import archive_version
from clausework.actions.keeping import archives_standing
from clausework.actions.sign import sign
from clausework.actions.verify import verify
from clausework.core.clock import parse_timestamp, timestamp
from clausework.core.digests import sha256_of
from clausework.evidence.locked_files import PlaceMissing
from clausework.ledger.records.archive import ArchivedFiles, KeptImage, KeptTool
from clausework.ledger.records.release import Archive
from clausework.release.candidate import NoCandidate
from tests.actions.archiving import (
    VENDOR,
    WHEEL_NAME,
    archives,
    condition,
    frozen_device,
    messages,
)
from tests.actions.device import LOCK, PLAN, QUALITY, RELEASE, VERSION, WHEEL, Device, person
from tests.evidence_build.test_image_files import oci, packed


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return where the device goes."""
    return tmp_path / "device"


def test_everything_is_in_the_archive_by_its_own_path(folder: Path, home_with_keys: Path) -> None:
    """Source, artefact, lock, plan and the dependency that the lock names by hash are kept, restored, and verified."""
    device = frozen_device(folder, home_with_keys)
    with device.open() as workplace:
        assert condition(workplace).outcome == "pass"
        archived = archive_version(workplace, VERSION)
    assert {one.name for one in archived.files} == {
        "source/source.bundle",
        "artefacts/counter/dist/counter.zip",
        "locks/counter/requirements.lock",
        "plan/clausework.yaml",
        "dependencies/pip/attrs-26.1.0-py3-none-any.whl",
    }
    assert archived.body.restored
    assert archived.body.evidence > 0
    assert verify(device.folder).problems == ()


def test_a_dependency_that_is_nowhere_blocks_until_it_is_given(
    folder: Path, home_with_keys: Path, tmp_path: Path
) -> None:
    """Lapse: nobody kept what the lock names. The gate names it and the command, which then mends it."""
    device = frozen_device(folder, home_with_keys, archive="")
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "under-any-name").write_bytes(WHEEL)
    with device.open() as workplace:
        verdict = condition(workplace)
        assert verdict.outcome == "fail"
        assert "dependency attrs 26.1.0 (named by requirements.lock)" in messages(verdict)
        assert f"clausework archive {VERSION} --from FOLDER" in verdict.reasons[0].command
        archive_version(workplace, VERSION, places=[tmp_path / "wheels"])
        assert condition(workplace).outcome == "pass"
        with pytest.raises(PlaceMissing):
            archive_version(workplace, VERSION, places=[tmp_path / "nowhere"])


@pytest.mark.parametrize(("packaging", "outcome"), [("jar", "fail"), ("pom", "pass")])
@pytest.mark.parametrize("hashed", [True, False])
def test_a_pom_alone_is_no_jar(
    tmp_path: Path, home_with_keys: Path, packaging: str, outcome: str, *, hashed: bool
) -> None:
    """Lapse: of a jar only the pom is there, by hash or by name; of a platform there is nothing else to keep."""
    pom = f"<project><packaging>{packaging}</packaging></project>"
    artifact = f'<artifact name="a-1.0.pom"><sha256 value="{sha256_of(pom.encode())}"/></artifact>'
    locks = "requirements.lock, gradle.lockfile" + (", gradle/verification-metadata.xml" if hashed else "")
    device = frozen_device(
        tmp_path / "device",
        home_with_keys,
        files={
            "clausework.yaml": PLAN.replace("[requirements.lock]", f"[{locks}]"),
            "gradle.lockfile": "g:a:1.0=runtimeClasspath\nempty=\n",
            "gradle/verification-metadata.xml": "<verification-metadata><components>"
            f'<component group="g" name="a" version="1.0">{artifact}</component></components></verification-metadata>',
            "vendor/a-1.0.pom": pom,
        },
    )
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == outcome, messages(verdict)
    assert ("dependency g/a 1.0 (named by gradle.lockfile" in messages(verdict)) is (outcome == "fail")


def test_a_swapped_dependency_of_the_same_name_is_not_taken(folder: Path, home_with_keys: Path) -> None:
    """Attack: the wheel in the vendor folder is replaced by another one under its name, before it is archived."""
    device = frozen_device(folder, home_with_keys)
    device.write(WHEEL_NAME, WHEEL.replace(b"stands", b"stolen"))
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "attrs 26.1.0" in messages(verdict)


def test_what_was_archived_stays_when_its_folder_is_gone(folder: Path, home_with_keys: Path) -> None:
    """A later archive still holds the dependency that an earlier one found; the yearly restore test needs no folder."""
    device = frozen_device(folder, home_with_keys)
    with device.open() as workplace:
        condition(workplace)
        shutil.rmtree(folder / "vendor")
        again = archive_version(workplace, VERSION)
    assert again.body.missing == ()
    assert "dependencies/pip/attrs-26.1.0-py3-none-any.whl" in {one.name for one in again.files}


def test_a_reason_in_the_approved_plan_is_said_wherever_the_archive_passes(
    folder: Path, home_with_keys: Path
) -> None:
    """Without the dependency the condition passes on the plan's reason alone, and says which and why."""
    reason = "the supplier gives it to nobody; contract C-12 obliges them to keep it"
    plan = f"archive: {{without: [{{dependency: attrs, because: {reason}}}]}}\n"
    device = frozen_device(folder, home_with_keys, archive=plan)
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "pass"
    assert f"by the plan without attrs 26.1.0: {reason}" in messages(verdict)


@pytest.mark.parametrize("dependency", ["attr", "ATTRS", "attrs-extra", "attrz*"])
def test_a_reason_for_another_dependency_does_not_count(
    folder: Path, home_with_keys: Path, dependency: str
) -> None:
    """Attack: the plan gives a reason for something that has nearly the name."""
    plan = f"archive: {{without: [{{dependency: '{dependency}', because: it is not needed at all}}]}}\n"
    device = frozen_device(folder, home_with_keys, archive=plan)
    with device.open() as workplace:
        assert condition(workplace).outcome == "fail"


def test_a_reason_in_a_plan_that_nobody_approved_does_not_count(folder: Path, home_with_keys: Path) -> None:
    """Attack: whoever releases writes the reason into the plan of the work tree just before."""
    device = frozen_device(folder, home_with_keys, archive="")
    plan = "archive: {without: [{dependency: attrs, because: nobody will ever ask}]}\n"
    device.write("clausework.yaml", PLAN.replace(VENDOR, plan))
    with device.open() as workplace:
        assert condition(workplace).outcome == "fail"


def test_a_lock_that_cannot_be_read_is_missing_itself(folder: Path, home_with_keys: Path) -> None:
    """Lapse: a lock of a kind that is not read names dependencies that nobody knows; that is no empty list."""
    plan = PLAN.replace("locks: [requirements.lock]", "locks: [requirements.lock, conan.lock]")
    device = frozen_device(folder, home_with_keys, files={"conan.lock": "{}", "clausework.yaml": plan})
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "lock conan.lock" in messages(verdict)


GRADLE = "org.slf4j:slf4j-api:2.0.9=runtimeClasspath\n"
JAR = "vendor/slf4j-api-2.0.9.jar"
WITH_GRADLE = PLAN.replace("locks: [requirements.lock]", "locks: [requirements.lock, gradle.lockfile]")


def test_a_lock_without_hashes_is_archived_by_name_and_says_so(folder: Path, home_with_keys: Path) -> None:
    """Gradle's lockfile has no hash: the file is kept with its digest, and the verdict says that a name was all."""
    device = Device(folder, home_with_keys)
    device.write(JAR, "the jar")
    device = frozen_device(
        folder, home_with_keys, files={"gradle.lockfile": GRADLE, "clausework.yaml": WITH_GRADLE}
    )
    with device.open() as workplace:
        verdict = condition(workplace)
        assert verdict.outcome == "pass", messages(verdict)
        said = "no lock has a hash of 1 of these files, which were taken by their names: slf4j-api-2.0.9.jar"
        assert said in messages(verdict)
        device.write(JAR, "another jar under that name")
        archived = archive_version(workplace, VERSION)
    kept = {one.name: one.sha256 for one in archived.files}
    path = "dependencies/without-hash/maven/org/slf4j/slf4j-api/2.0.9/slf4j-api-2.0.9.jar"
    assert kept[path] == sha256_of(b"the jar"), "what was archived first stays"


@pytest.mark.parametrize("files", [{}, {JAR: "one", "vendor/other/slf4j-api-2.0.9.jar": "another"}])
def test_an_entry_without_a_hash_that_is_nowhere_or_in_doubt_is_named(
    folder: Path, home_with_keys: Path, files: dict[str, str | bytes]
) -> None:
    """Lapse, attack: no file has the name, or two different ones have it: neither is taken, the entry is named."""
    source = {"gradle.lockfile": GRADLE, "clausework.yaml": WITH_GRADLE, **files}
    device = frozen_device(folder, home_with_keys, files=source)
    with device.open() as workplace:
        verdict = condition(workplace)
        notes = archives(workplace)[-1].body.notes
    assert verdict.outcome == "fail"
    assert "dependency org.slf4j/slf4j-api 2.0.9 (named by gradle.lockfile" in messages(verdict)
    assert bool(files) == any("2 different contents" in note for note in notes)


@pytest.mark.parametrize("line", ["six==1.16.0", "six>=1.0", "six @ git+https://example.com/six@main"])
def test_an_open_entry_beside_pinned_ones_is_not_forgotten(
    folder: Path, home_with_keys: Path, line: str
) -> None:
    """Lapse: of two entries one is pinned by hash. The other is missing all the same, and named with why."""
    device = frozen_device(folder, home_with_keys, files={"requirements.lock": f"{LOCK}{line}\n"})
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "dependency six" in messages(verdict)


def test_two_packages_of_one_name_and_version_are_two(folder: Path, home_with_keys: Path) -> None:
    """Attack: a package of another ecosystem has the name and version of one that is missing, and is there."""
    npm = (
        '{"lockfileVersion": 3, "packages": {"": {}, "node_modules/attrs":'
        f' {{"version": "26.1.0", "integrity": "sha512-{"A" * 86}=="}}}}}}'
    )
    plan = PLAN.replace("locks: [requirements.lock]", "locks: [requirements.lock, package-lock.json]")
    device = frozen_device(folder, home_with_keys, files={"package-lock.json": npm, "clausework.yaml": plan})
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "dependency attrs 26.1.0 (named by package-lock.json)" in messages(verdict)


def test_a_debian_package_is_archived_by_the_hash_of_its_index(folder: Path, home_with_keys: Path) -> None:
    """A package index names the file by SHA-256: another one under its name is not taken."""
    deb = b"!<arch> zlib"
    name = "zlib1g_1.2.13-1_amd64.deb"
    index = f"Package: zlib1g\nVersion: 1:1.2.13-1\nFilename: pool/{name}\nSHA256: {sha256_of(deb)}\n"
    plan = PLAN.replace("locks: [requirements.lock]", "locks: [requirements.lock, debian/Packages]")
    files: dict[str, str | bytes] = {"debian/Packages": index, "clausework.yaml": plan}
    device = frozen_device(folder, home_with_keys, files={**files, f"vendor/{name}": deb[:-1] + b"?"})
    with device.open() as workplace:
        assert "dependency zlib1g 1:1.2.13-1" in messages(condition(workplace))
        device.write("vendor/any", deb)
        assert condition(workplace).outcome == "pass"
        archived = archive_version(workplace, VERSION)
    assert f"dependencies/debian/{name}" in {one.name for one in archived.files}


def test_the_plans_command_gathers_what_is_missing(
    folder: Path, home_with_keys: Path, tmp_path: Path
) -> None:
    """``gather`` fills the folder it is told; what it brings is taken by hash, as anything else."""
    (tmp_path / "registry").mkdir()
    (tmp_path / "registry" / "attrs.whl").write_bytes(WHEEL)
    plan = f"archive: {{gather: 'cp {tmp_path}/registry/* \"$CLAUSEWORK_DEPENDENCIES\"'}}\n"
    device = frozen_device(folder, home_with_keys, archive=plan)
    with device.open() as workplace:
        assert condition(workplace).outcome == "pass"
    (tmp_path / "registry" / "attrs.whl").write_bytes(b"another file under that name")


def test_a_gathering_that_brings_other_bytes_or_fails_is_named(folder: Path, home_with_keys: Path) -> None:
    """Attack: the registry serves another file under the name; lapse: it cannot be reached."""
    command = 'echo evil > "$CLAUSEWORK_DEPENDENCIES"/attrs.whl; echo no route to host >&2; exit 3'
    plan = f"archive: {{gather: '{command}'}}\n"
    device = frozen_device(folder, home_with_keys, archive=plan)
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "gathering ended with exit code 3: no route to host" in messages(verdict)


def test_archiving_again_for_the_gate_adds_nothing_and_by_hand_is_a_restore_test(
    folder: Path, home_with_keys: Path
) -> None:
    """A repeated release leaves one archive, with or without gaps; ``archive`` records each restore."""
    device = frozen_device(folder, home_with_keys, safety_class="C", archive="")
    with device.open() as workplace:
        for _ in range(3):
            condition(workplace)
        assert len(archives(workplace)) == 1
        archive_version(workplace, VERSION)
        assert len(archives(workplace)) == 2
        with pytest.raises(NoCandidate):
            archive_version(workplace, "9.9")


def test_lost_evidence_is_found_and_named(folder: Path, home_with_keys: Path) -> None:
    """Attack: a file behind a record of the candidate is changed or deleted in the ledger."""
    device = frozen_device(folder, home_with_keys)
    with device.open() as workplace:
        condition(workplace)
        kept = next(
            one for one in workplace.snapshot().records if type(one.body).__name__ == "Build"
        ).body.tree
        (path,) = (device.store / "blobs").rglob(kept.sha256)
        path.chmod(0o600)
        path.write_bytes(b"other bytes")
        archived = archive_version(workplace, VERSION)
        assert [(one.kind, one.name) for one in archived.body.missing] == [("evidence", "tree.jsonl")]


def test_a_damaged_file_of_the_archive_itself_is_not_restored(folder: Path, home_with_keys: Path) -> None:
    """Attack: the kept artefact is changed in the ledger; the next restore test fails and says which file."""
    device = frozen_device(folder, home_with_keys)
    with device.open() as workplace:
        condition(workplace)
        digest = sha256_of(device.artefact.read_bytes())
        (path,) = (device.store / "blobs").rglob(digest)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:-1] + b"!")
        archived = archive_version(workplace, VERSION)
        assert not archived.body.restored
        assert condition(workplace).outcome == "fail"


def test_images_and_tools_are_kept_by_digest_or_file(folder: Path, home_with_keys: Path) -> None:
    """A builder image's file is taken only if it is the whole image; a tool has its licence note and its digest."""
    digest, members = oci()
    device = Device(folder, home_with_keys)
    packed(device.write("images/builder.tar", b""), members)
    device.write("tools-kept/compiler.deb", b"the compiler")
    plan = (
        "archive:\n  dependencies: [vendor]\n"
        f"  images: [{{name: builder, digest: '{digest}', file: images/builder.tar}},"
        f" {{name: by-digest, digest: 'sha256:{'1' * 64}'}}]\n"
        "  tools: [{name: gcc, version: '12', licence: GPL-3.0, file: tools-kept/compiler.deb},"
        " {name: git, licence: GPL-2.0-only}]\n"
    )
    device = frozen_device(folder, home_with_keys, archive=plan)
    with device.open() as workplace:
        assert condition(workplace).outcome == "pass"
        body: Archive = archives(workplace)[-1].body
    assert body.images == (
        KeptImage("builder", digest, "images/builder.tar"),
        KeptImage("by-digest", "sha256:" + "1" * 64),
    )
    gcc, git, *others = body.tools
    compiler = f"sha256:{sha256_of(b'the compiler')}"
    assert gcc == KeptTool("gcc", "12", "GPL-3.0", compiler, "tools/gcc/compiler.deb")
    assert (git.name, git.licence, bool(git.version)) == ("git", "GPL-2.0-only", True)
    assert all(one.licence == "" for one in others)
    assert "no licence note for clausework, python" in "; ".join(body.notes)


@pytest.mark.parametrize(
    ("section", "what"),
    [
        (
            "images: [{name: builder, digest: 'sha256:%s', file: images/builder.tar}]" % ("2" * 64),
            "image builder",
        ),
        (
            "images: [{name: builder, digest: 'sha256:%s', file: images/none.tar}]" % ("2" * 64),
            "image builder",
        ),
        ("tools: [{name: gcc, licence: GPL, file: none.deb}]", "tool gcc"),
        (
            "tools: [{name: gcc, licence: GPL, file: tools/build.py, digest: 'sha256:%s'}]" % ("2" * 64),
            "tool gcc",
        ),
    ],
    ids=["another image", "no image", "no tool", "another tool"],
)
def test_an_image_or_tool_that_is_not_the_one_named_is_missing(
    folder: Path, home_with_keys: Path, section: str, what: str
) -> None:
    """Attack: the file of the builder image or of a tool was swapped, or is not there."""
    device = Device(folder, home_with_keys)
    packed(device.write("images/builder.tar", b""), oci()[1])
    device = frozen_device(
        folder, home_with_keys, archive=f"archive:\n  dependencies: [vendor]\n  {section}\n"
    )
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert what in messages(verdict)


def test_more_dependencies_than_one_record_holds_are_all_kept(folder: Path, home_with_keys: Path) -> None:
    """Four hundred packages make several records, which the ledger verifies; a lost one is found."""
    wheels = {f"vendor/package_{n}-1.0-py3-none-any.whl": b"package %d" % n for n in range(400)}
    lines = [f"package-{n}==1.0 --hash=sha256:{sha256_of(b'package %d' % n)}" for n in range(400)]
    device = frozen_device(
        folder, home_with_keys, files={**wheels, "requirements.lock": LOCK + "\n".join(lines) + "\n"}
    )
    with device.open() as workplace:
        assert condition(workplace).outcome == "pass"
        archived = archive_version(workplace, VERSION)
        assert sum(one.name.startswith("dependencies/") for one in archived.files) == 401
    assert device.count(ArchivedFiles) >= 2
    assert verify(device.folder).problems == ()
    lost = sha256_of(b"package 377")
    next((device.store / "blobs").rglob(lost)).unlink()
    assert any(lost in problem for problem in verify(device.folder).problems)


def test_more_gaps_than_one_record_holds_are_counted(folder: Path, home_with_keys: Path) -> None:
    """Attack: so much is missing that a record cannot name it all; a reason for what is named is not enough."""
    lines = [f"package-{n}==1.0 --hash=sha256:{sha256_of(b'package %d' % n)}" for n in range(400)]
    plan = "archive: {dependencies: [vendor], without: [{dependency: 'package-*', because: kept by their makers}]}\n"
    device = frozen_device(
        folder, home_with_keys, archive=plan, files={"requirements.lock": LOCK + "\n".join(lines) + "\n"}
    )
    with device.open() as workplace:
        verdict = condition(workplace)
    assert verdict.outcome == "fail"
    assert "300 more things than the record can name" in messages(verdict)


def test_status_tells_when_an_archive_was_last_restored(releasable: Device) -> None:
    """After the release the archive is fresh; a year and a day later a restore test is due, until somebody does it."""
    with releasable.open() as workplace:
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), VERSION)
        (fresh,) = archives_standing(
            workplace.snapshot(), workplace.standing(workplace.snapshot()), workplace.now()
        )
        later = timestamp(parse_timestamp(workplace.now()) + timedelta(days=366))
        (stale,) = archives_standing(workplace.snapshot(), workplace.standing(workplace.snapshot()), later)
        again = archive_version(workplace, VERSION)
        (tested,) = archives_standing(
            workplace.snapshot(), workplace.standing(workplace.snapshot()), workplace.now()
        )
    assert (fresh.version, fresh.due, fresh.problem) == (VERSION, False, "")
    assert (stale.due, stale.restored_at) == (True, fresh.restored_at)
    assert (tested.index, tested.due) == (again.index, False)
    assert tested.restored_at > fresh.restored_at

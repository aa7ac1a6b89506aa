"""Establishing a ledger: two people, once, and taken up where it was cut short."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from clausework.actions.establish import (
    FolderTaken,
    KeyOfAnother,
    LedgerExists,
    PlanExists,
    RootPinned,
    TwoPeopleNeeded,
    establish,
    write_starter,
)
from clausework.actions.given_texts import TextUnfit
from clausework.actions.lint import lint
from clausework.actions.verify import verify
from clausework.actions.workplace import PIN_NAME, key_of, pinned_root
from clausework.ledger.ledger import NotEstablished
from clausework.plan.signing import DEFAULT
from clausework.signatures.key_files import KeyMissing
from clausework.signatures.passphrase_rules import PassphraseExpired
from clausework.signatures.pipeline_key import create_signer
from clausework.signatures.sealed_key import WrongPassphrase
from clausework.signatures.session import NoPassphrase
from clausework.stores.embedded import create_embedded
from tests.actions.device import QUALITY, RELEASE, Device
from tests.actions.people import WRONG, SetClock, with_own_keys
from tests.actions.people import key_of as key_of_person

PROOF = "passports seen by HR"


def establish_at(device: Device, *people: str, proof: str = PROOF, store: Path | None = None) -> str:
    """Establish the device's ledger; return its root's digest."""
    people = people or (QUALITY, RELEASE)
    made = establish(device.folder, people, proof=proof, store=store, environ=device.environ)
    return made.root_sha256


def test_an_established_ledger_verifies_under_its_pinned_root(project: Device) -> None:
    """The root's digest is pinned beside the plan, and the ledger verifies under it."""
    root = establish_at(project)
    assert pinned_root(project.folder) == root
    verified = verify(project.folder)
    assert verified.pinned
    assert (verified.root, verified.entries, verified.problems) == (root, 1, ())


@pytest.mark.parametrize("people", [[], [QUALITY], [QUALITY, QUALITY.upper()], [QUALITY, RELEASE, "a@b"]])
def test_one_person_or_three_establish_nothing(project: Device, people: list[str]) -> None:
    """The root has exactly two people, who differ (21 CFR 11.100)."""
    with pytest.raises(TwoPeopleNeeded):
        establish(project.folder, people, proof=PROOF, environ=project.environ)
    assert not project.store.exists()


def test_nobody_without_role_key_or_proof_establishes(project: Device) -> None:
    """Each of the two holds a role in the plan and a key, and how they were proofed is said."""
    with pytest.raises(TwoPeopleNeeded):
        establish_at(project, QUALITY, "nobody@example.com")
    for said_nothing in ("  ", "x", "yes"):
        with pytest.raises(TextUnfit):
            establish_at(project, proof=said_nothing)
    with pytest.raises(KeyMissing):
        establish_at(Device(project.folder, project.folder))
    assert not project.store.exists()


def test_attack_one_passphrase_for_both_people(project: Device) -> None:
    """Attack: without a terminal one variable is to open the keys of both; the second person's own is asked for."""
    environ = {
        name: value for name, value in project.environ.items() if name != "CLAUSEWORK_SECOND_PASSPHRASE"
    }
    with pytest.raises(NoPassphrase, match=f"key of {RELEASE}") as caught:
        establish(project.folder, (QUALITY, RELEASE), proof=PROOF, environ=environ)
    assert "CLAUSEWORK_SECOND_PASSPHRASE" in caught.value.hint
    assert not project.store.exists()
    wrong = environ | {"CLAUSEWORK_SECOND_PASSPHRASE": WRONG}
    with pytest.raises(WrongPassphrase, match=RELEASE):
        establish(project.folder, (QUALITY, RELEASE), proof=PROOF, environ=wrong)
    assert not project.store.exists()


def test_attack_a_root_with_the_key_of_one_person_under_two_names(project: Device, tmp_path: Path) -> None:
    """Attack: one person puts their own key where the other's is looked for, so as to establish alone."""
    own = with_own_keys(project, tmp_path / "home")
    key_of_person(own, RELEASE).write_bytes(key_of_person(own, QUALITY).read_bytes())
    with pytest.raises(KeyOfAnother):
        establish_at(own)
    assert not project.store.exists()


def test_a_root_is_not_signed_with_an_aged_passphrase(project: Device) -> None:
    """The plan's rule on the age of passphrases holds for the root's two people as well."""
    with pytest.raises(PassphraseExpired):
        establish(
            project.folder,
            (QUALITY, RELEASE),
            proof=PROOF,
            environ=project.environ,
            clock=SetClock(days=DEFAULT.passphrase.age + 1),
        )
    assert not project.store.exists()


def test_a_ledger_is_established_once(established: Device) -> None:
    """A second root is refused, with the pin and without it."""
    for remove_pin in (False, True):
        if remove_pin:
            (established.folder / PIN_NAME).unlink()
        with pytest.raises(LedgerExists):
            establish_at(established)
    assert established.count() == 1


def test_a_second_ledger_is_not_made_beside_a_pinned_root(established: Device) -> None:
    """Where the ledger is away, no new one takes its place under the old pin."""
    pin = (established.folder / PIN_NAME).read_bytes()
    established.store.rename(established.folder / "away")
    with pytest.raises(RootPinned):
        establish_at(established)
    assert (established.folder / PIN_NAME).read_bytes() == pin


@pytest.mark.parametrize("left", ["nothing", "one key", "keys", "empty store"])
def test_what_was_cut_short_is_taken_up(project: Device, left: str) -> None:
    """Wherever an earlier attempt died before the root, the next one establishes the ledger."""
    project.store.mkdir()
    keys = {"nothing": (), "one key": ("ledger",)}.get(left, ("pipeline", "ledger", "clock"))
    for name in keys:
        create_signer(project.store / "keys" / f"{name}.key")
    if left == "empty store":
        signers = [key_of(project.store, name, {}) for name in ("ledger", "clock")]
        create_embedded(project.store, "clausework.local/pulse-counter", *signers).close()
        with project.open() as workplace, pytest.raises(NotEstablished):
            workplace.snapshot()
    establish_at(project)
    assert verify(project.folder).problems == ()


def test_a_folder_that_holds_something_else_becomes_no_ledger(project: Device) -> None:
    """A store is not begun in a folder of other files, nor in a file's place."""
    for place in ("src", "clausework.yaml"):
        with pytest.raises(FolderTaken):
            establish_at(project, store=project.folder / place)
    assert not (project.folder / "src" / "keys").exists()


def test_a_device_may_bear_any_name(project: Device) -> None:
    """A name with umlauts, blanks and plus signs still names a log, which signed notes want in ASCII."""
    plan = project.folder / "clausework.yaml"
    name = "Infusionsger\u00e4t + \u5fc3\u810f \U0001f600 " + "x" * 200
    plan.write_text(plan.read_text("utf-8").replace("Pulse Counter", f'"{name}"'), "utf-8")
    establish_at(project)
    assert verify(project.folder).problems == ()


def starter(folder: Path, paths: Sequence[str] = ("src/**",)) -> list[str]:
    """Write the starter plan; return the names of what was written."""
    made = write_starter(
        folder,
        device="Pump",
        manufacturer="Example Medical",
        software_item="controller",
        paths=paths,
        quality=QUALITY,
        release_authority=RELEASE,
    )
    return sorted(path.relative_to(folder).as_posix() for path in made.written)


def test_the_starter_plan_passes_lint(tmp_path: Path) -> None:
    """What init writes has no finding, and what is there already stays, byte for byte."""
    (tmp_path / ".gitignore").write_bytes(b"\xff*.tmp")
    assert starter(tmp_path) == [".gitignore", "clausework.yaml", "quality/requirements.yaml"]
    assert lint(tmp_path).findings == ()
    assert (tmp_path / ".gitignore").read_bytes() == b"\xff*.tmp\n.clausework/\n"


@pytest.mark.parametrize(
    ("there", "paths"), [((), "[src/**]"), (("src",), "[src/**]"), (("go.mod", "alarm"), "['**']")]
)
def test_the_starter_plan_has_the_files_of_a_repository_without_src(
    tmp_path: Path, there: tuple[str, ...], paths: str
) -> None:
    """A Go module at the top gets a plan that its first build is not refused for: all files, of which none is lost."""
    for name in there:
        (tmp_path / name).mkdir()
    starter(tmp_path, [])
    assert f"paths: {paths}\n" in (tmp_path / "clausework.yaml").read_text("utf-8")
    assert lint(tmp_path).findings == ()


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_init_never_writes_over_a_plan(tmp_path: Path, kind: str) -> None:
    """A plan, a dangling link or a folder of that name keeps init from writing anything."""
    plan = tmp_path / "clausework.yaml"
    if kind == "file":
        plan.write_text("x")
    elif kind == "link":
        plan.symlink_to(tmp_path / "nowhere")
    else:
        plan.mkdir()
    with pytest.raises(PlanExists):
        starter(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clausework.yaml"]

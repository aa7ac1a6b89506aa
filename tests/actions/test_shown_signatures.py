"""Printed name, UTC time and meaning, wherever a signature is shown or exported (21 CFR 11.50)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from clausework.actions.signed_words import signed_details
from clausework.core.digests import sha256_of
from clausework.ledger.records.decisions import Approval, Decision
from clausework.ledger.records.release import Release, ReleaseGate
from tests.actions.device import QUALITY, RELEASE, VERSION, Device

TIME = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ"
REVIEW = ("--method", "review", "--outcome", "accepted", "--rationale", "looked at in full today")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, prepared_releasable: Device) -> Device:
    """A device whose candidate two people signed."""
    device = prepared_releasable.copy(tmp_path_factory.mktemp("shown"))
    for email in (QUALITY, RELEASE):
        done = device.process("sign", VERSION, "--as", email)
        assert done.returncode == 0, done.stderr
        _shows(done.stdout)
    return device


def _shows(text: str) -> None:
    """Refuse each line that shows a signer's printed name without a meaning and a time."""
    lines = [line for line in text.splitlines() if "Quinn Quality" in line or "Remy Release" in line]
    assert lines, text
    meanings = "authorised|confirmed|reviewed|evaluated|approved|signed"
    for line in lines:
        assert re.search(TIME, line), line
        assert re.search(meanings, line), line


COMMANDS: dict[str, Callable[[Device], tuple[str, ...]]] = {
    "status": lambda _: ("status",),
    "where": lambda device: ("where", "--artifact", str(device.artefact)),
    "decide": lambda _: ("decide", "review", "REQ-001", *REVIEW, "--as", QUALITY),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_what_is_printed_shows_all_three(released: Device, case: str) -> None:
    """Each command that prints a signer prints name, meaning and UTC time on the same line."""
    done = released.process(*COMMANDS[case](released))
    assert done.returncode == 0, done.stderr
    _shows(done.stdout)


def test_how_each_signature_was_given_is_shown(released: Device) -> None:
    """With which key, by which components, without a log-in; and that no time from outside stands beside it."""
    means = "by personal key, account and passphrase"
    for command in ("status", "where"):
        shown = released.process(*COMMANDS[command](released)).stdout
        assert shown.count(means) == 2, shown
        assert "no trusted time: the plan names no timestamp authority" in shown
    (release,) = (one.body for one in released.records() if isinstance(one.body, Release))
    with released.open(reading=True) as workplace:
        index = json.loads(workplace.ledger.read_blob(release.index.sha256))
        keys = workplace.snapshot().keyring.keys
    for one in index["authorisations"]:
        assert (one["means"], one["key_id"] in keys) == (means.removeprefix("by "), True)


def test_what_is_signed_is_shown_with_what_it_says(released: Device) -> None:
    """The page of a passkey shows a release's artefacts and what the gate said, a decision's fields."""
    with released.open(reading=True) as workplace:
        snapshot = workplace.snapshot()
    gate = [one for one in snapshot.records if isinstance(one.body, ReleaseGate)][-1]
    said = dict(signed_details(snapshot, gate))
    assert sha256_of(released.artefact.read_bytes()) in said["Artefacts"].split("\n")
    assert said["Gate"].startswith("pass: 5.8.1 pass, ")
    decided = next(one for one in snapshot.records if isinstance(one.body, Decision))
    assert dict(signed_details(snapshot, decided)).keys() >= {"Risk", "Outcome", "Rationale"}


def _signatures(value: object) -> list[dict[str, object]]:
    """Return every object in a document that bears a signer's printed name."""
    if isinstance(value, list):
        return [found for one in value for found in _signatures(one)]
    if not isinstance(value, dict):
        return []
    own = [value] if value.get("name") in {"Quinn Quality", "Remy Release"} else []
    return own + [found for one in value.values() for found in _signatures(one)]


def test_the_release_index_shows_all_three(released: Device) -> None:
    """The index that is exported with a release names signer, role, meaning and time of each authorisation."""
    (release,) = (one.body for one in released.records() if isinstance(one.body, Release))
    with released.open(reading=True) as workplace:
        index = json.loads(workplace.ledger.read_blob(release.index.sha256))
    found = _signatures(index)
    assert {one["name"] for one in found} == {"Quinn Quality", "Remy Release"}
    for one in found:
        assert re.fullmatch(TIME, str(one["at"]))
        assert one["meaning"]
        assert one["role"]
    for text in re.findall(r'"((?:Quinn Quality|Remy Release) [^"]+)"', json.dumps(index)):
        assert re.search(TIME, text), text


@pytest.mark.parametrize(
    "arguments", [("status",), ("where", "--artifact", "{artefact}")], ids=["status", "where"]
)
def test_what_is_exported_as_json_shows_all_three(released: Device, arguments: tuple[str, ...]) -> None:
    """No exported object names a signer without meaning and time."""
    given = [one.format(artefact=released.artefact) for one in arguments]
    done = released.process(*given, "--json")
    assert done.returncode == 0, done.stderr
    for one in _signatures(json.loads(done.stdout)):
        assert {"meaning", "at"} <= set(one), one


def test_every_approval_in_the_ledger_holds_all_three(released: Device) -> None:
    """The record itself bears what is shown, under the signature, so that no export can do without."""
    given = [one.body.intent for one in released.records() if isinstance(one.body, Approval)]
    assert given
    assert all(one.name and one.meaning and re.fullmatch(TIME, one.at) for one in given)

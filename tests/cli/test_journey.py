"""The whole way on the command line, from an empty ledger to a released and deployed build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.actions.device import QUALITY, RELEASE, REPORTS, SIGNIFICANCE, VERSION, Device

from .conftest import Command

THIRD = "third@example.com"
WHY = ("--rationale", "looked at in full today")
ACCEPTABLE = ("--as", QUALITY, "--risk", "nothing new may happen", "--outcome", "acceptable", *WHY)
SIGNIFICANT = tuple(
    word
    for name, value in SIGNIFICANCE.items()
    for one in ((value,) if isinstance(value, str) else value)
    for word in (f"--{name.replace('_', '-')}", one)
)
ACCEPTED = ("--as", QUALITY, "--method", "review", "--outcome", "accepted", *WHY)


def test_a_device_goes_from_its_first_commit_to_a_deployed_release(
    project: Device, clausework: Command
) -> None:
    """Every verb does its part: established, built, recorded, gated, decided, released, signed, deployed, traced."""

    def does(*arguments: str) -> Any:
        ended = clausework(project, *arguments, "--json")
        assert ended.code == 0, (arguments, ended)
        return json.loads(ended.out)

    people = ("--person", QUALITY, "--person", RELEASE)
    does("init", "--establish", *people, "--proof", "passports seen by HR")
    project.commit("Pin the root")
    project.build()
    assert does("build", "--provenance", "reports.intoto")["opened"]
    assert not does("build")["opened"]
    assert does("rebuild")["body"]["outcome"] == "identical"
    for level, reports in REPORTS.items():
        for name, content in reports.items():
            project.write(f"reports/{name}", content)
        paths = [f"reports/{name}" for name in reports]
        does("record", *paths, *(("--level", level) if level else ()))
    does("lint")
    does("decide", "evaluate", "SOUP-001", *ACCEPTABLE)
    for matter in ("requirements", "architecture", "integration-tests"):
        does("decide", "review", matter, *ACCEPTED)
    gated = does("gate")
    assert {stage["outcome"] for stage in gated["stages"]} == {"pass"}
    assert gated["promoted"] == ["staging"]
    does("promote", "development")
    does("decide", "evaluate", "risk-file", *ACCEPTABLE)
    does("sign", "risk-file", "--as", RELEASE)
    does("decide", "significance", VERSION, "--as", QUALITY, *SIGNIFICANT)
    does("decide", "scope", VERSION, "--as", QUALITY, "--requirements", "all", *WHY)
    does(
        "decide",
        "review",
        "NEED-001",
        "--as",
        QUALITY,
        "--method",
        "demonstration",
        "--outcome",
        "accepted",
        *WHY,
    )
    for matter in ("validation", "verification"):
        does("decide", "review", matter, "--version", VERSION, *ACCEPTED)
    assert does("release", VERSION)["outcome"] == "pass"
    assert does("sign", VERSION, "--as", QUALITY)["released"] is None
    assert does("status")["releases"] == []
    assert does("sign", "--as", RELEASE)["released"] is not None
    artefact = str(project.artefact)
    assert does("deploy", "production", "--artifact", artefact)["version"] == VERSION
    assert does("where", "--environment", "production") == does("where", "--artifact", artefact)
    assert (
        does("trace", "REQ-001", "--release", VERSION)[0]["of"]["matrix"]["rows"][0]["outcome"] == "verified"
    )
    assert len(does("trace")[0]["of"]["matrix"]["rows"]) == 3
    assert does("status")["releases"][0]["deployments"] == ["production"]
    listed = does("account", "list")
    assert [one["email"] for one in listed if one["kind"] == "person"] == [QUALITY, RELEASE]
    assert len(does("key", "show")) == 2
    assert does("verify")["problems"] == []


def test_the_same_way_is_readable_without_json(releasable: Device, clausework: Command) -> None:
    """In CI the results are plain lines; each names the record that it made."""
    assert "G6 release" in clausework(releasable, "release", VERSION).out
    assert "still waits for" in clausework(releasable, "sign", VERSION, "--as", QUALITY).out
    assert "released  #" in clausework(releasable, "sign", "--as", RELEASE).out
    artefact = str(releasable.artefact)
    for arguments, shown in (
        (("deploy", "production", "--artifact", artefact, "--site", "ward 7"), "admitted to production"),
        (("where", "--artifact", artefact), "authorised     Remy Release (release authority)"),
        (("trace", "REQ-001", "--release", VERSION), "REQ-001 Rate: verified"),
        (("trace",), "3 of 3 verified"),
        (("status",), f"released {VERSION}"),
        (("gate", "unit"), "pass  G2 unit"),
        (("promote", "development"), "advanced to development"),
        (("rebuild",), "identical"),
        (("build",), "already open"),
        (("verify",), "verified: every entry"),
        (("account", "list"), f"Quinn Quality <{QUALITY}>  quality"),
        (("key", "show"), "Remy Release"),
    ):
        ended = clausework(releasable, *arguments)
        assert ended.code == 0, ended
        assert shown in ended.out
    ended = clausework(releasable, "lint", "--plan")
    assert (ended.code, "G1 build" in ended.out) == (1, True)


def test_a_new_project_begins_on_the_command_line(tmp_path: Path, clausework: Command) -> None:
    """From an empty folder: a plan that passes lint, two keys, a ledger, and a third person let in by the two."""
    device = Device(tmp_path / "new", tmp_path)
    device.folder.mkdir()
    assert "wrote clausework.yaml" in clausework(device, "init", "--device", "Pump").out
    assert clausework(device, "lint").code == 0
    assert "no key in" in clausework(device, "key", "show").out
    for email, name in ((QUALITY, "Quinn Quality"), (RELEASE, "Remy Release"), (THIRD, "Thea Third")):
        assert clausework(device, "key", "new", email, "--name", name).code == 0
    people = ("--person", QUALITY, "--person", RELEASE)
    ended = clausework(device, "init", "--establish", *people, "--proof", "passports seen by HR")
    assert "pinned in clausework.root" in ended.out
    key_file = str(device.home / "keys" / f"{THIRD}.json")
    as_quality = ("--as", QUALITY)
    added = clausework(device, "account", "add", key_file, "--proof", "passport seen", *as_quality)
    assert "in force once two people have signed it" in added.out
    assert f"enrolment of {THIRD}" in clausework(device, "status").out
    for email in (QUALITY, RELEASE):
        assert clausework(device, "sign", THIRD, "--as", email).code == 0
    listed = clausework(device, "account", "list").out
    assert f"Thea Third <{THIRD}>  no role" in listed
    key_id = listed.split(f"<{THIRD}>")[1].split("key ")[1][:12]
    assert "revoked" in clausework(device, "account", "revoke", key_id, "--reason", "left", *as_quality).out
    assert "revoked at #" in clausework(device, "account", "list").out
    assert clausework(device, "verify").code == 0

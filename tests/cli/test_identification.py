"""Passkeys and log-ins at the command line: in a process of its own, with a person at the browser; refusals told."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.actions.device import QUALITY, RELEASE, Device
from tests.remotes.browser import Person
from tests.signatures.authenticator import BE, Authenticator


def run(device: Device, visitor: Person, *arguments: str) -> tuple[int, str, str]:
    """Run a command with ``visitor`` at the browser; return exit code, output and what was told beside it."""
    told = []
    with device.start(*arguments) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        for line in process.stderr:
            told.append(line)
            if found := re.search(r"http://localhost:\S+", line):
                visitor.tell(found.group())
        return process.wait(30), process.stdout.read(), "".join(told)


def enrolled(device: Device, visitor: Person) -> int:
    """Make a passkey for the quality person and let it in; return the enrolment's index."""
    made = run(
        device, visitor, "account", "passkey", QUALITY, "--proof", "passport seen", "--as", QUALITY, "--json"
    )
    assert made[0] == 0, made
    index = int(json.loads(made[1])["index"])
    for email in (QUALITY, RELEASE):
        assert device.process("sign", str(index), "--as", email).returncode == 0
    return index


def test_a_passkey_is_made_and_signs_from_the_command_line(established: Device) -> None:
    """Address on stderr, result on stdout; then the ledger is verified by the command that any auditor runs."""
    visitor = Person(Authenticator(count=1))
    enrolled(established, visitor)
    assert "passkey" in established.process("account", "list").stdout
    second = Person(Authenticator())
    code, output, told = run(
        established, second, "account", "passkey", RELEASE, "--proof", "passport seen", "--as", QUALITY
    )
    assert code == 0
    assert "Open this in a browser on this machine, within five minutes:" in told
    found = re.search(r"clausework sign (\d+)", output)
    assert found is not None
    code, output, _ = run(established, visitor, "sign", found.group(1), "--passkey", "--as", QUALITY)
    assert code == 0, output
    assert f"Quinn Quality (quality) signed 'enrolment of {RELEASE} (passkey)': approved" in output
    assert established.process("verify").returncode == 0


def test_a_synced_passkey_is_told_at_its_enrolment(established: Device) -> None:
    """Whoever enrols it reads that the plan refuses its signatures, and that it lets no key in."""
    code, output, _ = run(
        established,
        Person(Authenticator(backup=BE)),
        *("account", "passkey", QUALITY, "--proof", "passport seen", "--as", QUALITY),
    )
    assert code == 0
    assert "it may sync to other devices" in output
    assert "the plan in force refuses the signatures of such a passkey" in output


def test_who_declines_gets_exit_5(established: Device) -> None:
    """The person says no on the page: the command says that nothing was recorded."""
    visitor = Person(Authenticator(), declines=True)
    code, _, told = run(
        established, visitor, "account", "passkey", QUALITY, "--proof", "passport seen", "--as", QUALITY
    )
    assert code == 5
    assert "declined" in told
    assert "next: Nothing was signed and nothing recorded" in told


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("sign", "--passkey"), 2, "This needs a person"),
        (("sign", "--passkey", "--as", QUALITY), 5, "has no passkey for 'localhost' in force"),
        (("sign", "--passkey", "--as", "nobody@example.com"), 5, "Nobody is enrolled"),
        (
            ("account", "passkey", "nonsense", "--proof", "passport seen", "--as", QUALITY),
            2,
            "is not an e-mail address",
        ),
        (
            ("account", "passkey", "new@example.com", "--proof", "passport seen", "--as", QUALITY),
            2,
            "printed name is wanted",
        ),
        (("account", "passkey", QUALITY, "--proof", " ", "--as", QUALITY), 2, "--proof"),
        (
            ("account", "passkey", QUALITY, "--proof", "passport seen", "--name", "X", "--as", QUALITY),
            5,
            "is enrolled as",
        ),
        (("account", "provider", "--as", QUALITY), 2, "names no identity provider"),
        (("account", "provider", "--keys", "nowhere.json", "--as", QUALITY), 2, "does not exist"),
    ],
)
def test_wrong_input_is_refused_with_what_to_do_next(
    established: Device, arguments: tuple[str, ...], code: int, told: str
) -> None:
    """Each wrong input ends at once, before any page, with its own exit code and reason, and records nothing."""
    before = established.count()
    done = established.process(*arguments)
    assert (done.returncode, established.count()) == (code, before), done.stderr
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_no_heavy_library_is_loaded_before_it_is_needed() -> None:
    """The libraries for passkeys and providers stay off the path of every command that uses neither."""
    program = (
        "import sys, clausework.cli.sign, clausework.cli.account, clausework.cli.record, clausework.cli.gate;"
        "print(*{'httpx', 'webauthn', 'joserfc', 'cbor2', 'http.server'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""

"""People of the small device's ledger: keys of their own to change, further people, a clock that can be set."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from clausework.actions.account import enrol
from clausework.actions.person import Person, act_as
from clausework.actions.sign import sign
from clausework.actions.workplace import Workplace
from clausework.core.clock import system_clock
from clausework.signatures.sealed_key import create_sealed_key, sealed_key_path
from tests.actions.device import CHEAP, PASSPHRASE, QUALITY, RELEASE, Device, person

THIRD = "third@example.com"
WRONG = "not at all the passphrase"
OTHER_PASSPHRASE = "a short swim in the lake 9"


class SetClock:
    """A clock that runs ``ahead`` of the machine's."""

    def __init__(self, **ahead: float) -> None:
        self.ahead = timedelta(**ahead)

    def __call__(self) -> datetime:
        return system_clock() + self.ahead


def with_own_keys(device: Device, home: Path) -> Device:
    """Return the device with a key folder of its own, which a test may change."""
    (home / "keys").mkdir(parents=True)
    for path in (device.home / "keys").glob("*.json"):
        copy = home / "keys" / path.name
        copy.touch(mode=0o600)
        copy.write_bytes(path.read_bytes())
    return Device(device.folder, home)


def key_of(device: Device, email: str) -> Path:
    """Return where the person's sealed key lies."""
    return sealed_key_path(device.home / "keys", email)


def let_in(device: Device, email: str = THIRD, name: str = "Thea Third") -> None:
    """Make a further person's key and let it in by the two people of the root."""
    create_sealed_key(email, name, PASSPHRASE, key_of(device, email), cost=CHEAP)
    with device.open() as workplace:
        quality, release = person(workplace, QUALITY), person(workplace, RELEASE)
        index = enrol(workplace, key_of(device, email), proof="passport seen", by=quality)
        for one in (quality, release):
            sign(workplace, one, str(index))


def typing(workplace: Workplace, passphrase: str) -> Workplace:
    """Return the workplace with another passphrase in its environment."""
    return msgspec.structs.replace(
        workplace, environ={**workplace.environ, "CLAUSEWORK_PASSPHRASE": passphrase}
    )


def try_as(workplace: Workplace, email: str, passphrase: str) -> Person:
    """Act as the person with the passphrase."""
    return act_as(typing(workplace, passphrase), email, None)

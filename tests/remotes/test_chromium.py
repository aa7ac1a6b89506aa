"""The pages in a real browser, with the authenticator that Chromium plays: a passkey made, and signing with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clausework.actions.account import enrol
from clausework.actions.passkey import Enrolled, act_with_passkey, enrol_passkey
from clausework.actions.person import SignatureWouldNotCount
from clausework.actions.sign import Signed, sign
from clausework.actions.verify import verify
from clausework.ledger.records.decisions import Approval
from clausework.remotes.loopback import PersonDeclined
from clausework.remotes.passkeys import sign_in_browser
from clausework.signatures.sealed_key import create_sealed_key, sealed_key_path
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, Device, person
from tests.remotes.chromium import WITHOUT, Browser, Command, browser, chromium_is_missing
from tests.remotes.test_loopback import REQUEST

pytestmark = pytest.mark.skipif(
    chromium_is_missing(), reason=f"{WITHOUT} is set: there is no Chromium to sign in"
)

THIRD = "third@example.com"
TOLD = "#told.good, #told.bad, #told.done"
"""Where the page says what came of it."""


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[Browser]:
    """Return a browser with a security key that has a PIN."""
    with browser(tmp_path / "profile") as opened:
        opened.plug_in()
        yield opened


class Desk:
    """A person's desk: commands run in the terminal, and their pages are opened in the browser."""

    def __init__(self, device: Device, opened: Browser, keys: Path) -> None:
        self.device = device
        self.browser = opened
        self.keys = keys

    def run(self, action: Any, *, button: str = "#yes") -> Any:
        """Run ``action`` on the workplace, press ``button`` on its page, and return what it came to."""

        def in_workplace(tell: Any) -> Any:
            with self.device.open() as workplace:
                return action(msgspec.structs.replace(workplace, tell=tell))

        command = Command(in_workplace)
        page = self.browser.page
        page.goto(command.address())
        page.click(button)
        page.wait_for_selector(TOLD, timeout=15_000)
        return command.result()

    def make(self) -> Enrolled:
        """Make a passkey for the quality person, and have it let in."""
        made = self.run(
            lambda place: enrol_passkey(
                place, QUALITY, name=None, proof="passport seen", by=person(place, QUALITY)
            )
        )
        assert isinstance(made, Enrolled), made
        with self.device.open() as workplace:
            for email in (QUALITY, RELEASE):
                sign(workplace, person(workplace, email), str(made.index))
        return made

    def something_to_sign(self) -> int:
        """Record the enrolment of a third person, which waits for two signatures."""
        key = sealed_key_path(self.keys, THIRD)
        create_sealed_key(THIRD, "Thea Third", PASSPHRASE, key)
        with self.device.open() as workplace:
            return enrol(workplace, key, proof="passport seen", by=person(workplace, RELEASE))

    def sign(self, index: int, *, button: str = "#yes") -> Any:
        """Sign what waits with the passkey."""
        return self.run(
            lambda place: sign(place, act_with_passkey(place, QUALITY), str(index)), button=button
        )


@pytest.fixture
def desk(established: Device, chromium: Browser, tmp_path: Path) -> Desk:
    """Return a desk with an established ledger."""
    return Desk(established, chromium, tmp_path / "keys")


def test_a_passkey_made_and_used_in_a_real_browser(desk: Desk) -> None:
    """What Chromium and its authenticator make is let in, signs, counts, and is verified again offline."""
    made = desk.make()
    assert not made.backup_eligible
    waiting = desk.something_to_sign()
    signed = desk.sign(waiting)
    assert isinstance(signed, Signed), signed
    assert (signed.name, signed.meaning) == ("Quinn Quality", "approved")
    assert "The terminal says whether it counts" in (desk.browser.page.text_content("#told") or "")
    body = desk.device.records()[signed.index].body
    assert isinstance(body, Approval)
    assert body.key_id == made.key_id
    assert verify(desk.device.folder).problems == ()


def test_a_synced_passkey_of_a_real_browser_is_refused(desk: Desk) -> None:
    """The backup flags that a real authenticator sets are read, and the plan's refusal is named."""
    desk.browser.plug_in(transport="internal", defaultBackupEligibility=True, defaultBackupState=True)
    made = desk.make()
    assert made.backup_eligible
    refused = desk.sign(desk.something_to_sign())
    assert isinstance(refused, SignatureWouldNotCount)
    assert "is synced to other devices" in refused.message


def test_an_authenticator_that_does_not_verify_the_person(desk: Desk) -> None:
    """Without PIN or fingerprint the browser makes no passkey; the page says so, and one may decline instead."""
    desk.browser.plug_in(hasUserVerification=False, isUserVerified=False)

    def make(tell: Any) -> Any:
        with desk.device.open() as workplace:
            place = msgspec.structs.replace(workplace, tell=tell)
            quality = person(place, QUALITY)
            return enrol_passkey(place, QUALITY, name=None, proof="passport seen", by=quality)

    command = Command(make)
    page = desk.browser.page
    page.goto(command.address())
    page.click("#yes")
    page.wait_for_selector("#told.bad", timeout=15_000)
    assert page.is_enabled("#yes")
    page.click("#no")
    page.wait_for_selector("#told.done")
    assert isinstance(command.result(), PersonDeclined)


def test_who_declines_in_a_real_browser(desk: Desk) -> None:
    """The second button signs nothing."""
    desk.make()
    assert isinstance(desk.sign(desk.something_to_sign(), button="#no"), PersonDeclined)


@pytest.mark.parametrize("dark", [False, True])
def test_the_page_is_readable_and_operable(tmp_path: Path, dark: bool) -> None:
    """Headings, labels, live region; keys are enough; it fits a phone; contrast is at least 4.5 : 1."""
    with browser(tmp_path / "profile", dark=dark) as opened:
        opened.plug_in()
        command = Command(lambda tell: sign_in_browser(REQUEST, tell))
        page, wrong = opened.page, []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.goto(command.address())
        page.screenshot(path=str(tmp_path / "page.png"), full_page=True)
        assert page.title().startswith("Sign: release 2.4.0")
        assert page.get_attribute("html", "lang") == "en"
        assert page.locator("h1").count() == 1
        assert page.locator("[role=status][aria-live=polite]").count() == 1
        names = page.locator("dt").all_text_contents()
        assert names == ["What", "Account", "Printed name", "Role", "Meaning", "Time (UTC)", "Digest"]
        assert min(page.evaluate(CONTRASTS)) >= 4.5
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "yes"
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_selector("#told.done")
        assert isinstance(command.result(), PersonDeclined)
        assert [text for text in wrong if "favicon" not in text and "404" not in text] == []


CONTRASTS = """() => {
  const light = (text) => {
    const parts = text.match(/[0-9.]+/g).map(Number);
    const linear = parts.slice(0, 3).map((one) => one / 255)
      .map((one) => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) { return colour; }
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll("h1, p, dt, dd, button")].map((one) => {
    const [a, b] = [light(getComputedStyle(one).color), light(behind(one))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
}"""

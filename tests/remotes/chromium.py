"""A real browser for tests: Debian's Chromium without a screen, with an authenticator that Chromium itself plays."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
WITHOUT = "CLAUSEWORK_TEST_WITHOUT_CHROMIUM"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_is_missing() -> bool:
    """Tell whether there is no Chromium, and whoever runs the tests said that they know."""
    return shutil.which(CHROMIUM) is None and bool(os.environ.get(WITHOUT))


class Browser:
    """One page of a browser, and its authenticator."""

    def __init__(self, page: Page, devtools: CDPSession) -> None:
        self.page = page
        self.devtools = devtools
        self.authenticator = ""

    def plug_in(self, **options: Any) -> None:
        """Plug in an authenticator of its own kind, in place of the one before."""
        if self.authenticator:
            self.devtools.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.authenticator})
        asked = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
            **options,
        }
        added = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": asked})
        self.authenticator = str(added["authenticatorId"])


@contextmanager
def browser(profile: Path, *, dark: bool = False) -> Iterator[Browser]:
    """Start a browser with an empty profile in ``profile``; nothing but this machine is reached."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=CHROMIUM,
            headless=True,
            args=ARGUMENTS,
            color_scheme="dark" if dark else "light",
            viewport={"width": 900, "height": 720},
        )
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable", {"enableUI": False})
        yield Browser(page, devtools)
        context.close()


class Command:
    """A command that runs beside the browser: the addresses that it tells, and what it comes to."""

    def __init__(self, run: Any) -> None:
        self.addresses: list[str] = []
        self.outcome: Any = None
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(run,))
        self._thread.start()

    def _run(self, run: Any) -> None:
        try:
            self.outcome = run(self._tell)
        except Exception as error:  # noqa: BLE001 it is what the test looks at
            self.outcome = error
        self._told.set()

    def _tell(self, address: str) -> None:
        self.addresses.append(address)
        self._told.set()

    def address(self) -> str:
        """Return the address of the page to open."""
        assert self._told.wait(20)
        assert self.addresses, self.outcome
        return self.addresses[-1]

    def result(self) -> Any:
        """Return what the command came to, or the error that ended it."""
        self._thread.join(20)
        return self.outcome

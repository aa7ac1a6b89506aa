"""A person at a browser without a screen: opens the page that a command tells, and answers it by a software passkey."""

from __future__ import annotations

import json
import re
import threading
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.signatures.authenticator import Authenticator


class Person:
    """Answers each page that is told, one after the other; ``pages`` are those that were shown."""

    def __init__(self, device: Authenticator, *, declines: bool = False) -> None:
        self.device = device
        self.declines = declines
        self.pages: list[str] = []
        self.changes: dict[str, Any] = {}

    def tell(self, address: str) -> None:
        """Take the address of a page, and answer it while the command waits."""
        threading.Thread(target=self.visit, args=(address,)).start()

    def visit(self, address: str) -> None:
        """Open the page and answer it."""
        origin = "http://" + urlsplit(address).netloc
        with httpx.Client(trust_env=False) as client:
            page = client.get(address).text
            self.pages.append(page)
            found = re.search(r'id="asked">(.*?)</script>', page, re.DOTALL)
            assert found is not None
            asked = json.loads(found.group(1)) | self.changes
            body = (
                {"declined": True}
                if self.declines
                else {"credential": json.loads(self.device.respond(asked, origin))}
            )
            client.post(f"{address}answer", json=body, headers={"Origin": origin}).raise_for_status()

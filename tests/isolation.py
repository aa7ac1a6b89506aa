"""Asks for a machine that lets a command's network be cut off, or for the word that it does not."""

from __future__ import annotations

import os

import pytest

from clausework.evidence.isolation import isolated

WITHOUT = "CLAUSEWORK_TEST_WITHOUT_ISOLATION"


def require_isolation() -> None:
    """Skip where the tester chose to go without, and fail where it is merely not permitted."""
    if os.environ.get(WITHOUT) == "1":
        pytest.skip(f"{WITHOUT}=1: builds without a network are not tested")
    if not isolated(["true"])[1]:
        pytest.fail(f"This machine does not let a network be cut off (unshare --net); or set {WITHOUT}=1.")

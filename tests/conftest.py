"""Fixtures that several rooms' tests share: a small device project at several points of its way to a release."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.actions.device import Device
from tests.actions.prepared import begin, establish_ledger, make_keys, make_releasable, verify

signal.signal(signal.SIGINT, signal.default_int_handler)
"""A job in the background may begin with Ctrl-C ignored, and the processes that tests start would inherit that."""


@pytest.fixture(scope="session")
def home_with_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the sealed keys of two people."""
    home = tmp_path_factory.mktemp("home")
    make_keys(home)
    return home


@pytest.fixture(scope="session")
def prepared_project(tmp_path_factory: pytest.TempPathFactory, home_with_keys: Path) -> Device:
    """A committed project without a ledger."""
    device = Device(tmp_path_factory.mktemp("project"), home_with_keys)
    begin(device)
    return device


@pytest.fixture(scope="session")
def prepared_established(tmp_path_factory: pytest.TempPathFactory, prepared_project: Device) -> Device:
    """The project with a ledger."""
    device = prepared_project.copy(tmp_path_factory.mktemp("established"))
    establish_ledger(device)
    return device


@pytest.fixture(scope="session")
def prepared_verified(tmp_path_factory: pytest.TempPathFactory, prepared_established: Device) -> Device:
    """The project with a build that passed every gate before the release."""
    device = prepared_established.copy(tmp_path_factory.mktemp("verified"))
    verify(device)
    return device


@pytest.fixture(scope="session")
def prepared_releasable(tmp_path_factory: pytest.TempPathFactory, prepared_verified: Device) -> Device:
    """The project with a candidate that passed the release gate and waits for two signatures."""
    device = prepared_verified.copy(tmp_path_factory.mktemp("releasable"))
    make_releasable(device)
    return device


@pytest.fixture
def project(tmp_path: Path, prepared_project: Device) -> Device:
    """Copy the project without a ledger."""
    return prepared_project.copy(tmp_path / "device")


@pytest.fixture
def established(tmp_path: Path, prepared_established: Device) -> Device:
    """Copy the project with a ledger."""
    return prepared_established.copy(tmp_path / "device")


@pytest.fixture
def verified(tmp_path: Path, prepared_verified: Device) -> Device:
    """Copy the project whose build passed every gate before the release."""
    return prepared_verified.copy(tmp_path / "device")


@pytest.fixture
def releasable(tmp_path: Path, prepared_releasable: Device) -> Device:
    """Copy the project whose candidate waits for its two signatures."""
    return prepared_releasable.copy(tmp_path / "device")

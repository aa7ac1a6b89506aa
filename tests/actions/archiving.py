"""A small device of any class whose version is frozen and archived, and what 5.8.7 then says of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from clausework.actions.build import open_build
from clausework.actions.release import release
from clausework.actions.workplace import Workplace
from clausework.ledger.records import Record
from clausework.ledger.records.archive import OfflineRebuild
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.release import Archive
from tests.actions.device import BUILD, PLAN, SOURCE, VERSION, Device
from tests.actions.prepared import establish_ledger

VENDOR = "archive: {dependencies: [vendor]}\n"
WHEEL_NAME = "vendor/attrs-26.1.0-py3-none-any.whl"

PIP_BUILD = BUILD.replace(
    "import zipfile\n",
    "import os\nimport shutil\nimport zipfile\n",
).replace(
    'with zipfile.ZipFile("dist/counter.zip", "w") as bundle:\n',
    'wheel = next(pathlib.Path(os.environ.get("CLAUSEWORK_DEPENDENCIES", "vendor")).rglob("*.whl"))\n'
    'with zipfile.ZipFile("dist/counter.zip", "w") as bundle:\n'
    '    bundle.writestr(zipfile.ZipInfo("attrs.whl"), wheel.read_bytes())\n',
)
"""A build that packs its dependency: out of the archive where that is given, else out of the work tree."""

NETWORK_BUILD = BUILD.replace(
    "import zipfile\n",
    "import socket\nimport zipfile\n",
).replace(
    'pathlib.Path("dist").mkdir(exist_ok=True)\n',
    'pathlib.Path("dist").mkdir(exist_ok=True)\n'
    "devices = {name for _, name in socket.if_nameindex()}\n"
    'if devices <= {"lo"}:\n'
    '    raise SystemExit("no network: the licence server cannot be asked")\n',
)
"""A build that wants a network, as one that asks a licence server does."""

UNLIKE_BUILD = BUILD.replace("import sys\n", "import sys\nimport time\n").replace(
    'ZipInfo("counter.py")', "ZipInfo(str(time.time_ns()))"
)
"""A build that comes out different each time."""


def plan_of_class(safety_class: str, archive: str = VENDOR) -> str:
    """Return the device's plan for another class, with another ``archive`` section."""
    return PLAN.replace("safety_class: B", f"safety_class: {safety_class}").replace(VENDOR, archive)


def frozen_device(
    folder: Path,
    home: Path,
    *,
    safety_class: str = "B",
    archive: str = VENDOR,
    build: bool = True,
    files: Mapping[str, str | bytes] | None = None,
) -> Device:
    """Return a device with a ledger and a build of its commit; ``files`` replaces or adds sources.

    Without ``build`` the artefact is what the folder holds.
    """
    device = Device(folder, home)
    source: dict[str, str | bytes] = {**SOURCE, "clausework.yaml": plan_of_class(safety_class, archive)}
    source |= files or {}
    for name, content in source.items():
        device.write(name, content)
    device.git("init", "--quiet", "--initial-branch=main")
    device.commit("Pulse Counter 1.0.0\n\nImplements: REQ-001, REQ-002")
    establish_ledger(device)
    if build:
        device.build()
    with device.open() as workplace:
        open_build(workplace)
    return device


def condition(workplace: Workplace, name: str = "5.8.7") -> CheckVerdict:
    """Freeze and archive the version, and return what the condition says."""
    return next(one for one in release(workplace, VERSION).conditions if one.check == name)


def archives(workplace: Workplace) -> list[Record]:
    """Return the records of archives, oldest first."""
    return [one for one in workplace.snapshot().records if isinstance(one.body, Archive)]


def rebuilds(workplace: Workplace) -> list[OfflineRebuild]:
    """Return the builds that were made from archives, oldest first."""
    return [one.body for one in workplace.snapshot().records if isinstance(one.body, OfflineRebuild)]


def messages(verdict: CheckVerdict) -> str:
    """Return all that a condition says."""
    return "; ".join(reason.message for reason in verdict.reasons)

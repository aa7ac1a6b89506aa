"""The small device grown to two components: the counter, and a screen beside it."""

from __future__ import annotations

import sys

from clausework.actions.build import open_build
from tests.actions.device import PLAN, Device

TWO = PLAN.replace(
    """\
items: [quality/]
""",
    f"""\
      - id: screen
        paths: [screen/**]
        build:
          command: ["{sys.executable}", screen/build.py]
          outputs: [dist/*.txt]
          version_command: ["{sys.executable}", screen/build.py, --version]
          locks: [requirements.lock]
items: [quality/]
""",
)
SCREEN = '''\
"""Writes the screen."""
import pathlib
import sys

if "--version" in sys.argv:
    print("screen 3.2.1")
    raise SystemExit
pathlib.Path("dist").mkdir(exist_ok=True)
pathlib.Path("dist/screen.txt").write_text("the screen\\n")
'''


def grow(device: Device) -> Device:
    """Let ``device`` have two components, both built at one commit."""
    device.write("clausework.yaml", TWO)
    device.write("screen/build.py", SCREEN)
    device.commit("A screen\n\nImplements: REQ-002")
    device.build()
    build_screen(device)
    with device.open() as workplace:
        open_build(workplace, software_item="counter")
        open_build(workplace, software_item="screen")
    return device


def build_screen(device: Device) -> None:
    """Make the screen's artefact."""
    device.write("dist/screen.txt", "the screen\n")

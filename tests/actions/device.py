"""A small device project for tests: class B, two requirements, one SOUP item, a lock, a build that zips a file.

``Device`` is a copy of a prepared folder; what prepares it once a session stands in ``tests.actions.prepared``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from clausework.actions.person import Person, act_as
from clausework.actions.workplace import Workplace, open_workplace
from clausework.core.clock import Clock, system_clock
from clausework.core.digests import sha256_of
from clausework.decisions.form import FieldValue
from clausework.ledger.records import Record
from clausework.signatures.sealed_key import Cost
from clausework.standards.questions import questions_of

IN_A_MONTH = (system_clock() + timedelta(days=28)).date().isoformat()
"""A day within what every class allows a deviation, a disposition and a narrowed regression to last."""

QUALITY = "quality@example.com"
RELEASE = "release@example.com"
DEVELOPER = "developer@example.com"
PASSPHRASE = "a long walk by the river 7"
CHEAP = Cost(iterations=1)
"""What a guess at a passphrase costs here: people sign some thousand times in these tests."""
VERSION = "1.0.0"

PLAN = f"""\
device: {{name: Pulse Counter, manufacturer: Example Medical, udi_di: "04012345678901"}}
software_systems:
  - id: counter
    safety_class: B
    items:
      - id: counter
        paths: [src/**, tools/**, requirements.lock]
        unmeasured:
          paths: [tools/**]
          because: {{text: No part of the device, reference: VP-3, owner: quality, review: 2099-01-01}}
        build:
          command: ["{sys.executable}", tools/build.py]
          outputs: [dist/*.zip]
          version_command: ["{sys.executable}", tools/build.py, --version]
          locks: [requirements.lock]
items: [quality/]
roles:
  quality: {{people: [{QUALITY}]}}
  release_authority: {{people: [{RELEASE}], independent_of: author}}
environments:
  development: {{after: [build, unit]}}
  staging: {{after: [build, unit, integration, analysis, system], automatic: true}}
  production: {{release: required, drift: none}}
retention:
  released: {{years: 15, after: last_placed_on_market}}
archive: {{dependencies: [vendor]}}
pipeline:
  definitions: none
  because: {{text: Two people build at one desk, reference: VP-9, owner: quality, review: 2099-01-01}}
"""

ITEMS = """\
- {id: NEED-001, type: user_need, title: To know, text: "The nurse needs to know when the pulse stops."}
- {id: ARCH-001, type: architecture_item, title: Counter, links: {uses: SOUP-001}}
- {id: REQ-001, type: software_requirement, title: Rate, text: "The counter shall count the pulse.",
   links: {allocated_to: ARCH-001}, fields: {source: User needs 1}}
- {id: REQ-002, type: software_requirement, title: Alarm, text: "When no pulse comes, the counter shall alarm.",
   links: {allocated_to: ARCH-001}, fields: {source: User needs 2}}
- {id: SOUP-001, type: soup_item, title: attrs,
   fields: {version: "26.1.0", purl: "pkg:pypi/attrs@26.1.0", requirements: Frozen values, host: Python}}
- {id: UNIT-100, type: software_unit, title: Count, links: {part_of: ARCH-001, implements: [REQ-001, REQ-002]},
   fields: {paths: src/counter.py}}
- {id: HAZ-001, type: hazard, title: No pulse is seen, links: {leads_to: SIT-001}, fields: {harm: Fainting}}
- {id: SIT-001, type: hazardous_situation, title: Nobody comes, links: {arises_in: ARCH-001},
   fields: {sequence: The pulse stops and the counter shows the last rate.}}
- {id: RISK-001, type: risk, title: Fainting, links: {estimates: SIT-001},
   fields: {severity: minor, probability: probable, level: medium, residual_probability: remote, residual_level: low,
   control_options: ["inherent_safety: The pulse stops whatever the counter does."]}}
- {id: RC-001, type: risk_control_measure, title: Alarm, fields: {control_type: protective_measure,
   new_risks: "none: an alarm too many costs a look at the patient."},
   links: {controls: RISK-001, realised_by: REQ-002}}
"""

BUILD = f'''\
"""Zips the counter, the same bytes each time."""
import pathlib
import sys
import zipfile

if "--version" in sys.argv:
    print("counter {VERSION}")
    raise SystemExit
pathlib.Path("dist").mkdir(exist_ok=True)
with zipfile.ZipFile("dist/counter.zip", "w") as bundle:
    bundle.writestr(zipfile.ZipInfo("counter.py"), pathlib.Path("src/counter.py").read_bytes())
'''

WHEEL = b"stands for the file of attrs 26.1.0: what counts is that it has the digest that the lock names\n"
LOCK = f"attrs==26.1.0 \\\n    --hash=sha256:{sha256_of(WHEEL)}\n"

SOURCE: dict[str, str | bytes] = {
    "clausework.yaml": PLAN,
    "quality/items.yaml": ITEMS,
    "src/counter.py": "def count(pulses):\n    return len(pulses)\n",
    "tools/build.py": BUILD,
    "requirements.lock": LOCK,
    "vendor/attrs-26.1.0-py3-none-any.whl": WHEEL,
    ".gitignore": ".clausework/\ndist/\nreports/\n",
}

SIGNIFICANCE: dict[str, FieldValue] = {
    "answers": tuple(
        f"{one.mark} no: nothing of the kind changes" for one in questions_of("mdr_annex_ix").questions
    ),
    "decision": "first_release",
    "rationale": "looked at in full today",
    "udi": "new_di",
    "udi_reason": "nothing was released before it",
}
"""What is decided of a version that is the first."""

COVERAGE = """\
<?xml version="1.0" ?>
<coverage version="7" lines-valid="2" lines-covered="2" line-rate="1" branches-valid="0" branches-covered="0"
  branch-rate="0" complexity="0"><packages><package name="p"><classes><class name="c" filename="src/counter.py">
<lines><line number="1" hits="1"/><line number="2" hits="1"/></lines></class></classes></package></packages>
</coverage>
"""

SARIF = """\
{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "Bandit", "rules": []}},
 "invocations": [{"executionSuccessful": true}], "results": []}]}
"""

SBOM = """\
{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
 "serialNumber": "urn:uuid:00000000-0000-4000-8000-000000000001",
 "metadata": {"component": {"type": "application", "name": "counter", "version": "1.0.0"}},
 "components": [{"type": "library", "name": "attrs", "version": "26.1.0", "purl": "pkg:pypi/attrs@26.1.0"}]}
"""


def junit(level: str, *, failed: bool = False) -> str:
    """Return a report of two cases of ``level``, one for each requirement."""
    failure = '<failure message="no alarm">assert False</failure>' if failed else ""
    control = '<property name="verifies_implementation" value="RC-001"/>'
    cases = "".join(
        f'<testcase classname="tests.{level}" name="test_{item[-1]}" time="0.01"><properties>'
        f'<property name="requirement" value="{item}"/>{more}</properties>{body}</testcase>'
        for item, more, body in (("REQ-001", "", ""), ("REQ-002", control, failure))
    )
    return (
        f'<testsuites><testsuite name="{level}" tests="2" failures="{int(failed)}" errors="0" skipped="0">'
        f"{cases}</testsuite></testsuites>"
    )


REPORTS = {
    "unit": {"unit.xml": junit("unit"), "coverage.xml": COVERAGE},
    "integration": {"integration.xml": junit("integration")},
    "system": {"system.xml": junit("system")},
    "": {"bandit.sarif": SARIF, "bom.json": SBOM},
}
"""Reports by the level under which they are recorded."""


class Device(msgspec.Struct, frozen=True):
    """A project folder and the home that holds its people's keys."""

    folder: Path
    home: Path

    @property
    def environ(self) -> dict[str, str]:
        """What a process of this project sees: its home, nobody's CI system, nobody's git configuration."""
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "CLAUSEWORK_KEYS": str(self.home / "keys"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "CLAUSEWORK_PASSPHRASE": PASSPHRASE,
            "CLAUSEWORK_SECOND_PASSPHRASE": PASSPHRASE,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONWARNINGS": "error",
        }

    @property
    def store(self) -> Path:
        """The ledger's folder."""
        return self.folder / ".clausework"

    @property
    def artefact(self) -> Path:
        """What the build makes."""
        return self.folder / "dist" / "counter.zip"

    def copy(self, folder: Path) -> Device:
        """Return a copy in ``folder``, its people the same."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Device(folder, self.home)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file of the project."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def git(self, *arguments: str) -> str:
        """Run git in the project."""
        identity = {
            "GIT_AUTHOR_NAME": "Dev Eloper",
            "GIT_AUTHOR_EMAIL": DEVELOPER,
            "GIT_COMMITTER_NAME": "Dev Eloper",
            "GIT_COMMITTER_EMAIL": DEVELOPER,
        }
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=self.environ | identity,
        )
        return done.stdout.strip()

    def commit(self, message: str = "REQ-001: change") -> str:
        """Commit all there is; return the commit's ID."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def build(self) -> Path:
        """Run the build script; return the artefact."""
        subprocess.run([sys.executable, "tools/build.py"], cwd=self.folder, check=True, env=self.environ)
        return self.artefact

    def command(self, *arguments: str | Path) -> list[str]:
        """Return the command line that runs Clausework in a process of its own."""
        return [sys.executable, "-m", "clausework", *map(str, arguments)]

    def process(self, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run Clausework in a process of its own, without a terminal."""
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environ | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, *arguments: str | Path, **variables: str) -> subprocess.Popen[str]:
        """Start Clausework in a process of its own."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=self.environ | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @contextmanager
    def open(self, *, reading: bool = False, clock: Clock = system_clock) -> Iterator[Workplace]:
        """Open the workplace in this process."""
        with open_workplace(self.folder, reading=reading, environ=self.environ, clock=clock) as workplace:
            yield workplace

    def records(self) -> tuple[Record, ...]:
        """Return all records."""
        with self.open(reading=True) as workplace:
            return workplace.snapshot().records

    def count(self, *kinds: type) -> int:
        """Return how many records there are, of ``kinds`` if any are named."""
        return sum(not kinds or isinstance(one.body, kinds) for one in self.records())


def person(workplace: Workplace, email: str) -> Person:
    """Return the person with their key open."""
    return act_as(workplace, email, None)

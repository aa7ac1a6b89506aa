"""Plans that the tests of this room use."""

from __future__ import annotations

from clausework.core.places import Finding
from clausework.plan.load import load_plan, plan_findings
from clausework.plan.model import Plan

SMALL = """\
device: {name: Infusor, manufacturer: Example Medical}
software_systems:
  - {id: pump, safety_class: C, items: [{id: controller, paths: [src/**]}]}
"""

FULL = """\
device: {name: Infusor, manufacturer: Example Medical, udi_di: "04012345678901"}
software_systems:
  - id: pump
    safety_class: C                       # unassigned means C
    items:
      - {id: controller, paths: [src/controller/**]}
      - {id: display, class: B, paths: [src/display/**], segregation: ARCH-007}
items: [quality/]                         # native YAML or Markdown
roles:
  quality: {people: [quality@example.com]}
  release_authority: {people: [release@example.com], independent_of: author}
environments:
  development: {after: [build, unit]}
  staging: {after: [integration, analysis], automatic: true}
  production: {release: required, drift: none}
stages:                                   # a changed default needs a defence
  unit:
    clauses: [5.5.3, 5.5.5]
    checks:
      tests: {level: unit}
      coverage:
        line: {B: 80, C: 90}
        because: {text: "...", reference: VP-4.2, owner: quality, review: 2027-06-01}
retention: {released: {years: 15, after: last_placed_on_market}, unreleased: {days: 180}}
"""

EVERYTHING = """\
device: {name: Infusor, manufacturer: Example Medical, udi_di: "04012345678901", udi_pi: "10"}
software_systems:
  - id: pump
    safety_class: C
    items:
      - id: controller
        paths: [src/controller/**]
        source_markers: [implements]
        build:
          command: [make, all]
          outputs: [dist/*.bin]
          version_command: dist/controller --version
          locks: [locks/controller.txt]
          sbom: dist/controller.cdx.json
      - {id: display, class: A, paths: [src/display/**], segregation: ARCH-007}
  - id: app
    safety_class: B
    items: [{id: phone, paths: [app/**]}]
items: [quality/, risk/]
roles:
  quality: {people: [quality@example.com, Second@Example.com]}
  tester: {people: [second@example.com], independent_of: [author, quality]}
  release_authority: {people: [release@example.com], independent_of: author}
environments:
  development: {after: [build]}
  bench: {after: [bench]}
  eu-production: {release: required, drift: none}
stages:
  build:
    without: [rebuild]
    because: {text: no second runner yet, reference: VP-1, owner: quality, review: 2027-01-31}
  unit:
    checks:
      coverage:
        line: {C: 85, A: 50}
        because: {text: generated code, reference: VP-2, owner: tester, review: 2027-01-31}
  analysis:
    checks:
      vulnerabilities: {database_age_days: 1}
  bench:
    clauses: [5.7.1, 14971 7.2]
    checks:
      tests: {level: system}
      risk_controls: {}
      "policy:licences": {}
      "plug-in:acme.bench": {hours: {B: 10, C: 100}, strict: true, bench: "7"}
retention: {released: {years: 15}, unreleased: {days: 90, after: recorded}}
regulatory: {device_class: IIb, significance_questions: mdr_annex_ix}
tasks:
  - {id: T-1, title: Train the support team, clauses: [6.2.5]}
gaps:
  "5.3.1": {reason: The architecture is a document., where: ARCH-DOC-1, owner: quality, review: 2027-06-01}
  14971 4.1: {reason: The risk policy is the quality system's., where: QM-7, owner: quality, review: 2027-06-01}
policies:
  licences:
    file: policies/licences.rego
    challenges: policies/licences
    sha256: "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
    clauses: [8.1.2, 5.3.3]
"""


def plan_of(text: str) -> Plan:
    """Return the plan that ``text`` is."""
    return load_plan(text.encode(), "clausework.yaml")


def findings_in(text: str) -> list[Finding]:
    """Return what is wrong with ``text`` as a plan."""
    return plan_findings(text.encode(), "p")


def told(text: str) -> list[str]:
    """Return what is wrong with ``text`` as a plan, as people read it."""
    return [str(finding) for finding in findings_in(text)]

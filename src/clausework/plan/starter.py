"""The plan that ``clausework init`` writes: small, whole, and accepted by ``clausework lint``."""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from clausework.plan.load import load_plan
from clausework.plan.risk_matrix import RiskMatrix
from clausework.standards import parse_safety_class

PLAN_FILE = "clausework.yaml"

_TEMPLATE = """\
# The executable part of the development, verification and maintenance plans (EN 62304 5.1, 6.1).
# It is reviewed, hashed into each build, and approved by the roles of the plan in force before it.
device: {{name: {device}, manufacturer: {manufacturer}}}
software_systems:
  - id: {system}
    safety_class: {safety_class}  # EN 62304 4.3; unassigned means C
    items:
      - id: {software_item}
        paths: {paths}
        # Source that no coverage report names (5.5.5), such as generated code, tests or declarations alone; a 'because'
        # has text, reference, owner and review:
        # unmeasured: {{paths: [src/generated/**], because: {{...}}}}
{build}items: [{items}]  # folders of requirements, risks, tests and other items
roles:
  quality: {{people: [{quality}]}}
  release_authority: {{people: [{release_authority}], independent_of: author}}
environments:
  development: {{after: [build, unit]}}
  staging: {{after: [build, unit, integration, analysis, system], automatic: true}}
  production: {{release: required, drift: none}}
# Six stages are built in: build, unit, integration, analysis, system, release. What is written here changes
# them; a setting laxer than the default of the class needs a 'because'.
stages: {{}}
# Criteria of risk acceptability (ISO 14971 4.2, 4.4): these are a beginning, the manufacturer's policy decides.
risk_matrix:
{risk_matrix}retention:
  released: {{years: 15, after: last_placed_on_market}}
  unreleased: {{days: 180}}
"""

_BUILD = """\
        build:
          command: {command}
          outputs: {outputs}
          locks: {locks}
"""


def starter_plan(
    device: str,
    software_item: str,
    paths: Sequence[str],
    *,
    manufacturer: str,
    quality: str,
    release_authority: str,
    safety_class: str = "C",
    items: str = "quality/",
    command: str = "",
    outputs: Sequence[str] = (),
    locks: Sequence[str] = (),
) -> str:
    """Return the text of a first plan for one software item in a software system of the same name.

    ``quality`` and ``release_authority`` are e-mail addresses. A build is told where ``command`` is given,
    with the globs of its ``outputs`` and its ``locks``. Raises ``FindingsInInput`` where a value cannot stand
    in a plan, and ``UnknownSafetyClass``.
    """
    build = ""
    if command:
        build = _BUILD.format(command=_text(command), outputs=_texts(outputs), locks=_texts(locks))
    plan = _TEMPLATE.format(
        device=_text(device),
        manufacturer=_text(manufacturer),
        system=_text(software_item),
        safety_class=parse_safety_class(safety_class),
        software_item=_text(software_item),
        paths=_texts(paths),
        build=build,
        items=_text(items),
        quality=_text(quality),
        release_authority=_text(release_authority),
        risk_matrix=_matrix(RiskMatrix()),
    )
    load_plan(plan.encode(), PLAN_FILE)
    return plan


def _matrix(matrix: RiskMatrix) -> str:
    """Return the members of the matrix as lines of YAML, a row of the grid each."""
    lines = [
        f"  {name}: {_texts(getattr(matrix, name))}" for name in ("severities", "probabilities", "levels")
    ]
    lines += ["  grid:  # the level at each probability"]
    lines += [f"    {severity}: {_texts(row)}" for severity, row in matrix.grid.items()]
    lines += [f"  acceptable: {_texts(matrix.acceptable)}", "  p2:  # the probability of harm at each P1"]
    lines += [f"    {word}: {_texts(row)}" for word, row in matrix.p2.items()]
    classes = ", ".join(f"{severity}: {one}" for severity, one in matrix.safety_classes.items())
    return "".join(f"{line}\n" for line in (*lines, f"  safety_classes: {{{classes}}}"))


def _texts(values: Sequence[str]) -> str:
    return f"[{', '.join(_text(value) for value in values)}]"


def _text(value: str) -> str:
    """Return ``value`` as a YAML scalar on one line, in quotes only where it needs them."""
    quoted = yaml.safe_dump(
        [value], default_flow_style=True, width=float("inf"), allow_unicode=value.isprintable()
    )
    return quoted.strip()[1:-1]

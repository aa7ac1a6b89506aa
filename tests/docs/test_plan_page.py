"""The pages on the plan and on decisions leave nothing out: each key, each form, each role that signs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clausework.decisions.form import MATTER
from clausework.decisions.forms import FORMS
from clausework.plan.load import load_plan

DOCS = Path(__file__).parents[2] / "docs"
PLAN = (DOCS / "plan.md").read_text(encoding="utf-8")
DECISIONS = (DOCS / "decisions.md").read_text(encoding="utf-8")
SCHEMA = json.loads((DOCS / "clausework.schema.json").read_text(encoding="utf-8"))["$defs"]
KEYS = sorted({key for one in SCHEMA.values() for key in one.get("properties", {})})


@pytest.mark.parametrize("key", KEYS)
def test_the_page_on_the_plan_names_every_key(key: str) -> None:
    """Each key that clausework.yaml may have is named as code on the page."""
    assert re.search(rf"`[^`\n]*\b{key}\b[^`\n]*`", PLAN), key


def test_the_plan_that_the_page_shows_is_read() -> None:
    """The first example is a plan: it is read without a fault."""
    example = PLAN.split("```yaml\n")[1].split("```")[0]
    assert load_plan(example.encode(), "clausework.yaml").device.name == "Infusor"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_page_on_decisions_has_a_row_for_every_form(form: object) -> None:
    """Each form has one row, which names what each signature means and the roles that give it."""
    found = next(one for one in FORMS if one is form)
    (row,) = [line for line in DECISIONS.splitlines() if line.startswith(f"| `{found.name}` |")]
    for rule in found.signatures:
        assert f"*{rule.meaning}*" in row
        for role in rule.roles:
            assert role == MATTER or role.replace("_", " ") in row


def test_every_link_with_a_place_on_a_page_leads_there() -> None:
    """No page of the documentation links to a heading that is not there."""
    missing = []
    for page in sorted([DOCS.parent / "README.md", *DOCS.rglob("*.md")]):
        for name, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
            target = (page.parent / name) if name else page
            heads = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            if anchor not in slugs:
                missing.append(f"{page.name}: {name}#{anchor}")
    assert missing == []

"""A policy and its challenges, as a team would write them."""

from __future__ import annotations

import json

from clausework.gates.policies import bundle_document

POLICY = """\
package clausework

import rego.v1

# Strong copyleft is told by the component's name here; a real rule would look at what the SBOM's tool wrote.
named contains name if {
	some sbom in input.sboms
	some name, _ in sbom.components
}

forbidden contains name if {
	some name in named
	startswith(name, "gpl-")
}

verdict := {"outcome": "not_evaluated", "reasons": ["no SBOM names a component"]} if count(named) == 0

refused := [told | some name in forbidden; told := sprintf("%s is not allowed", [name])]

verdict := {"outcome": "fail", "reasons": refused} if count(forbidden) > 0

verdict := {"outcome": "pass", "reasons": [sprintf("%d components, none forbidden", [count(named)])]} if {
	count(named) > 0
	count(forbidden) == 0
}
"""


def sbom(*names: str) -> dict[str, object]:
    """Return a patch of the facts with one SBOM that names those components."""
    components = {name: ["1.0"] for name in names}
    return {"sboms": [{"record": 9, "specification": "CycloneDX 1.6", "components": components}]}


def challenge(name: str, expects: str, patch: dict[str, object]) -> str:
    """Return a challenge's file."""
    return json.dumps({"name": name, "expects": expects, "patch": patch})


CHALLENGES = {
    "allowed.json": challenge("an SBOM without copyleft", "pass", sbom("attrs")),
    "copyleft.json": challenge("an SBOM with copyleft", "fail", sbom("attrs", "gpl-parser")),
    "empty.json": challenge("no SBOM at all", "not_evaluated", {"sboms": []}),
}


def bundle(policy: str = POLICY, challenges: dict[str, str] | None = None) -> bytes:
    """Return the document that a plan names by its digest."""
    return bundle_document(policy, CHALLENGES if challenges is None else challenges)

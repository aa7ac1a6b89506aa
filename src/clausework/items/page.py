"""The table of sources of items, made from the sources themselves: ``docs/items/README.md`` is this page."""

from __future__ import annotations

from clausework.items.links import ROLES
from clausework.items.model import ItemType
from clausework.items.source import ItemSource
from clausework.items.sources import source_named, source_names

_HEAD = """\
# Sources of items

Requirements, risks and tests are read where they lie. The plan names each source under `items`: a folder of
[native files](../items.md), or a format and its file or folder, with what its words mean here beside it:

```yaml
items:
  - quality/                                   # native YAML and Markdown
  - {doorstop: reqs, types: {SYS: system_requirement, SRS: software_requirement, TST: test_case}}
  - {reqif: spec.reqifz, types: {Requirement: software_requirement}, links: {satisfies: derives_from}}
  - {csv: risks.csv, type: risk, columns: {Risk ID: id, Description: text, Situation: links.estimates}}
  - {github: issues.json, type: anomaly, prefix: GH-}
```

Every source knows the names of [our own types and roles](../items.md). `types` says what its other kinds are here,
`type` what all others are, `links` which role a link of a name has, `columns` what a table's columns hold; `ignore`
leaves out; `prefix` stands before the source's IDs; `statuses` says of a tracker's words for states and resolutions
whether an anomaly that bears them is `open` or `closed`. A link that is not mapped gets the role that its two ends
allow: from a software requirement to a system requirement it is `derives_from`, from a test case to a requirement
`verifies`; a requirement that names a risk control is what realises it.

Nothing is left out in silence. A kind that nobody mapped, an ID that cannot be one and a file that cannot be read stop
the command with their places. A link that is blank, dangling, repeated or between items that are not linked so is a
finding: it is recorded with the items, `clausework lint` shows it with its place, and no gate that rests on the items
passes while there is one.

An installed package adds a source by the entry point `clausework.item_sources`, whose object is a
`clausework.items.source.ItemSource`; the record of the items names it. This page is made from the code
(`clausework.items.page`).

| source | reads | kinds it knows | names of links it knows | reader |
|---|---|---|---|---|
"""


def sources_page() -> str:
    """Return the page in Markdown."""
    return _HEAD + "".join(_row(source_named(name)) for name in source_names())


def _row(source: ItemSource) -> str:
    kinds = ", ".join(f"{kind} → `{known}`" for kind, known in source.types.items() if not _is_ours(kind))
    links = ", ".join(f"{name} → `{role}`" for name, role in source.links.items() if not _is_role(name))
    told = f"{kinds or 'as the plan says'} | {links or 'by their ends'}"
    return f"| [`{source.name}`]({source.name}.md) | {source.title} | {told} | `{source.reader}` |\n"


def _is_ours(kind: str) -> bool:
    return kind.replace(" ", "_").lower() in {str(known) for known in ItemType}


def _is_role(name: str) -> bool:
    return name.replace(" ", "_").lower() in ROLES

"""The table of evidence formats, made from the formats themselves: ``docs/formats/README.md`` is this page."""

from __future__ import annotations

from typing import get_args

from clausework.evidence.format import Format, Kind
from clausework.evidence.formats import format_named, format_names
from clausework.standards import cite

_HEAD = """\
# Evidence formats

`clausework record PATH…` takes files as a pipeline's tools write them, or whole folders of them. The format is told
from the first bytes; where two formats could be meant, `--as FORMAT` names it. Each file is read once, front to back,
in bounded memory, and kept untouched under its SHA-256 before anything of it is recorded.

A file is **accepted**, **accepted with remarks**, each of which is named, or **rejected** with the reason and, where
it is known, the byte at which reading stopped. A rejected file is kept too, nothing of it counts, and until one of the
same name is recorded whole it blocks the checks that would have looked at it. What is none of these formats can be
kept, unread, with `--attach KIND`.

Evidence is about the current build unless `--subject DIGEST` names what was tested elsewhere: results about a digest
count for the build that made it, wherever they come from. `--configuration FILE` says what a test ran on, as YAML with
`name`, `digests`, `hardware` and `equipment`; the file is kept, its digests are subjects, and results name it. A file
recorded again is recognised. `--database-at DATE` gives the age of a scan's advisory data where the report does not;
`--verify-with KEY` rejects attestations that no such public key signed.

An installed package adds a format by the entry point `clausework.evidence_formats`, whose object is a
`clausework.evidence.format.Format`; the record names the package and its version. This page is made from the code
(`clausework.evidence.page`).
"""

_TITLES: dict[Kind, str] = {
    "tests": "Tests",
    "coverage": "Structural coverage",
    "findings": "Findings and vulnerabilities",
    "sbom": "Bills of materials",
    "vex": "Exploitability (VEX)",
    "provenance": "Provenance and attestations",
    "reviews": "Reviews of changes",
    "protection": "Protection of branches",
}


def formats_page() -> str:
    """Return the page in Markdown."""
    forms = [format_named(name) for name in format_names()]
    parts = [_HEAD]
    for kind in get_args(Kind):
        rows = [_row(form) for form in forms if form.kind == kind]
        head = ["| format | reads | usual suffix | clauses | reader |", "|---|---|---|---|---|"]
        parts.append("\n".join([f"## {_TITLES[kind]}", "", *head, *rows, ""]))
    return "\n".join(parts)


def _row(form: Format) -> str:
    suffixes = ", ".join(f"`{suffix}`" for suffix in form.suffixes)
    clauses = "; ".join(map(cite, form.clauses))
    return f"| [`{form.name}`]({form.name}.md) | {form.title} | {suffixes} | {clauses} | `{form.reader}` |"

"""A report as one HTML page that needs nothing else: no network, no script from elsewhere, readable on paper."""

from __future__ import annotations

import re
from html import escape as _escaped

from clausework.core.printable import printable
from clausework.reports.tables import Report, Table

_STYLE = """
:root { color-scheme: light; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem; color: #1a1f24; background: #fff; }
h1 { font-size: 1.5rem; margin: 0 0 .75rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: #57606a; } dd { margin: 0; overflow-wrap: anywhere; }
p { margin: .1rem 0 .6rem; color: #57606a; }
input { font: inherit; padding: .3rem .5rem; width: 22rem; border: 1px solid #afb8c1; border-radius: 4px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; }
th, td { border: 1px solid #d0d7de; padding: .3rem .5rem; text-align: left; vertical-align: top; }
th { background: #f6f8fa; position: sticky; top: 0; white-space: nowrap; }
td.long { white-space: pre-line; min-width: 28rem; max-width: 48rem; overflow-wrap: anywhere; }
td.word { white-space: nowrap; }
td code { font-size: 12px; display: inline-block; width: 32ch; overflow-wrap: anywhere; } summary { cursor: pointer; }
td.verified, td.passed { background: #e6f4ea; } td.failed, td.red { background: #fde7e9; }
td.not-verified { background: #fff4d6; }
@media print {
  input, label { display: none; } details > * { display: block; }
  body { margin: 0; font-size: 9px; } th { position: static; }
}
"""

_SCRIPT = """
document.querySelectorAll("input[data-table]").forEach(input => input.addEventListener("input", () => {
  const words = input.value.toLowerCase().split(/\\s+/).filter(Boolean);
  document.querySelectorAll("#" + input.dataset.table + " tbody tr").forEach(row => {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every(word => text.includes(word));
  });
}));
"""

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHORT = 28
"""Characters that a cell shows in one line."""

_SOUGHT = 8
"""Rows of a table among which nobody needs to search."""

_FOLDED = 3
"""Lines of a cell behind its first that are folded away until somebody asks for them."""

_OUTCOMES = frozenset({"verified", "failed", "not verified", "passed", "red"})


def escape(text: str, *, quote: bool = True) -> str:
    """Return ``text`` for a page: no markup of its own, and nothing hidden that makes it read as another text."""
    lines = text.replace("\r\n", "\n").replace("\t", " ").split("\n")
    return _escaped("\n".join(map(printable, lines)), quote=quote)


def html_bytes(report: Report) -> bytes:
    """Return ``report`` as a page in UTF-8. All text is escaped; the page runs under a policy without any source."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in report.facts)
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(report.title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>{escape(report.title)}</h1><dl>{facts}</dl>\n"
        f"{''.join(map(_table, report.tables))}<script>{_SCRIPT}</script></body></html>\n"
    ).encode("utf-8", "replace")


def _table(table: Table) -> str:
    shown = [number for number in range(len(table.columns)) if any(row[number] for row in table.rows)]
    head = "".join(f'<th scope="col">{escape(table.columns[number])}</th>' for number in shown)
    rows = "".join(f"<tr>{''.join(_cell(row[number]) for number in shown)}</tr>\n" for row in table.rows)
    empty = ", ".join(column for number, column in enumerate(table.columns) if number not in shown)
    left_out = f" Nothing stands under: {escape(empty)}." if table.rows and empty else ""
    name = escape(table.name, quote=True)
    search = f'<label>Show rows with <input data-table="{name}" type="search"></label>'
    field = search if len(table.rows) > _SOUGHT else ""
    none = "" if table.rows else "<p>None.</p>"
    return (
        f"<h2>{escape(table.name.capitalize())} ({len(table.rows)})</h2><p>{escape(table.about)}{left_out}</p>"
        f"{field}{none}"
        f'<div class="wide"><table id="{name}"><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></div>\n'
    )


def _cell(text: str) -> str:
    if text in _OUTCOMES:
        return f'<td class="{text.replace(" ", "-")}">{escape(text)}</td>'
    if _DIGEST.fullmatch(text):
        return f"<td><code>{text}</code></td>"
    if len(text) <= _SHORT and "\n" not in text:
        return f'<td class="word">{escape(text)}</td>' if " " not in text else f"<td>{escape(text)}</td>"
    first, *others = text.split("\n")
    if len(others) < _FOLDED:
        return f'<td class="long">{escape(text)}</td>'
    rest = escape("\n".join(others))
    return f'<td class="long"><details><summary>{escape(first)} and {len(others)} more</summary>{rest}</details></td>'

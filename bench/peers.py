"""Other tools' own index of the same generated items: ``python -m bench.peers NAME FOLDER`` prints user CPU seconds.

Each tool reads its own format and builds its traceability index, and nothing is rendered or exported: StrictDoc's
``TraceabilityIndexBuilder.create`` (its caches in a fresh folder, in one process), sphinx-needs up to the end of
Sphinx's read phase and the resolving of links, Doorstop's tree with every item loaded and its links followed. The time
is counted from after the imports, so that start-up is no part of it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

Items = list[tuple[str, str, list[str]]]
"""ID, title and the IDs that it derives from, of every item; what it derives from stands before it."""


def write_strictdoc(folder: Path, items: Items) -> None:
    """Write one StrictDoc document per level of the items."""
    for prefix in sorted({name.split("-")[0] for name, _, _ in items}):
        lines = ["[DOCUMENT]", f"TITLE: {prefix}", ""]
        for name, title, above in items:
            if name.startswith(f"{prefix}-"):
                lines += ["[REQUIREMENT]", f"UID: {name}", f"TITLE: {title}", f"STATEMENT: {title}."]
                if above:
                    lines.append("RELATIONS:")
                    for one in above:
                        lines += ["- TYPE: Parent", f"  VALUE: {one}"]
                lines.append("")
        (folder / f"{prefix}.sdoc").write_text("\n".join(lines), encoding="utf-8")


def strictdoc(folder: Path) -> float:
    """Return the user CPU of StrictDoc's index."""
    from strictdoc.core.project_config import ProjectConfigLoader
    from strictdoc.core.traceability_index_builder import TraceabilityIndexBuilder
    from strictdoc.helpers.parallelizer import NullParallelizer

    with tempfile.TemporaryDirectory() as out:
        config = ProjectConfigLoader.load(str(folder), out)
        config.dir_for_sdoc_cache = out

        def work() -> int:
            index = TraceabilityIndexBuilder.create(
                project_config=config, parallelizer=NullParallelizer(), skip_source_files=True
            )
            nodes = [index.get_node_by_uid(f"SRS-{one:05}") for one in range(8_000)]
            return sum(len(index.get_parent_requirements(node)) for node in nodes)

        return _measured(work)


def write_sphinx_needs(folder: Path, items: Items) -> None:
    """Write one reStructuredText page per 500 items."""
    settings = "extensions = ['sphinx_needs']\nneeds_id_regex = '^[A-Z0-9_-]{5,}'\n"
    (folder / "conf.py").write_text(settings, encoding="utf-8")
    pages = [items[start : start + 500] for start in range(0, len(items), 500)]
    for number, page in enumerate(pages):
        lines = [f"Page {number}", "=" * 20, ""]
        for name, title, above in page:
            lines += [f".. req:: {title}", f"   :id: {name}"]
            lines += [f"   :links: {', '.join(above)}"] if above else []
            lines += ["", f"   {title}.", ""]
        (folder / f"page{number}.rst").write_text("\n".join(lines), encoding="utf-8")
    names = "\n".join(f"   page{number}" for number in range(len(pages)))
    (folder / "index.rst").write_text(f"Index\n=====\n\n.. toctree::\n\n{names}\n", encoding="utf-8")


def sphinx_needs(folder: Path) -> float:
    """Return the user CPU of sphinx-needs' index: pages read, needs collected, links resolved both ways."""
    from sphinx.application import Sphinx
    from sphinx_needs.data import SphinxNeedsData
    from sphinx_needs.directives.need import post_process_needs_data

    with tempfile.TemporaryDirectory() as out:

        def work() -> int:
            app = Sphinx(
                str(folder), str(folder), out, out, "needs", status=None, warning=None, freshenv=True
            )
            app.builder.read()
            post_process_needs_data(app)
            view = SphinxNeedsData(app.env).get_needs_view()
            return sum(len(need["links"]) for need in view.values())

        return _measured(work)


def write_doorstop(folder: Path, items: Items) -> None:
    """Write one Doorstop document per level of the items."""
    levels = sorted({name.split("-")[0] for name, _, _ in items}, key=["NEED", "SYS", "SRS"].index)
    (folder / ".git").mkdir()  # what Doorstop knows the top of a working copy by
    for number, prefix in enumerate(levels):
        place = folder / prefix
        place.mkdir()
        parent = f"  parent: {levels[number - 1]}\n" if number else ""
        settings = f"settings:\n  digits: 5\n{parent}  prefix: {prefix}\n  sep: '-'\n"
        (place / ".doorstop.yml").write_text(settings, encoding="utf-8")
        for name, title, above in items:
            if name.startswith(f"{prefix}-"):
                links = "".join(f"- {one}: null\n" for one in above)
                body = f"active: true\nderived: false\nheader: ''\nlevel: 1.0\nlinks:\n{links or '[]'}\n"
                body = body.replace("links:\n[]", "links: []")
                text = f"{body}normative: true\nref: ''\nreviewed: null\ntext: |\n  {title}.\n"
                (place / f"{name}.yml").write_text(text, encoding="utf-8")


def doorstop(folder: Path) -> float:
    """Return the user CPU of Doorstop's tree, each item loaded and its links followed upwards."""
    from doorstop.core.builder import build

    def work() -> int:
        tree = build(cwd=str(folder), root=str(folder))
        return sum(len(item.links) for document in tree for item in document)

    return _measured(work)


def _measured(work: Callable[[], int]) -> float:
    start = os.times().user
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        links = work()
    taken = os.times().user - start
    if links < 10_000:
        raise AssertionError(f"the peer's index has {links} links only")
    return taken


PEERS: dict[str, tuple[str, Callable[[Path, Items], None], Callable[[Path], float]]] = {
    "StrictDoc": ("strictdoc", write_strictdoc, strictdoc),
    "sphinx-needs": ("sphinx_needs", write_sphinx_needs, sphinx_needs),
    "Doorstop": ("doorstop", write_doorstop, doorstop),
}
"""By name: the module that shows whether it is installed, what writes its files, and what measures its index."""

if __name__ == "__main__":
    print(PEERS[sys.argv[1]][2](Path(sys.argv[2])))

"""Recording a large report of every format: its peak memory, and its time against a bare pass over the same bytes.

``rows()`` grows the sample of each format, the one that its tests read, to about 50 MB and records it in a process of
its own. The bare pass is a well-known parser's that keeps nothing: lxml's ``iterparse``, ijson's ``items``,
``json.loads`` of each line; for text, a regular expression that splits each line.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.evidence.samples import SAMPLES

from bench.growth import Recipe, write_grown
from bench.growth_recipes import RECIPES
from bench.row import Row
from clausework.evidence.formats import format_named, format_names

MEGABYTE = 1_000_000


def rows() -> Iterator[Row]:
    """Yield a row per format."""
    if RECIPES.keys() != set(format_names()):
        raise SystemExit(f"no recipe, or no format: {RECIPES.keys() ^ set(format_names())}")
    for name in format_names():
        yield _row(name, RECIPES[name])


def _row(name: str, recipe: Recipe) -> Row:
    sample = SAMPLES[name].data
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"report{format_named(name).suffixes[0]}"
        write_grown(sample, recipe, path)
        megabytes = path.stat().st_size / MEGABYTE
        command = [sys.executable, "-m", "bench.one_format", str(path), *_bare_pass(sample, recipe)]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    memory, seconds, bare = json.loads(done.stdout)
    because = f" ({recipe.because})" if recipe.because else ""
    return Row(
        f"{name}: {megabytes:.0f} MB recorded",
        f"{memory / MEGABYTE:.0f} MB of memory, {seconds:.2f} s, bare {bare:.2f} s",
        round(seconds / bare, 2),
        f"<= {recipe.memory} MB, <= {recipe.ratio}{because}",
    )


def _bare_pass(sample: bytes, recipe: Recipe) -> list[str]:
    """Return what ``bench.one_format`` calls the bare pass over such a report."""
    start = sample.lstrip()[:1]
    if start == b"<":
        return ["xml"]
    if start not in {b"{", b"["}:
        return ["text"]
    path = recipe.entries[0].path
    if not path:
        return ["items"] if b"\n " in sample else ["lines"]
    holder = ".".join("item" if isinstance(step, int) else step for step in path[:-1])
    return ["items", f"{holder}.item".lstrip(".")] if isinstance(path[-1], int) else ["members", holder]

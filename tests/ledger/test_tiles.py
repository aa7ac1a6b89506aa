"""C2SP tlog-tiles: paths, bundles, and a whole log as static files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.ledger.memory import memory_ledger
from clausework.ledger.tiles import (
    BundleUnreadable,
    EntryUnbundled,
    ExportTargetInUse,
    export_tiles,
    join_bundle,
    split_bundle,
    tile_path,
    tiles_of,
)
from clausework.ledger.tree import leaf_hash
from tests.ledger.making import light


@pytest.mark.parametrize(
    ("level", "number", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 5, 3, "tile/1/005.p/3"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        ("entries", 999, 255, "tile/entries/999.p/255"),
        ("entries", 1000, 256, "tile/entries/x001/000"),
    ],
)
def test_paths_are_those_of_the_specification(level: int | str, number: int, width: int, path: str) -> None:
    """Numbers are in groups of three digits, all but the last behind an x; partial tiles say their width."""
    assert tile_path(level, number, width) == path


@given(st.lists(st.binary(max_size=100), max_size=20))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    """Entries come out of a bundle as they went in."""
    assert list(split_bundle(join_bundle(entries))) == entries


def test_a_bundle_that_is_cut_short_is_refused() -> None:
    """An entry that runs past the bundle's end is an error; one too large to state is too."""
    with pytest.raises(BundleUnreadable):
        split_bundle(join_bundle([b"abc"])[:-1])
    with pytest.raises(EntryUnbundled):
        join_bundle([bytes(65_536)])


def test_the_tiles_of_a_size() -> None:
    """70,000 entries have 273 full tiles and a partial one, one full and a partial above, and one at the top."""
    tiles = list(tiles_of(70_000))
    assert len(tiles) == 274 + 2 + 1
    assert tiles[-1] == (2, 0, 1)
    assert (0, 273, 112) in tiles
    assert (1, 1, 17) in tiles


def test_an_export_holds_every_entry_and_hash(tmp_path: Path) -> None:
    """The static files hold the checkpoint, each entry and each leaf hash, full tiles and partial ones."""
    made = memory_ledger()
    made.ledger.append([light(number) for number in range(520)])
    export_tiles(made.log, tmp_path / "log")
    entries = list(made.log.entries(0, 521))
    bundles = [
        tmp_path / "log" / tile_path("entries", number, width)
        for number, width in ((0, 256), (1, 256), (2, 9))
    ]
    assert [entry for path in bundles for entry in split_bundle(path.read_bytes())] == entries
    tiles = [tmp_path / "log" / tile_path(0, number, width) for number, width in ((0, 256), (1, 256), (2, 9))]
    assert b"".join(path.read_bytes() for path in tiles) == b"".join(map(leaf_hash, entries))
    assert (tmp_path / "log" / "checkpoint").read_bytes() == made.log.checkpoint()
    assert (tmp_path / "log" / tile_path(1, 0, 2)).stat().st_size == 64
    with pytest.raises(ExportTargetInUse):
        export_tiles(made.log, tmp_path / "log")

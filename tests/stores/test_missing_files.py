"""A store from which a whole file was taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.stores.embedded import open_embedded
from clausework.stores.failures import NoStore, StoreIncomplete
from tests.stores.damage import copy_store, make_sample


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small closed ledger."""
    return make_sample(tmp_path_factory.mktemp("whole") / "store", records=3).folder


@pytest.mark.parametrize("name", ["ledger.sqlite", "pages", "head-0", "head-1", "lock"])
def test_a_store_from_which_a_file_was_removed_is_violated(whole: Path, tmp_path: Path, name: str) -> None:
    """Removing any of a store's files is a violation that names the file (deletion), never a fresh start."""
    copy = tmp_path / "store"
    copy_store(whole, copy)
    (copy / name).unlink()
    with pytest.raises(StoreIncomplete, match=name):
        open_embedded(copy)


def test_an_empty_folder_is_no_store(tmp_path: Path) -> None:
    """A folder without any of the files is no ledger, and is not taken for a damaged one."""
    with pytest.raises(NoStore):
        open_embedded(tmp_path)

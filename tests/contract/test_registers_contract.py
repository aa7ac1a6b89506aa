"""What every store of registers promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clausework.ledger.memory_registers import MemoryRegisters
from clausework.ledger.ports import Registers, RegistersUnavailable
from clausework.stores.sqlite_registers import SqliteRegisters

STORES: dict[str, Callable[[Path], Registers]] = {
    "memory": lambda _folder: MemoryRegisters(),
    "embedded": lambda folder: SqliteRegisters(folder / "registers.sqlite"),
}


@pytest.fixture(params=sorted(STORES))
def registers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Registers]:
    """Open empty registers of each kind in turn."""
    opened = STORES[request.param](tmp_path)
    yield opened
    if isinstance(opened, SqliteRegisters):
        opened.close()


def test_nothing_is_kept_at_first(registers: Registers) -> None:
    """Reading what was never written finds nothing, and makes nothing."""
    assert registers.read([b"a", b""]) == {}
    assert registers.keys(b"") == []


def test_what_was_written_is_read_until_it_is_let_go(registers: Registers) -> None:
    """Values are found by key; a later value takes an earlier one's place, and none lets go of the key."""
    registers.change(lambda: {b"a": b"1", b"b": b"2" * 100_000, b"\x00\xff": b""})
    assert registers.read([b"a", b"b", b"c", b"\x00\xff"]) == {
        b"a": b"1",
        b"b": b"2" * 100_000,
        b"\x00\xff": b"",
    }
    registers.change(lambda: {b"a": b"3", b"b": None, b"never": None})
    assert registers.read([b"a", b"b"]) == {b"a": b"3"}


def test_keys_are_found_by_how_they_begin(registers: Registers) -> None:
    """The keys with a prefix come sorted, and no others."""
    registers.change(lambda: dict.fromkeys((b"v2", b"v1", b"w", b"u", b"v", b"v\xff\xff"), b""))
    assert registers.keys(b"v") == [b"v", b"v1", b"v2", b"v\xff\xff"]
    assert registers.keys(b"") == [b"u", b"v", b"v1", b"v2", b"v\xff\xff", b"w"]


def test_many_keys_are_read_at_once(registers: Registers) -> None:
    """A question may name more keys than a statement takes."""
    values = {number.to_bytes(4, "big"): b"%d" % number for number in range(3_000)}
    registers.change(lambda: values)
    assert registers.read(values.keys()) == values


def test_a_change_that_fails_leaves_everything_as_it_was(registers: Registers) -> None:
    """All or nothing: what raises while a change is prepared is raised on, and nothing was written."""
    registers.change(lambda: {b"a": b"1"})

    def prepare() -> dict[bytes, bytes | None]:
        assert registers.read([b"a"]) == {b"a": b"1"}
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        registers.change(prepare)
    assert registers.read([b"a"]) == {b"a": b"1"}
    registers.change(lambda: {b"a": b"2"})
    assert registers.read([b"a"]) == {b"a": b"2"}


def test_cleared_registers_are_empty_and_can_be_filled_again(registers: Registers) -> None:
    """Dropping everything is always possible."""
    registers.clear()
    registers.change(lambda: {b"a": b"1"})
    registers.clear()
    assert registers.read([b"a"]) == {}
    registers.change(lambda: {b"a": b"2"})
    assert registers.read([b"a"]) == {b"a": b"2"}


def test_two_that_have_the_file_open_see_one_another(tmp_path: Path) -> None:
    """A change by one process is there for another at once, and no change is lost between two writers."""
    first, second = (SqliteRegisters(tmp_path / "registers.sqlite") for _ in range(2))
    first.change(lambda: {b"a": b"1"})
    assert second.read([b"a"]) == {b"a": b"1"}
    second.change(lambda: {b"a": first.read([b"a"])[b"a"] + b"2"})
    assert first.read([b"a"]) == {b"a": b"12"}
    first.close()
    second.close()


def test_what_is_no_database_is_told_and_can_be_dropped(tmp_path: Path) -> None:
    """A damaged file is never taken for an empty one; clearing it makes room."""
    (tmp_path / "registers.sqlite").write_bytes(b"no database" * 2_000)
    registers = SqliteRegisters(tmp_path / "registers.sqlite")
    for ask in (lambda: registers.read([b"a"]), lambda: registers.keys(b""), lambda: registers.change(dict)):
        with pytest.raises(RegistersUnavailable):
            ask()
    registers.clear()
    registers.change(lambda: {b"a": b"1"})
    assert registers.read([b"a"]) == {b"a": b"1"}
    registers.close()

"""Distribution lists as they come: spreadsheets of every kind, read in bounded memory, whole or not at all."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.errors import InputRejected
from clausework.core.places import FindingsInInput
from clausework.release.distribution_list import (
    LONGEST_LINE,
    Delivery,
    DistributionList,
    ListUnreadable,
)

DIGEST = "ab" * 32
LIST = f"""Site,Version,SHA-256,Serial Number,UDI-PI,Date,Quantity,Operator
St. Anna,2.4.0,,SN-1,(10)L7,2026-03-01,1,Ada
"Klinikum, Süd",,sha256:{DIGEST.upper()},,,2026-03-02T08:00:00Z,12,
"""


def read(data: bytes | str, **columns: str) -> list[Delivery]:
    """Return the rows of a list."""
    raw = data.encode() if isinstance(data, str) else data
    return list(DistributionList(io.BytesIO(raw), "list.csv", columns))


def test_every_column_is_read() -> None:
    """Site, version or digest, serial number, UDI-PI, date, quantity, operator; a missing quantity is one."""
    first, second = read(LIST)
    assert first == Delivery(2, "St. Anna", "2.4.0", "", "SN-1", "(10)L7", "2026-03-01", 1, "Ada")
    assert second == Delivery(3, "Klinikum, Süd", digest=DIGEST, date="2026-03-02T08:00:00Z", quantity=12)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_spreadsheets_separate_as_they_like(delimiter: str, mark: bytes, end: str) -> None:
    """Comma, semicolon, tab or bar; with and without a byte order mark; a hint at the separator before the header."""
    text = end.join([f"sep={delimiter}", "", f"SITE{delimiter}version", f"A{delimiter}1.0", delimiter, ""])
    assert read(mark + text.encode()) == [Delivery(4, "A", "1.0")]


def test_columns_have_the_names_that_a_team_gives_them() -> None:
    """Any heading can be named for what it says."""
    text = "Kunde;Softwarestand;Site\nSt. Anna;2.4.0;ward\n"
    (row,) = read(text, site="Kunde", version="softwarestand")
    assert (row.site, row.version) == ("St. Anna", "2.4.0")
    with pytest.raises(ListUnreadable, match="no columns that say where and which version"):
        read("Kunde;Softwarestand\nA;1\n")
    with pytest.raises(ListUnreadable, match="no column 'Versionsnummer', only 'Site', 'Version'"):
        read("Site;Version\nA;1\n", version="Versionsnummer")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",2.4.0,,,,,,", "it names no site"),
        ("A,,,,,,,", "neither version nor digest"),
        ("A,,abc,,,,,", "is not a SHA-256 digest"),
        ("A,1,,,,01.03.2026,,", "is not a time"),
        ("A,1,,,,2026-02-30,,", "is not a time"),
        ("A,1,,,,,0,", "the quantity '0' is no whole number"),
        ("A,1,,,,,-3,", "the quantity '-3'"),
        ("A,1,,,,,1e3,", "the quantity '1e3'"),
        ("A,1,,,,,٣,", "the quantity '٣'"),
        ("A,1,,SN-1,,,2,", "serial number SN-1 stands for 2 devices"),
        ("A,1,,,,,,,more", "9 values under 8 headings"),
        ("A\x1b[2J,1,,,,,,", "cannot be shown"),
        ("A\u202e,1,,,,,,", "cannot be shown"),
        (f"{'A' * 1001},1,,,,,,", "1001 characters"),
    ],
)
def test_a_row_that_says_nothing_certain_rejects_the_list(row: str, said: str) -> None:
    """Lapse: a row without a place, a version, a readable date or count; its line is named, and nothing counts."""
    with pytest.raises(FindingsInInput) as rejected:
        read(LIST + row + "\n")
    assert said in rejected.value.message
    assert "list.csv:4" in rejected.value.message


def test_all_faults_are_told_at_once_up_to_twenty() -> None:
    """A list with many faults is mended in one go, and one with millions is not held in memory."""
    with pytest.raises(FindingsInInput) as rejected:
        read(LIST + ",1,,,,,,\n" * 3)
    assert len(rejected.value.findings) == 3
    with pytest.raises(FindingsInInput) as rejected:
        read(LIST + ",1,,,,,,\n" * 1000)
    assert len(rejected.value.findings) == 20


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "holds nothing"),
        (b"\n\n", "holds nothing"),
        (b"site,version\n", "a header and no row"),
        ("site,version\nA,1\n".encode("utf-16"), "UTF-16"),
        ("site,version\nMünchen,1\n".encode("latin-1"), "line 2: byte 0xfc is not UTF-8"),
        (b"site,version\nA\x00,1\n", "byte 0"),
        (b'site,version\n"A,1\n', "not well written|no whole|unexpected end"),
        (b'site,version\n"A"x,1\n', "not well written"),
        (b"PK\x03\x04\x14\x00\x06\x00", "byte 0|no columns|not UTF-8"),
        (b"site,version\nA," + b"1" * 200_000 + b"\n", "not well written"),
        (b"site,version\nA," + b"1" * (LONGEST_LINE + 10), "more than"),
        (b'site,version\n"' + b"A\n" * 1000, "a quote is not closed"),
        (b"site,version\rA,1\r", "carriage return alone"),
    ],
)
def test_a_file_that_is_no_list_is_rejected(data: bytes, said: str) -> None:
    """Attack: another encoding, a workbook, a quote that never closes, lines without end; each is told."""
    with pytest.raises(ListUnreadable, match=said):
        read(data)


def test_formulas_are_text() -> None:
    """Attack: a cell that a spreadsheet would run. It is kept as written, and marked."""
    (row,) = read('site,version\n"=HYPERLINK(""http://x"")",1.0\n')
    assert row.site == '=HYPERLINK("http://x")'
    assert row.formula


def test_a_large_list_is_read_in_little_memory() -> None:
    """A hundred thousand rows pass by; what is held does not grow with them."""

    class Endless(io.RawIOBase):
        def __init__(self) -> None:
            self.left: Iterator[bytes] = iter(
                [b"site,version,serial\n", *[b"St. Anna,2.4.0,SN-%07d\n" % one for one in range(3)]]
            )
            self.count = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.count += 1
            if self.count == 1:
                return b"site,version,serial\n"
            return b"St. Anna,2.4.0,SN-%07d\n" % self.count if self.count <= 100_000 else b""

    tracemalloc.start()
    try:
        stream = Endless()
        rows = len(list(map(bool, DistributionList(stream, "list.csv", {}))))  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        stream.close()
    finally:
        tracemalloc.stop()
    assert rows == 99_999
    assert peak < 4 << 20


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_rejected(data: bytes) -> None:
    """Attack: any bytes behind a header. Rows or a rejection, never a traceback."""
    try:
        rows = read(b"site,version,date,quantity\n" + data)
    except InputRejected:
        return
    assert all(row.site and row.version for row in rows)

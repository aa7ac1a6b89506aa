"""SQLite's write-ahead log, read by us: which page images it holds, and whether each byte is as SQLite wrote it.

SQLite stops reading at the first frame whose checksum is wrong and says nothing. Here a wrong frame is told.
File format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

from __future__ import annotations

import struct
from hashlib import sha256
from operator import mul
from pathlib import Path

import msgspec

HEADER_SIZE = 32
FRAME_HEADER_SIZE = 24
_MAGIC = 0x377F0682  # checksums over little-endian words; the last bit set means big-endian
_FORMAT = 3007000
_WORD = 1 << 32


class WalInspection(msgspec.Struct, frozen=True):
    """What a write-ahead log holds: committed page images by page number, what is wrong, and what is left over.

    ``images`` has the digests of all committed images of a page, newest last. ``leftover`` says what stands
    after the last commit, where that is what a writer that died leaves behind; a problem is what nobody
    leaves behind.
    """

    images: dict[int, list[bytes]]
    problems: tuple[str, ...] = ()
    leftover: str = ""


def last_images(path: Path, page_size: int, frames: int) -> dict[int, bytes]:
    """Return the SHA-256 of the last image of each page among the first ``frames`` frames."""
    data = path.read_bytes()
    slot = FRAME_HEADER_SIZE + page_size
    last = {
        int.from_bytes(data[offset : offset + 4], "big"): offset
        for offset in range(HEADER_SIZE, HEADER_SIZE + frames * slot, slot)
    }
    return {
        page: sha256(data[offset + FRAME_HEADER_SIZE : offset + slot]).digest()
        for page, offset in last.items()
    }


def slot_in_use(header: bytes, frame_header: bytes) -> bool:
    """Tell whether a frame's header belongs to the log that ``header`` begins."""
    return len(frame_header) == FRAME_HEADER_SIZE and any(header) and frame_header[8:16] == header[16:24]


def inspect_wal(data: bytes, page_size: int) -> WalInspection:
    """Return what the write-ahead log ``data`` holds, every checksum worked out anew."""
    if _is_blank(data):
        return WalInspection({})
    header = data[:HEADER_SIZE]
    checksum = _header_checksum(header, page_size)
    if checksum is None:
        return WalInspection({}, ("its header is not as SQLite wrote it",))
    return _inspect_frames(data, header, checksum, page_size)


def _header_checksum(header: bytes, page_size: int) -> tuple[int, int] | None:
    if len(header) != HEADER_SIZE:
        return None
    magic, version, size = struct.unpack(">III", header[:12])
    checksum = _Checksums(header, 24).continue_from((0, 0), header[:24])
    right = (magic & ~1, version, size, checksum) == (
        _MAGIC,
        _FORMAT,
        page_size,
        struct.unpack(">II", header[24:]),
    )
    return checksum if right else None


def _inspect_frames(data: bytes, header: bytes, checksum: tuple[int, int], page_size: int) -> WalInspection:
    checksums = _Checksums(header, 8 + page_size)
    slot = FRAME_HEADER_SIZE + page_size
    images: dict[int, list[bytes]] = {}
    pending: list[tuple[int, bytes]] = []
    committed = offset = HEADER_SIZE
    while offset + slot <= len(data):
        head = data[offset : offset + FRAME_HEADER_SIZE]
        page = data[offset + FRAME_HEADER_SIZE : offset + slot]
        if not slot_in_use(header, head):
            break
        checksum = checksums.continue_from(checksum, head[:8] + page)
        if checksum != struct.unpack(">II", head[16:]):
            break
        offset += slot
        pending.append((int.from_bytes(head[:4], "big"), sha256(page).digest()))
        if any(head[4:8]):
            for number, digest in pending:
                images.setdefault(number, []).append(digest)
            pending.clear()
            committed = offset
    return _judge_rest(data, header, committed, slot, images)


def _judge_rest(
    data: bytes, header: bytes, committed: int, slot: int, images: dict[int, list[bytes]]
) -> WalInspection:
    """Say what stands after the last commit: nothing, what a dead writer leaves, or what nobody leaves."""
    problems: list[str] = []
    unfinished = former = 0
    for offset in range(committed, len(data), slot):
        frame = data[offset : offset + slot]
        if _is_blank(frame):
            continue
        place = f"frame {(offset - HEADER_SIZE) // slot} at byte {offset}"
        if slot_in_use(header, frame[:FRAME_HEADER_SIZE]):
            unfinished += 1
            if any(frame[4:8]):
                problems.append(
                    f"{place} ended a commit and is not as SQLite wrote it, or a frame before it is not"
                )
        elif not any(frame[:4]) or not any(frame[8:16]):
            problems.append(f"{place} holds bytes where there was nothing")
        else:
            former += 1
    leftover = f"{unfinished} frames of an unfinished commit" if unfinished else ""
    if former:
        leftover = " and ".join(filter(None, (leftover, f"{former} frames of before the last reset")))
    return WalInspection(images, tuple(problems), leftover)


def _is_blank(data: bytes) -> bool:
    return data.count(0) == len(data)


class _Checksums:
    """SQLite's running checksum as two sums of products, which Python works out faster than the recurrence."""

    def __init__(self, header: bytes, length: int) -> None:
        self._format = f"{'>' if header[3] & 1 else '<'}{length // 4}I"
        self._first: list[int] = []
        self._second: list[int] = []
        self._weigh(length // 8)

    def _weigh(self, steps: int) -> None:
        # One step takes words x, y: a += x + b; b += y + a. That is the square of the Fibonacci matrix, so each
        # word's weight in the final sums is a Fibonacci number.
        fibonacci = [0, 1]
        while len(fibonacci) < 2 * steps + 3:
            fibonacci.append((fibonacci[-1] + fibonacci[-2]) % _WORD)
        for step in range(steps):
            after = 2 * (steps - step - 1)
            self._first += [fibonacci[after + 1], fibonacci[after]]
            self._second += [fibonacci[after + 2], fibonacci[after + 1]]
        whole = 2 * steps
        self._of_start = (fibonacci[whole - 1], fibonacci[whole], fibonacci[whole + 1])

    def continue_from(self, start: tuple[int, int], data: bytes) -> tuple[int, int]:
        """Return the checksum after ``data``, which followed what gave ``start``."""
        words = struct.unpack(self._format, data)
        low, middle, high = self._of_start
        first = sum(map(mul, words, self._first)) + low * start[0] + middle * start[1]
        second = sum(map(mul, words, self._second)) + middle * start[0] + high * start[1]
        return first % _WORD, second % _WORD

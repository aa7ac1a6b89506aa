"""What the tests that hold of every format need to know of a good report."""

from __future__ import annotations

from typing import NamedTuple


class Sample(NamedTuple):
    """A good report and the name that its file has.

    ``word`` stands in it, and a byte that the encoding does not have is put into it. ``open_ended`` says why whole
    lines of the format are a report themselves, so that a cut between two of them cannot be seen; empty where every
    cut is seen, as it must be wherever the format tells its own end.
    """

    data: bytes
    file_name: str
    word: bytes
    open_ended: str = ""

"""Text files as lines: UTF-8 alone, ended by line feeds, with the place told where a file is anything else."""

from __future__ import annotations

from clausework.core.places import Place
from clausework.items.readers.rejection import Rejection
from clausework.items.source import SourceFile

_MARK = b"\xef\xbb\xbf"


def text_in(file: SourceFile) -> str:
    """Return the text of ``file``, a byte order mark left out, line ends as line feeds; raises ``Rejection``."""
    data = file.data.removeprefix(_MARK)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        start = error.start + len(file.data) - len(data)
        place = Place(file.path, data.count(b"\n", 0, error.start) + 1)
        hint = "Save the file as UTF-8."
        raise Rejection("encoding", f"byte {start} is not UTF-8", place, hint) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def lines_in(file: SourceFile) -> list[str]:
    """Return the lines of ``file`` without their ends; raises ``Rejection`` where it is not UTF-8."""
    return text_in(file).split("\n")

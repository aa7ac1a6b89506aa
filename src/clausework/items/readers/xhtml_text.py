"""XHTML as plain text that still says the same: lists, line breaks, tables, powers, what was struck out.

White space is one blank, as a browser shows it, but for ``pre``, ``xml:space`` and ``white-space: pre...``.
"""

from __future__ import annotations

import re

from clausework.items.readers.xml_parse import Events

_SPACE = re.compile(r"[ \t\r\n]+")
_PRESERVED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[a-z-]*\s*:[^;]*line-through", re.IGNORECASE)
_XML_SPACE = "http://www.w3.org/XML/1998/namespace space"

_NAMES_OF_BLOCKS = "address blockquote center div form h1 h2 h3 h4 h5 h6 hr ol p pre ul dl table"
_BLOCKS = frozenset(_NAMES_OF_BLOCKS.split())
_LINES = frozenset({"caption", "dt", "tr"})
_STRUCK_OUT = frozenset({"del", "s", "strike"})


class _Open:
    """An element that is open: what ends it, and what held before it."""

    __slots__ = ("closing", "href", "length", "preserved")

    def __init__(self, *, preserved: bool) -> None:
        self.closing = ""
        self.href = ""
        self.length = 0
        self.preserved = preserved


class XhtmlText(Events):
    """Takes the events of XHTML; ``result`` is its text, ``objects`` the names of what is embedded in it."""

    def __init__(self) -> None:
        self.objects: list[str] = []
        self._out: list[str] = []
        self._opened: list[_Open] = []
        self._lists: list[int] = []
        self._cells: list[int] = []
        self._preserved = False
        self._break = ""  # what parts what stands there from what may follow
        self._written = False  # something stands on the line
        self._fresh = True  # white space is left out, and a block needs no line of its own
        self._blank = False  # white space was met that counts if more follows
        self._in_objects = 0
        self._untold = False  # within an object whose other text has not begun

    def result(self) -> str:
        """Return the text, without white space around it."""
        return "".join(self._out).strip()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        local = name.rpartition(" ")[2].lower()
        opened = _Open(preserved=self._preserved)
        self._opened.append(opened)
        self._layout(local, attributes)
        style = attributes.get("style", "")
        if local == "pre" or attributes.get(_XML_SPACE) == "preserve" or _PRESERVED.search(style):
            self._preserved = True
        if local in _STRUCK_OUT or _STRUCK.search(style):
            self._mark("[deleted: ")
            opened.closing = "]"
        elif local in {"sup", "sub"}:
            self._raw("^{" if local == "sup" else "_{")
            opened.closing = "}"
        elif local == "a":
            opened.href = attributes.get("href", "").strip()
            opened.length = len(self._out)
        elif local in {"object", "img"}:
            self._embed(opened, attributes.get("data") or attributes.get("src") or "without a name")

    def end(self, name: str) -> None:
        """Take the end of an element."""
        local = name.rpartition(" ")[2].lower()
        opened = self._opened.pop()
        self._preserved = opened.preserved
        if local in {"object", "img"}:
            self._in_objects -= 1
            self._untold = False
        if opened.href and "".join(self._out[opened.length :]).strip() != opened.href:
            self._mark(f"({opened.href})")
        if opened.closing:
            self._raw(opened.closing)
        if local in {"ul", "ol"} and self._lists:
            self._lists.pop()
        if local in _BLOCKS or local in {"li", "dd"}:
            self._block()
        elif local == "tr" and self._cells:
            self._cells.pop()
            self._break = ""
            self._line()

    def text(self, data: str) -> None:
        """Take character data."""
        if self._preserved:
            if data:
                self._raw(data)
            return
        words = _SPACE.sub(" ", data)
        if words.startswith(" "):
            self._blank = True
        core = words.strip(" ")
        if core:
            self._raw(core)
            self._blank = words.endswith(" ")

    def _layout(self, local: str, attributes: dict[str, str]) -> None:
        if local == "br":
            self._new_line()
        elif local in {"ul", "ol"}:
            self._block()
            self._lists.append(_number(attributes.get("start", "")) if local == "ol" else -1)
        elif local == "li":
            self._item()
        elif local == "dd":
            self._line()
            self._marker("  ")
        elif local in {"td", "th"}:
            self._cell()
        elif local in _BLOCKS:
            self._block()
        elif local in _LINES:
            self._line()
            if local == "tr":
                self._cells.append(0)

    def _item(self) -> None:
        self._line()
        if not self._lists:
            self._lists.append(-1)
        number = self._lists[-1]
        indent = "  " * (len(self._lists) - 1)
        self._marker(f"{indent}- " if number < 0 else f"{indent}{number}. ")
        if number >= 0:
            self._lists[-1] += 1

    def _cell(self) -> None:
        if not self._cells:
            self._cells.append(0)
        if self._cells[-1]:
            self._break = " | "
        self._flush()
        self._cells[-1] += 1
        self._written, self._fresh, self._blank = True, True, False

    def _embed(self, opened: _Open, name: str) -> None:
        self.objects.append(name)
        self._in_objects += 1
        if self._in_objects > 1:
            return  # another form of the same object
        self._mark(f"[object {name}")
        self._untold = True
        opened.closing = "]"

    def _mark(self, text: str) -> None:
        """Write a mark that stands as a word of its own."""
        if self._out and not self._fresh and not self._out[-1].endswith((" ", "\n")):
            self._blank = True
        self._raw(text)

    def _marker(self, text: str) -> None:
        self._flush()
        self._out.append(text)
        self._written = self._fresh = True
        self._blank = False

    def _raw(self, text: str) -> None:
        if self._untold and text != "]":
            self._out.append(": ")
            self._untold = False
        elif self._blank and not self._fresh:
            self._out.append(" ")
        self._flush()
        self._out.append(text)
        self._blank = False
        self._written, self._fresh = True, False

    def _flush(self) -> None:
        self._out.append(self._break)
        self._break = ""

    def _new_line(self) -> None:
        if self._cells and self._cells[-1]:
            self._break = " / "
        else:
            self._break += "\n"
            self._written = False
        self._fresh, self._blank = True, False

    def _line(self) -> None:
        if self._written:
            self._new_line()

    def _block(self) -> None:
        if not self._fresh:
            self._new_line()


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1

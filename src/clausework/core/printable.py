r"""Text as it may be shown: what comes from files, names and people never steers a terminal.

Control characters move cursors and rewrite lines, direction overrides and invisible characters make a text read
as another one. Each is shown as an escape, such as ``\x1b``.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb"
    "\\ud800-\\udfff\\U000e0000-\\U000e007f]"
)


def printable(text: str) -> str:
    """Return ``text`` with everything that cannot be shown as it is written as an escape; line breaks too."""
    return _HIDDEN.sub(lambda found: _escape(ord(found.group())), text)


def _escape(point: int) -> str:
    if 0xDC80 <= point <= 0xDCFF:  # a byte of a file name that is not UTF-8
        return f"\\x{point - 0xDC00:02x}"
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"

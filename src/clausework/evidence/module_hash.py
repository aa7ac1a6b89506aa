"""The ``h1:`` hash by which ``go.sum`` names a module: over its files' names and contents, whatever zipped them.

SHA-256 over one line per file, sorted by name: the SHA-256 of the content, two spaces, the name, a line feed.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
import zlib
from pathlib import Path

_MOST_FILES = 100_000
_LARGEST = 1 << 30
_CHUNK = 1 << 20


def module_hash(path: Path) -> str:
    """Return the ``h1:`` hash of the module in the zip file at ``path``; empty for what cannot be one."""
    try:
        with zipfile.ZipFile(path) as module:
            entries = sorted(module.infolist(), key=lambda one: one.filename)
            names = [one.filename for one in entries]
            if len(names) > _MOST_FILES or len(set(names)) != len(names) or any("\n" in one for one in names):
                return ""
            if sum(one.file_size for one in entries) > _LARGEST:
                return ""
            whole = hashlib.sha256()
            for entry in entries:
                content = hashlib.sha256()
                left = entry.file_size
                with module.open(entry) as stream:
                    while chunk := stream.read(_CHUNK):
                        left -= len(chunk)
                        if left < 0:
                            return ""
                        content.update(chunk)
                whole.update(f"{content.hexdigest()}  {entry.filename}\n".encode())
    except (OSError, zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, RuntimeError, EOFError):
        return ""
    return f"h1:{base64.b64encode(whole.digest()).decode()}"

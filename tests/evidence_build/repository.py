"""A real git repository for tests: made, written to and committed with git itself."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


class Repository:
    """A git work tree at ``path``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str | bytes, stdin: bytes = b"", seconds: int = 1_775_000_000) -> str:
        identity = {
            "GIT_AUTHOR_NAME": "Ada Author",
            "GIT_AUTHOR_EMAIL": "Author@Example.com",
            "GIT_AUTHOR_DATE": f"{seconds} +0000",
            "GIT_COMMITTER_NAME": "Carl Committer",
            "GIT_COMMITTER_EMAIL": "committer@example.com",
            "GIT_COMMITTER_DATE": f"{seconds} +0000",
        }
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            check=True,
            capture_output=True,
            input=stdin,
            env=os.environ | identity,
        )
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def write(self, name: str | bytes, content: str | bytes = "content\n") -> Path:
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.path), os.fsencode(name))))  # noqa: PTH118
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, message: str = "Change", *, seconds: int = 1_775_000_000, **files: str) -> str:
        """Write ``files`` (``a__b_c`` is ``a/b.c``), commit everything there is, return the commit's ID."""
        for name, content in files.items():
            folder, _, base = name.rpartition("__")
            self.write("/".join((*folder.split("__"), base.replace("_", "."))).lstrip("/"), content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-F", "-", stdin=message.encode(), seconds=seconds)
        return self.head()

    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

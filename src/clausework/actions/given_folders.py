"""The files under the paths that a person names; none is left out in silence."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from clausework.actions.given_files import FileUnreadable, open_given
from clausework.core.errors import UsageFault


class EvidenceMissing(UsageFault):
    """A path that was given is not there, holds no file, or holds something that is none."""

    hint = "Name report files, or a folder that holds them."


def files_under(paths: Sequence[Path]) -> Iterator[Path]:
    """Yield every file under ``paths``; what cannot be taken stops the call before anything is recorded.

    Raises ``EvidenceMissing`` and ``FileUnreadable``.
    """
    for path in paths:
        if os.path.isdir(path):  # noqa: PTH112 - a name that the system cannot have is no folder, and no error here
            yield from _files_in(path)
        elif os.path.lexists(path):
            open_given(path).close()
            yield path
        else:
            raise EvidenceMissing(f"'{path}' is not there.")


def _files_in(folder: Path) -> list[Path]:
    found: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=_refuse_folder):
        folders.sort()
        for name in [*folders, *names]:
            if Path(place, name).is_symlink():
                raise EvidenceMissing(
                    f"'{Path(place, name)}' is a link, and a folder is taken without its links.",
                    hint="Name the file that it leads to.",
                )
        found += [Path(place, name) for name in sorted(names)]
    if not found:
        raise EvidenceMissing(f"The folder '{folder}' holds no file.")
    for path in found:
        open_given(path).close()
    return found


def _refuse_folder(error: OSError) -> None:
    raise FileUnreadable(f"'{error.filename}' cannot be read: {error.strerror}.") from error

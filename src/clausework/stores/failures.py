"""Why a store stops: it cannot be reached, or what it holds is not as it was written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clausework.core.errors import IntegrityViolated, NotAllowed, Unavailable, UsageFault


class StoreUnavailable(Unavailable):
    """The store cannot be opened, read or written now: no space, no permission, or somebody else holds it."""

    hint = "See that the disk has space and that you may write there, then run the command again."


class NoStore(UsageFault):
    """There is no embedded ledger at a path."""

    hint = "Establish one with 'clausework init --establish', or name its folder with --store."


class StoreExists(UsageFault):
    """There is an embedded ledger at a path already."""

    hint = "Use the ledger that is there; a second one needs another folder."


class OtherKeys(NotAllowed):
    """The keys given are not those under which the ledger's checkpoints stand."""

    hint = "Use the ledger key and the clock key that the root of this ledger names."


class DatabaseUnreadable(IntegrityViolated):
    """SQLite cannot make sense of the database file, or rows are missing from it."""


class StoreIncomplete(IntegrityViolated):
    """A file that every store has is not there."""


class BehindItsHead(IntegrityViolated):
    """The database holds less than was acknowledged: it was rolled back, cut short, or commits were dropped."""


class Forked(IntegrityViolated):
    """The database holds another history than was acknowledged."""


class HeadUnreadable(IntegrityViolated):
    """Neither head slot can be read, so nobody can say what was acknowledged."""


@contextmanager
def store_failures(path: Path) -> Iterator[None]:
    """Turn what SQLite or the disk raises about ``path`` into ``StoreUnavailable`` or ``DatabaseUnreadable``."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if (
            error.sqlite_errorcode == sqlite3.SQLITE_ERROR
        ):  # a table or column that every ledger has is not there
            raise DatabaseUnreadable(f"{path}: {error}.") from error
        raise StoreUnavailable(f"{path}: {error}.") from error
    except OSError as error:
        raise StoreUnavailable(f"{path}: {error}.") from error
    except sqlite3.DatabaseError as error:
        raise DatabaseUnreadable(f"{path}: {error}.") from error

"""Small coverage reports as bytes, from which the coverage check's challenges are made."""

from __future__ import annotations

from collections.abc import Collection

LINES = range(1, 11)
"""The executable lines of the file that they are about; the first has two branches, both taken."""


def cobertura(
    *,
    missed: Collection[int] = (),
    listed: Collection[int] = LINES,
    branches: bool = True,
    file: str = "c.py",
) -> bytes:
    """Return a Cobertura report of ``file``: the lines ``listed``, those ``missed`` not run."""
    decided = ' branch="true" condition-coverage="100% (2/2)"' if branches else ""
    lines = "".join(
        f'<line number="{line}" hits="{int(line not in missed)}"{decided if line == 1 else ""}/>'
        for line in listed
    )
    ran, taken = len([line for line in listed if line not in missed]), 2 if branches and 1 in listed else 0
    return (
        f'<?xml version="1.0" ?><coverage version="7" lines-valid="{len(listed)}" lines-covered="{ran}" '
        f'line-rate="{ran / len(listed):.4f}" branches-valid="{taken}" branches-covered="{taken}" '
        f'branch-rate="{int(taken > 0)}" complexity="0"><packages><package name="p"><classes>'
        f'<class name="c" filename="{file}"><lines>{lines}</lines></class></classes></package></packages></coverage>'
    ).encode()


def lcov(
    *, missed: Collection[int] = (), branches: bool = True, file: str = "c.py", conditions: int | None = None
) -> bytes:
    """Return a tracefile of ``file``; ``conditions`` of two hold where they were measured (MC/DC)."""
    lines = "".join(f"DA:{line},{int(line not in missed)}\n" for line in LINES)
    decided = "BRDA:1,0,0,1\nBRDA:1,0,1,1\nBRF:2\nBRH:2\n" if branches else ""
    if conditions is not None:
        decided += "".join(
            f"MCDC:1,1,{sense},{int(place < conditions)},0,door\n" for place, sense in enumerate("tf")
        )
        decided += f"MCF:2\nMCH:{conditions}\n"
    return f"TN:\nSF:{file}\n{decided}{lines}LF:10\nLH:{10 - len(missed)}\nend_of_record\n".encode()


def go_profile(*, ran: bool) -> bytes:
    """Return a Go profile of one block of ten lines."""
    return b"mode: set\nexample.com/src/c.go:1.1,10.2 10 %d\n" % ran

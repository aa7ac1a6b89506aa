"""A small good report of the format ``lcov``."""

from __future__ import annotations

from tests.evidence.sample import Sample

LCOV = b"""\
TN:unit
SF:src/pump.c
FN:1,3,pump_start
FNDA:4,pump_start
FNF:1
FNH:1
BRDA:2,0,0,3
BRDA:2,0,1,-
BRF:2
BRH:1
MCDC:2,1,t,1,0,door
MCDC:2,1,f,0,0,door
MCF:2
MCH:1
DA:1,4
DA:2,4,QmFzZTY0
DA:3,0
LF:3
LH:2
end_of_record
"""

SAMPLE = Sample(LCOV, "coverage.info", word=b"pump", open_ended="a tracefile is any number of sections")

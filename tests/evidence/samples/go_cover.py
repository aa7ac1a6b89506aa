"""A small good report of the format ``go_cover``."""

from __future__ import annotations

from tests.evidence.sample import Sample

GO_COVER = b"""\
mode: atomic
example.com/pump/motor.go:3.20,5.12 2 14
example.com/pump/motor.go:5.12,7.3 1 0
example.com/pump/motor.go:8.2,8.12 1 14
"""

SAMPLE = Sample(GO_COVER, "cover.out", word=b"pump", open_ended="a profile is any number of lines")

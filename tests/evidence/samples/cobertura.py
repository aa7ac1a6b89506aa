"""A small good report of the format ``cobertura``."""

from __future__ import annotations

from tests.evidence.sample import Sample

COBERTURA = b"""<?xml version="1.0" ?>
<coverage version="7.6" lines-valid="3" lines-covered="2" line-rate="0.6667" branches-valid="2"
          branches-covered="1" branch-rate="0.5" complexity="0">
  <sources><source>src</source></sources>
  <packages><package name="."><classes>
    <class name="pump.py" filename="pump.py"><methods/><lines>
      <line number="1" hits="1"/>
      <line number="2" hits="4" branch="true" condition-coverage="50% (1/2)" missing-branches="3"/>
      <line number="3" hits="0"/>
    </lines></class>
  </classes></package></packages>
</coverage>
"""

SAMPLE = Sample(COBERTURA, "coverage.xml", word=b"pump")

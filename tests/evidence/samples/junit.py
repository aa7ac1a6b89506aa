"""A small good report of the format ``junit``."""

from __future__ import annotations

from tests.evidence.sample import Sample

JUNIT = b"""<?xml version="1.0" encoding="utf-8"?>
<testsuites name="all" tests="4" failures="1" errors="1" skipped="1">
  <testsuite name="unit" tests="4" failures="1" errors="1" skipped="1" time="0.6">
    <testcase classname="pump" name="starts" time="0.25" file="tests/pump.py" line="3">
      <properties><property name="verifies" value="REQ-001, REQ-002"/></properties>
    </testcase>
    <testcase classname="pump" name="stops" time="0.1"><failure message="still runs">at step 2</failure></testcase>
    <testcase classname="pump" name="alarms"><error message="no bench"/></testcase>
    <testcase classname="pump" name="purges"><skipped message="no water"/><system-out>&lt;l&gt;</system-out></testcase>
  </testsuite>
</testsuites>
"""

SAMPLE = Sample(JUNIT, "junit.xml", word=b"pump")

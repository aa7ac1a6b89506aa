"""A small good report of the format ``jacoco``."""

from __future__ import annotations

from tests.evidence.sample import Sample

JACOCO = b"""\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd">
<report name="pump"><sessioninfo id="bench-1" start="1" dump="2"/>
<package name="org/pump">
  <class name="org/pump/Motor" sourcefilename="Motor.java">
    <method name="start" desc="()V" line="3">
      <counter type="INSTRUCTION" missed="2" covered="7"/><counter type="BRANCH" missed="1" covered="1"/>
      <counter type="LINE" missed="1" covered="2"/><counter type="COMPLEXITY" missed="1" covered="1"/>
      <counter type="METHOD" missed="0" covered="1"/>
    </method>
    <counter type="LINE" missed="1" covered="2"/>
  </class>
  <sourcefile name="Motor.java">
    <line nr="3" mi="0" ci="4" mb="1" cb="1"/>
    <line nr="4" mi="2" ci="0" mb="0" cb="0"/>
    <line nr="6" mi="0" ci="3" mb="0" cb="0"/>
    <counter type="INSTRUCTION" missed="2" covered="7"/><counter type="BRANCH" missed="1" covered="1"/>
    <counter type="LINE" missed="1" covered="2"/>
  </sourcefile>
  <counter type="INSTRUCTION" missed="2" covered="7"/><counter type="BRANCH" missed="1" covered="1"/>
  <counter type="LINE" missed="1" covered="2"/>
</package>
<counter type="INSTRUCTION" missed="2" covered="7"/><counter type="BRANCH" missed="1" covered="1"/>
<counter type="LINE" missed="1" covered="2"/>
</report>
"""

SAMPLE = Sample(JACOCO, "jacoco.xml", word=b"pump")

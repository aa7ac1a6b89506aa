"""A small good report of the format ``ctest``."""

from __future__ import annotations

from tests.evidence.sample import Sample

CTEST = b"""<?xml version="1.0" encoding="UTF-8"?>
<Site BuildName="Linux-c++" BuildStamp="20260301-1000-Experimental" Name="bench" Generator="ctest-3.28.1"
      Hostname="bench">
  <Testing>
    <StartDateTime>Mar 01 10:00 UTC</StartDateTime>
    <StartTestTime>1772359200</StartTestTime>
    <TestList><Test>./unit/flow/starts</Test><Test>./stops</Test><Test>./purges</Test></TestList>
    <Test Status="passed">
      <Name>starts</Name><Path>./unit/flow</Path><FullName>./unit/flow/starts</FullName>
      <FullCommandLine>/build/starts</FullCommandLine>
      <Results>
        <NamedMeasurement type="text/string" name="verifies"><Value>REQ-001</Value></NamedMeasurement>
        <NamedMeasurement type="numeric/double" name="Execution Time"><Value>0.25</Value></NamedMeasurement>
        <NamedMeasurement type="text/string" name="Completion Status"><Value>Completed</Value></NamedMeasurement>
        <Measurement><Value>flow 1.0</Value></Measurement>
      </Results>
      <Labels><Label>unit</Label><Label>verifies_effectiveness:RCM-002</Label></Labels>
    </Test>
    <Test Status="failed">
      <Name>stops</Name><Path>.</Path><FullName>./stops</FullName>
      <Results>
        <NamedMeasurement type="text/string" name="Exit Code"><Value>Failed</Value></NamedMeasurement>
        <NamedMeasurement type="text/string" name="Exit Value"><Value>3</Value></NamedMeasurement>
        <NamedMeasurement type="numeric/double" name="Execution Time"><Value>0.002</Value></NamedMeasurement>
        <NamedMeasurement type="text/string" name="Completion Status"><Value>Completed</Value></NamedMeasurement>
        <Measurement><Value>still runs</Value></Measurement>
      </Results>
    </Test>
    <Test Status="notrun">
      <Name>purges</Name><Path>.</Path><FullName>./purges</FullName>
      <Results>
        <NamedMeasurement type="text/string" name="Completion Status"><Value>Disabled</Value></NamedMeasurement>
        <Measurement><Value>Disabled</Value></Measurement>
      </Results>
    </Test>
    <EndDateTime>Mar 01 10:00 UTC</EndDateTime>
    <EndTestTime>1772359201</EndTestTime>
    <ElapsedMinutes>0</ElapsedMinutes>
  </Testing>
</Site>
"""

SAMPLE = Sample(CTEST, "Test.xml", word=b"purges")

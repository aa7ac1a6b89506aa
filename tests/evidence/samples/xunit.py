"""A small good report of the format ``xunit``."""

from __future__ import annotations

from tests.evidence.sample import Sample

XUNIT = b"""<?xml version="1.0" encoding="utf-8"?>
<assemblies timestamp="03/01/2026 10:00:00" schema-version="2">
  <assembly name="C:\\build\\Pump.Tests.dll" environment="64-bit .NET 8.0" test-framework="xUnit.net 2.9.2"
            run-date="2026-03-01" run-time="10:00:00" total="3" passed="1" failed="1" skipped="1" errors="1"
            time="0.288">
    <errors>
      <error type="assembly-cleanup" name="Pump.Tests.dll">
        <failure exception-type="System.IO.IOException"><message>disk full</message></failure>
      </error>
    </errors>
    <collection name="Test collection for Pump.Flow" total="3" passed="1" failed="1" skipped="1" time="0.025">
      <test name="Pump.Flow.Starts" type="Pump.Flow" method="Starts" time="0.0104131" result="Pass"
            source-file="/src/Flow.cs" source-line="12">
        <traits>
          <trait name="Verifies" value="REQ-001"/>
          <trait name="Category" value="slow"/>
          <trait name="Owner" value="pump team"/>
        </traits>
        <output><![CDATA[flow 1.0]]></output>
      </test>
      <test name="Stops &#x201C;quickly&#x201D;" type="Pump.Flow" method="Stops" time="0.014" result="Fail">
        <failure exception-type="Xunit.Sdk.TrueException">
          <message><![CDATA[still runs]]></message>
          <stack-trace><![CDATA[at Flow.cs:7]]></stack-trace>
        </failure>
      </test>
      <test name="Pump.Flow.Purges" type="Pump.Flow" method="Purges" time="0.000" result="Skip">
        <reason><![CDATA[no water]]></reason>
      </test>
    </collection>
  </assembly>
</assemblies>
"""

SAMPLE = Sample(XUNIT, "xunit.xml", word=b"Purges")

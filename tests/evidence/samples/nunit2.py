"""A small good report of the format ``nunit2``."""

from __future__ import annotations

from tests.evidence.sample import Sample

NUNIT2 = b"""<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!--Results of a test suite-->
<test-results name="C:\\build\\Pump.Tests.dll" total="3" errors="1" failures="1" not-run="1" inconclusive="0"
              ignored="1" skipped="0" invalid="0" date="2026-03-01" time="10:00:00">
  <environment nunit-version="2.6.4.14350" clr-version="4.0.30319" os-version="10" platform="Win32NT" cwd="C:\\build"/>
  <culture-info current-culture="de-AT" current-uiculture="en-GB"/>
  <test-suite type="Assembly" name="C:\\build\\Pump.Tests.dll" executed="True" result="Failure" success="False"
              time="0.404">
    <results><test-suite type="Namespace" name="Pump" executed="True" result="Failure" success="False" time="0.4">
      <results><test-suite type="TestFixture" name="Flow" executed="True" result="Failure" success="False" time="0.39">
        <categories><category name="bench"/></categories>
        <properties><property name="verifies" value="REQ-001"/></properties>
        <results>
          <test-case name="Pump.Flow.Starts" executed="True" result="Success" success="True" time="0.146" asserts="1">
            <categories><category name="slow"/></categories>
            <properties><property name="Verifies_Effectiveness" value="RCM-002"/></properties>
          </test-case>
          <test-case name="Pump.Flow.Stops(1.5,&quot;a.b&quot;)" executed="True" result="Failure" success="False"
                     time="0.092">
            <failure><message><![CDATA[still runs]]></message>
              <stack-trace><![CDATA[at Flow.cs:7]]></stack-trace></failure>
          </test-case>
          <test-case name="Pump.Flow.Alarms" executed="True" result="Error" success="False" time="0.001">
            <failure><message>no bench</message></failure>
          </test-case>
          <test-case name="Pump.Flow.Purges" executed="False" result="Ignored">
            <reason><message>no water</message></reason>
          </test-case>
        </results>
      </test-suite></results>
    </test-suite></results>
  </test-suite>
</test-results>
"""

SAMPLE = Sample(NUNIT2, "TestResult.xml", word=b"Purges")

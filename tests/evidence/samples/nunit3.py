"""A small good report of the format ``nunit3``."""

from __future__ import annotations

from tests.evidence.sample import Sample

NUNIT3 = b"""<?xml version="1.0" encoding="utf-8" standalone="no"?>
<test-run id="2" testcasecount="5" result="Failed" total="5" passed="1" failed="2" warnings="0" inconclusive="1"
          skipped="1" asserts="3" start-time="2026-03-01 10:00:00Z" end-time="2026-03-01 10:00:01Z" duration="0.9">
  <command-line><![CDATA[nunit3-console Pump.Tests.dll]]></command-line>
  <test-suite type="Assembly" id="0-1" name="Pump.Tests.dll" fullname="/build/Pump.Tests.dll" runstate="Runnable"
              testcasecount="5" result="Failed" site="Child" duration="0.8" total="5" passed="1" failed="2" warnings="0"
              inconclusive="1" skipped="1" asserts="3">
    <properties><property name="_PID" value="14836"/></properties>
    <failure><message><![CDATA[One or more child tests had errors]]></message></failure>
    <test-suite type="TestFixture" id="0-2" name="Flow" fullname="Pump.Flow" classname="Pump.Flow" result="Failed"
                site="Child" total="5" passed="1" failed="2" inconclusive="1" skipped="1">
      <properties>
        <property name="Category" value="bench"/>
        <property name="verifies" value="REQ-001"/>
      </properties>
      <test-case id="0-3" name="Starts" fullname="Pump.Flow.Starts" methodname="Starts" classname="Pump.Flow"
                 runstate="Runnable" result="Passed" duration="0.25" asserts="1">
        <properties>
          <property name="Verifies_Implementation" value="RCM-001, RCM-002"/>
          <property name="Category" value="slow"/>
          <property name="Description" value="REQ-900"/>
        </properties>
        <output><![CDATA[flow 1.0]]></output>
      </test-case>
      <test-case id="0-4" name="Stops" fullname="Pump.Flow.Stops" classname="Pump.Flow" result="Failed" duration="0.1">
        <failure><message><![CDATA[still runs]]></message><stack-trace><![CDATA[at Flow.cs:7]]></stack-trace></failure>
      </test-case>
      <test-case id="0-5" name="Alarms" fullname="Pump.Flow.Alarms" classname="Pump.Flow" result="Failed" label="Error">
        <failure><message>no bench</message></failure>
      </test-case>
      <test-case id="0-6" name="Purges" fullname="Pump.Flow.Purges" classname="Pump.Flow"
                 result="Skipped" label="Ignored">
        <reason><message>no water</message></reason>
      </test-case>
      <test-case id="0-7" name="Weighs" fullname="Pump.Flow.Weighs" classname="Pump.Flow" result="Inconclusive"/>
    </test-suite>
  </test-suite>
</test-run>
"""

SAMPLE = Sample(NUNIT3, "TestResult.xml", word=b"Purges")

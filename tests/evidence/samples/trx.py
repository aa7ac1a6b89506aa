"""A small good report of the format ``trx``."""

from __future__ import annotations

from tests.evidence.sample import Sample

TRX = b"""<?xml version="1.0" encoding="utf-8"?>
<TestRun id="38c36b95-f444-45e1-9360-90c50e7b5425" name="ci 2026-03-01 10:00:00"
         xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
  <Times creation="2026-03-01T10:00:00+01:00" finish="2026-03-01T10:00:02+01:00"/>
  <Results>
    <UnitTestResult executionId="e1" testId="86d7141e-a907-0c22-50ce-45af7da0b541" testName="Pump.Flow.Starts"
                    duration="00:00:01.2500000" outcome="Passed">
      <Output><StdOut>flow 1.0</StdOut></Output>
    </UnitTestResult>
    <UnitTestResult executionId="e2" testId="72498b64-7ad2-afcd-2598-5ea669ec1284" testName="Stops"
                    duration="00:00:00.0010000" outcome="Failed">
      <Output><ErrorInfo><Message>still runs</Message><StackTrace>at Flow.cs:7</StackTrace></ErrorInfo></Output>
    </UnitTestResult>
    <UnitTestResult executionId="e3" testId="a9a98515-6fcb-5544-72b6-a195586fc225" testName="Purges"
                    outcome="NotExecuted">
      <Output><StdOut>no water</StdOut></Output>
    </UnitTestResult>
  </Results>
  <TestDefinitions>
    <UnitTest name="Pump.Flow.Starts" storage="c:\\build\\pump.tests.dll" id="86d7141e-a907-0c22-50ce-45af7da0b541">
      <TestCategory><TestCategoryItem TestCategory="slow"/></TestCategory>
      <Execution id="e1"/>
      <Properties><Property><Key>Verifies</Key><Value>REQ-001; REQ-002</Value></Property></Properties>
      <TestMethod codeBase="c:\\build\\Pump.Tests.dll" className="Pump.Flow" name="Starts"/>
    </UnitTest>
    <UnitTest name="Stops" storage="c:\\build\\pump.tests.dll" id="72498b64-7ad2-afcd-2598-5ea669ec1284">
      <TestMethod className="Pump.Flow, Pump.Tests, Version=1.0.0.0, Culture=neutral" name="Stops"/>
    </UnitTest>
    <UnitTest name="Purges" storage="c:\\build\\pump.tests.dll" id="a9a98515-6fcb-5544-72b6-a195586fc225">
      <TestMethod className="Pump.Flow" name="Purges"/>
    </UnitTest>
  </TestDefinitions>
  <ResultSummary outcome="Failed">
    <Counters total="3" executed="2" passed="1" failed="1" error="0" timeout="0" aborted="0" inconclusive="0"
              passedButRunAborted="0" notRunnable="0" notExecuted="1" disconnected="0" warning="0" completed="0"
              inProgress="0" pending="0"/>
  </ResultSummary>
</TestRun>
"""

SAMPLE = Sample(TRX, "results.trx", word=b"Purges")

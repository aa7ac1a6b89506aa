"""A small good report of the format ``robot``."""

from __future__ import annotations

from tests.evidence.sample import Sample

ROBOT = b"""<?xml version="1.0" encoding="UTF-8"?>
<robot generator="Robot 7.1 (Python 3.12.4 on linux)" generated="2026-03-01T10:00:00" rpa="false" schemaversion="5">
<suite id="s1" name="Pump" source="/bench/pump.robot">
<kw name="Connect" owner="Bench" type="SETUP">
<status status="PASS" start="2026-03-01T10:00:00" elapsed="0.100000"/>
</kw>
<test id="s1-t1" name="Starts" line="8">
<kw name="Start Pump" owner="Bench">
<msg time="2026-03-01T10:00:01" level="INFO">running</msg>
<tag>keyword tag</tag>
<status status="PASS" start="2026-03-01T10:00:01" elapsed="0.200000"/>
</kw>
<tag>smoke</tag>
<tag>verifies:REQ-001</tag>
<status status="PASS" start="2026-03-01T10:00:01" elapsed="0.250000"/>
</test>
<test id="s1-t2" name="Stops" line="12">
<kw name="Stop Pump" owner="Bench">
<status status="FAIL" start="2026-03-01T10:00:02" elapsed="0.100000">still runs</status>
</kw>
<status status="FAIL" start="2026-03-01T10:00:02" elapsed="0.100000">still runs</status>
</test>
<test id="s1-t3" name="Purges" line="16">
<kw name="Skip" owner="BuiltIn">
<status status="SKIP" start="2026-03-01T10:00:03" elapsed="0.000100">no water</status>
</kw>
<status status="SKIP" start="2026-03-01T10:00:03" elapsed="0.001000">no water</status>
</test>
<status status="FAIL" start="2026-03-01T10:00:00" elapsed="0.500000"/>
</suite>
<statistics>
<total>
<stat pass="1" fail="1" skip="1">All Tests</stat>
</total>
<tag>
<stat pass="1" fail="0" skip="0">smoke</stat>
</tag>
<suite>
<stat name="Pump" id="s1" pass="1" fail="1" skip="1">Pump</stat>
</suite>
</statistics>
<errors>
</errors>
</robot>
"""

SAMPLE = Sample(ROBOT, "output.xml", word=b"Pump")

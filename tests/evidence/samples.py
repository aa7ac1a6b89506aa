"""One small good report of each format, from which the tests make the bad ones."""

from __future__ import annotations

import json

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

SARIF = json.dumps(
    {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "Analyser",
                        "version": "1.4",
                        "rules": [
                            {"id": "R1", "defaultConfiguration": {"level": "error"}},
                            {"id": "R2", "properties": {"security-severity": "9.1", "tags": ["CWE-79"]}},
                        ],
                    }
                },
                "invocations": [{"executionSuccessful": True}],
                "results": [
                    {
                        "ruleId": "R1",
                        "message": {"text": "Value is not used."},
                        "locations": [
                            {
                                "physicalLocation": {
                                    "artifactLocation": {"uri": "src/a.c"},
                                    "region": {"startLine": 7},
                                }
                            }
                        ],
                    },
                    {"ruleId": "R2", "ruleIndex": 1, "message": {"text": "Input reaches the page."}},
                    {
                        "ruleId": "R1",
                        "level": "note",
                        "message": {"text": "Noted \\u00e9."},
                        "suppressions": [{"kind": "inSource"}],
                    },
                ],
            }
        ],
    },
    indent=1,
).encode()

CYCLONEDX = json.dumps(
    {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": "urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79",
        "version": 1,
        "metadata": {"component": {"type": "firmware", "name": "infusor", "version": "2.4.0"}},
        "components": [
            {
                "type": "library",
                "group": "org.example",
                "name": "ring",
                "version": "1.0",
                "purl": "pkg:generic/ring@1.0",
                "hashes": [{"alg": "SHA-256", "content": "ab" * 32}],
                "licenses": [{"license": {"id": "MIT"}}, {"expression": "MIT OR ISC"}],
                "supplier": {"name": "Example"},
                "components": [{"type": "file", "name": "ring.c"}],
            },
            {"type": "operating-system", "name": "rtos", "version": "9"},
        ],
    },
    indent=1,
).encode()

SAMPLES = {
    "junit": (JUNIT, "junit.xml"),
    "cobertura": (COBERTURA, "coverage.xml"),
    "sarif": (SARIF, "scan.sarif"),
    "cyclonedx": (CYCLONEDX, "bom.cdx.json"),
}
"""Each format's name with its good sample and a file name."""

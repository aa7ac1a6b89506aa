"""A small good report of the format ``dependency_check``."""

from __future__ import annotations

from tests.evidence.sample import Sample

DEPENDENCY_CHECK = b"""<?xml version="1.0" encoding="UTF-8"?>
<analysis xmlns="https://jeremylong.github.io/DependencyCheck/dependency-check.4.1.xsd">
  <scanInfo>
    <engineVersion>12.1.0</engineVersion>
    <dataSource><name>NVD API Last Checked</name><timestamp>2026-02-20T13:08:47Z</timestamp></dataSource>
    <dataSource><name>NVD API Last Modified</name><timestamp>2026-02-20T07:15:07Z</timestamp></dataSource>
    <dataSource><name>VersionCheckOn</name><timestamp>1703077727</timestamp></dataSource>
  </scanInfo>
  <projectInfo><name>controller</name><reportDate>2026-02-20T14:00:00.5Z</reportDate><credits>NVD</credits></projectInfo>
  <dependencies>
    <dependency isVirtual="false">
      <fileName>ring-1.0.jar</fileName>
      <filePath>/build/lib/ring-1.0.jar</filePath>
      <md5>x</md5>
      <relatedDependencies><relatedDependency><filePath>/other.jar</filePath></relatedDependency></relatedDependencies>
      <evidenceCollected>
        <evidence type="vendor" confidence="HIGH"><source>file</source><name>name</name><value>ring</value></evidence>
      </evidenceCollected>
      <identifiers>
        <package confidence="HIGH"><id>pkg:maven/org.example/ring@1.0</id></package>
        <vulnerabilityIds confidence="HIGHEST"><id>cpe:2.3:a:example:ring:1.0</id></vulnerabilityIds>
      </identifiers>
      <vulnerabilities>
        <vulnerability source="NVD">
          <name>CVE-2026-0001</name>
          <severity>CRITICAL</severity>
          <cvssV3>
            <baseScore>9.8</baseScore><attackVector>NETWORK</attackVector><attackComplexity>LOW</attackComplexity>
            <privilegesRequired>NONE</privilegesRequired><userInteraction>NONE</userInteraction>
            <scope>UNCHANGED</scope><confidentialityImpact>HIGH</confidentialityImpact>
            <integrityImpact>HIGH</integrityImpact><availabilityImpact>HIGH</availabilityImpact>
            <baseSeverity>CRITICAL</baseSeverity><version>3.1</version>
          </cvssV3>
          <cwes><cwe>CWE-125</cwe></cwes>
          <description>ring reads beyond the end</description>
          <references><reference><source>x</source><name>y</name></reference></references>
        </vulnerability>
        <suppressedVulnerability source="NVD">
          <name>CVE-2026-0002</name>
          <severity>LOW</severity>
          <description>ring blinks</description>
          <notes>not shipped</notes>
        </suppressedVulnerability>
      </vulnerabilities>
    </dependency>
  </dependencies>
</analysis>
"""

SAMPLE = Sample(DEPENDENCY_CHECK, "dependency-check-report.xml", word=b"ring")

"""A small good report of the format ``zap_xml``."""

from __future__ import annotations

from tests.evidence.sample import Sample

ZAP_XML = b"""<?xml version="1.0"?>
<OWASPZAPReport programName="ZAP" version="2.16.1" generated="Fri, 20 Nov 2026 06:00:00">
  <site name="https://pump.example" host="pump.example" port="443" ssl="true">
    <alerts>
      <alertitem>
        <pluginid>40012</pluginid>
        <alertRef>40012-1</alertRef>
        <alert>Cross Site Scripting</alert>
        <name>Cross Site Scripting</name>
        <riskcode>3</riskcode>
        <confidence>2</confidence>
        <riskdesc>High (Medium)</riskdesc>
        <desc>&lt;p&gt;What is sent comes back as it is.&lt;/p&gt;</desc>
        <instances>
          <instance>
            <uri>https://pump.example/search?q=pressure</uri>
            <method>GET</method>
            <param>q</param>
            <evidence>pressure</evidence>
          </instance>
          <instance>
            <uri>https://pump.example/log</uri>
            <method>POST</method>
            <param>entry</param>
          </instance>
        </instances>
        <count>2</count>
        <cweid>79</cweid>
        <wascid>8</wascid>
      </alertitem>
    </alerts>
  </site>
</OWASPZAPReport>
"""

SAMPLE = Sample(ZAP_XML, "zap.xml", word=b"Scripting")

"""A small good report of the format ``cyclonedx_xml``."""

from __future__ import annotations

from tests.evidence.sample import Sample

CYCLONEDX_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" version="1"
     serialNumber="urn:uuid:3e671687-395b-41f5-a30f-a58921a69b79">
  <metadata>
    <tools><components><component type="application"><name>maker</name></component></components></tools>
    <component type="firmware" bom-ref="pump"><name>infusor</name><version>2.4.0</version></component>
  </metadata>
  <components>
    <component type="library" bom-ref="ring">
      <supplier><name>Example</name><url>https://example.com</url></supplier>
      <group>org.example</group>
      <name>ring</name>
      <version>1.0</version>
      <scope>required</scope>
      <hashes><hash alg="SHA-1">2fd4e1c67a2d28fced849ee1bb76e7391b93eb12</hash></hashes>
      <licenses><license><id>MIT</id></license><license><name>House</name></license></licenses>
      <cpe>cpe:2.3:a:example:ring:1.0:*:*:*:*:*:*:*</cpe>
      <purl>pkg:generic/ring@1.0</purl>
      <pedigree><ancestors><component type="library"><name>older</name></component></ancestors></pedigree>
      <components>
        <component type="file"><name>ring.c</name></component>
      </components>
      <evidence><copyright><text>someone</text></copyright></evidence>
    </component>
    <component type="operating-system">
      <publisher>Kernel &amp; Co</publisher><name>rtos</name><version>9</version>
      <licenses><expression>MIT OR ISC</expression></licenses>
    </component>
  </components>
</bom>
"""

SAMPLE = Sample(CYCLONEDX_XML, "bom.cdx.xml", word=b"ring")

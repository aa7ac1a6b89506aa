"""A small good report of the format ``cppcheck``."""

from __future__ import annotations

from tests.evidence.sample import Sample

CPPCHECK = b"""<?xml version="1.0" encoding="UTF-8"?>
<results version="2">
    <cppcheck version="2.16.0"/>
    <errors>
        <error id="arrayIndexOutOfBounds" severity="error" msg="Array 'rate[4]' accessed at index 4."
               verbose="Array 'rate[4]' accessed at index 4, which is out of bounds." cwe="788" file0="src/pump.c">
            <location file="src/pump.c" line="14" column="9" info="Array index out of bounds"/>
            <location file="src/pump.c" line="3" column="5" info="Declared here"/>
            <symbol>rate</symbol>
        </error>
        <error id="unusedVariable" severity="style" msg="Unused variable: old" verbose="Unused variable: old" cwe="563">
            <location file="src/pump.c" line="20" column="5"/>
            <symbol>old</symbol>
        </error>
        <error id="checkersReport" severity="information" msg="Active checkers: 172/966" verbose="Active checkers"/>
    </errors>
</results>
"""

SAMPLE = Sample(CPPCHECK, "cppcheck.xml", word=b"bounds")

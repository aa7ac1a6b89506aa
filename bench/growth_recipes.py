"""How the sample of each format grows, as far as a report of it can be large."""

from __future__ import annotations

from bench.growth import Entry, Recipe


def _go_test_in_order(sample: bytes) -> bytes:
    """Put the end of a test behind its output, as tests end that do not run in parallel."""
    lines = sample.splitlines(keepends=True)
    return b"".join([*lines[:5], lines[9], *lines[5:9], *lines[10:]])


def _go_cover_of_many_blocks(sample: bytes) -> bytes:
    """Give the file of the sample sixty blocks, as a source file has them."""
    mode, block, *_ = sample.decode().splitlines(keepends=True)
    return (
        mode + "".join(block.replace(":3.20,5.12", f":{at}.20,{at + 2}.12") for at in range(3, 183, 3))
    ).encode()


_SMALL = "its entries are short, and each member is walked into"
_SPLIT = "splitting lines is no parser of it"
_MERGED = "lines of one file are merged, so that all are held until the end"


RECIPES: dict[str, Recipe] = {
    "junit": Recipe(
        (Entry(('name="starts',), start='<testcase classname="pump" name="starts"', end="<testcase"),),
        (('tests="4"', (1,)),),
        memory=64,
    ),
    "cobertura": Recipe(
        (Entry(("pump.py",), start="<class name", end="</classes>"),),
        (
            ('lines-valid="3"', (3,)),
            ('lines-covered="2"', (2,)),
            ('branches-valid="2"', (2,)),
            ('branches-covered="1"', (1,)),
        ),
        ratio=6,
        because=_MERGED,
    ),
    "cyclonedx_xml": Recipe(
        (
            Entry(
                ('bom-ref="ring', "<name>ring</name>", "pkg:generic/ring"),
                start='<component type="library" bom-ref="ring">',
                end='<component type="operating-system">',
            ),
        ),
    ),
    "robot": Recipe(
        (Entry(('id="s1-t1', 'name="Starts'), start='<test id="s1-t1"', end='<test id="s1-t2"'),),
        (('pass="1" fail="', (1,)),),
    ),
    "zap_xml": Recipe(
        (Entry(("<alertRef>40012-", "<name>Cross Site"), start="<alertitem>", end="</alerts>"),)
    ),
    "cppcheck": Recipe((Entry(("src/pump",), start='<error id="array', end='<error id="unused'),)),
    "nunit2": Recipe(
        (
            Entry(
                ("Pump.Flow.Starts",), start='<test-case name="Pump.Flow.Starts"', end='<test-case name="Pump'
            ),
        ),
        (('total="3"', (1,)),),
    ),
    "nunit3": Recipe(
        (
            Entry(
                ('name="Starts', "Pump.Flow.Starts", 'id="0-3'),
                start='<test-case id="0-3"',
                end='<test-case id="0-4"',
            ),
        ),
        (('total="5"', (1,)), ('testcasecount="5"', (1,)), ('passed="1"', (1,)), ('asserts="3"', (1,))),
    ),
    "xunit": Recipe(
        (Entry(("Pump.Flow.Starts",), start='<test name="Pump.Flow.Starts"', end='<test name="Stops'),),
        (('total="3"', (1,)), ('passed="1"', (1,))),
    ),
    "trx": Recipe(
        (
            Entry(
                (("45af7da0b541", "45af7"), "Pump.Flow.Starts"),
                start='<UnitTestResult executionId="e1"',
                end='<UnitTestResult executionId="e2"',
            ),
            Entry(
                (("45af7da0b541", "45af7"), "Pump.Flow.Starts"),
                start='<UnitTest name="Pump.Flow.Starts"',
                end='<UnitTest name="Stops"',
            ),
        ),
        (('total="3" executed="2" passed="1"', (1, 1, 1)),),
    ),
    "ctest": Recipe(
        (
            Entry(("./unit/flow/starts",), start="<Test>./unit/flow/starts", end="<Test>./stops"),
            Entry(
                ("<Name>starts", "./unit/flow/starts"),
                start='<Test Status="passed">',
                end='<Test Status="failed">',
            ),
        ),
    ),
    "jacoco": Recipe(
        (Entry(("org/pump",), start='<package name="org/pump">', end='\n<counter type="INSTRUCTION"'),),
        (
            ('<counter type="INSTRUCTION" missed="2" covered="7"/>', (2, 7)),
            ('<counter type="BRANCH" missed="1" covered="1"/>', (1, 1)),
            ('<counter type="LINE" missed="1" covered="2"/>', (1, 2)),
        ),
    ),
    "dependency_check": Recipe(
        (Entry(("ring-", "org.example/ring"), start='<dependency isVirtual="false">', end="</dependencies>"),)
    ),
    "cucumber": Recipe(
        (Entry(('"name": "Pump', "features/pump", '"id": "pump'), path=(0,)),),
        megabytes=20,
        ratio=9,
        because=_SMALL,
    ),
    "go_test": Recipe(
        (
            Entry(
                ("TestStarts",),
                start='{"Time":"2026-03-01T10:00:00.5Z","Action":"run"',
                end='{"Time":"2026-03-01T10:00:00.5Z","Action":"run","Package":"example.com/alarm"',
            ),
        ),
        prepare=_go_test_in_order,
    ),
    "sarif": Recipe((Entry(("src/a",), path=("runs", 0, "results", 0)),), memory=64),
    "cyclonedx": Recipe((Entry(('"name": "ring', "pkg:generic/ring"), path=("components", 0)),), memory=64),
    "cyclonedx_vex": Recipe((Entry(("CVE-2024-", '"bom-ref": "v'), path=("vulnerabilities", 0)),)),
    "spdx_json": Recipe(
        (Entry(("SPDXRef-ring", '"name": "ring', "pkg:generic/ring"), path=("packages", 1)),),
    ),
    "spdx3": Recipe(
        (Entry(("#ring", '"name": "ring', "pkg:generic/ring"), path=("@graph", 4)),), ratio=6, because=_SMALL
    ),
    "in_toto": Recipe(
        (Entry(("key-",), start="{"),),
        megabytes=8,
        ratio=16,
        because="a file of attestations may have 16 MiB and 10,000 lines; the statements within are parsed too",
    ),
    "sigstore": Recipe(
        (Entry(("key-",), start="{"),),
        megabytes=8,
        ratio=16,
        because="a file of attestations may have 16 MiB and 10,000 lines; the statements within are parsed too",
    ),
    "github_reviews": Recipe((Entry(('"number": 7', "/pull/7"), path=(0,)),)),
    "gitlab_reviews": Recipe((Entry(('"iid": 7', '"id": 101', "requests/7"), path=(0,)),)),
    "gerrit_reviews": Recipe(
        (Entry(('"number": 7', '"id": "I8473', "/+/7"), start="{", end='{"type": "stats"'),),
        (('"rowCount": 1', (1,)),),
        ratio=6,
        because=_SMALL,
    ),
    "azure_reviews": Recipe(
        (Entry(('"pullRequestId": 7', '"codeReviewId": 7'), path=("value", 0)),), (('"count": 1', (1,)),)
    ),
    "zap_json": Recipe(
        (Entry(("40012-", '"name": "Cross Site'), path=("site", 0, "alerts", 0)),), ratio=8, because=_SMALL
    ),
    "semgrep": Recipe((Entry(("src/alarm", "5f3c_"), path=("results", 0)),)),
    "bandit": Recipe(
        (Entry(("subprocess.run(command",), path=("results", 0)),),
        (('"CONFIDENCE.HIGH": 2', (1,)), ('"SEVERITY.HIGH": 1', (1,))),
        ratio=6,
        because=_SMALL,
    ),
    "gitlab_report": Recipe(
        (Entry(("6f1ed002", "src/alarm"), path=("vulnerabilities", 0)),), ratio=6, because=_SMALL
    ),
    "sonarqube": Recipe(
        (Entry(("AY-",), path=("issues", 0)),), (('"total": 2', (1,)),), ratio=6, because=_SMALL
    ),
    "gitleaks": Recipe((Entry(("src/settings",), path=(0,)),)),
    "coverage_py": Recipe(
        (Entry(("src/pump",), path=("files", "src/pump.py")),),
        (
            ('"covered_lines": 3', (3,)),
            ('"num_statements": 4', (4,)),
            ('"missing_lines": 1', (1,)),
            ('"excluded_lines": 1', (1,)),
            ('"num_branches": 2', (2,)),
            ('"num_partial_branches": 1', (1,)),
            ('"covered_branches": 1', (1,)),
            ('"missing_branches": 1', (1,)),
        ),
        megabytes=45,
        ratio=8,
        because="an object may have 100,000 members; each line of a file is a number of a list",
    ),
    "gcovr": Recipe((Entry(("src/pump",), path=("files", 0)),), ratio=5, because=_MERGED),
    "osv_scanner": Recipe(
        (Entry(('"name": "attrs',), path=("results", 0, "packages", 0)),), ratio=6, because=_SMALL
    ),
    "trivy": Recipe(
        (Entry(("CVE-2026-", '"PkgName": "attrs'), path=("Results", 1, "Vulnerabilities", 0)),),
        ratio=6,
        because=_SMALL,
    ),
    "grype": Recipe((Entry(("CVE-2026-", '"name": "attrs'), path=("matches", 0)),)),
    "pip_audit": Recipe(
        (Entry(('"name": "attrs', "CVE-2026-"), path=("dependencies", 0)),), ratio=6, because=_SMALL
    ),
    "npm_audit": Recipe(
        (Entry(('"ring', "node_modules/ring"), path=("vulnerabilities", "ring")),),
        (('"high": 2', (1,)), ('"total": 2', (1,))),
        megabytes=45,
        because="an object may have 100,000 members",
    ),
    "yarn_audit": Recipe(
        (Entry(('"id": 1179', '"module_name": "ring'), start="{", end='{"type": "auditSummary"'),),
        (('"low": 2', (2,)),),
        ratio=6,
        because=_SMALL,
    ),
    "cargo_audit": Recipe(
        (Entry(("RUSTSEC-2026-", "CVE-2026-"), path=("vulnerabilities", "list", 0)),),
        (('"count": 1', (1,)),),
        ratio=6,
        because=_SMALL,
    ),
    "govulncheck": Recipe(
        (Entry(("GO-2026-", "CVE-2026-"), start='{\n "osv"'),),
        megabytes=16,
        ratio=6,
        because="20,000 advisories may stand in it",
    ),
    "dependency_check_json": Recipe(
        (Entry(("ring-", "org.example/ring"), path=("dependencies", 0)),),
        megabytes=20,
        ratio=9,
        because=_SMALL,
    ),
    "openvex": Recipe((Entry(("CVE-2026-",), path=("statements", 0)),), ratio=6, because=_SMALL),
    "csaf": Recipe(
        (Entry(("CVE-2026-", "EX-"), path=("vulnerabilities", 0)),), megabytes=20, ratio=9, because=_SMALL
    ),
    "spdx_tag_value": Recipe(
        (
            Entry(
                ("SPDXRef-ring", "PackageName: ring", "pkg:generic/ring"),
                start="PackageName: ring",
                end="PackageName: rtos",
            ),
        ),
        ratio=6,
        because=_SPLIT,
    ),
    "tap": Recipe(
        (Entry((("ok 1", "ok "),), start="ok 1 - pump", end="not ok 2 - pump"),),
        (
            ("not ok 2 - pump", (1,)),
            ("\nok 3", (1,)),
            ("\nok 4", (1,)),
            ("1..4", (0, 1)),
        ),
        megabytes=20,
        ratio=14,
        because=_SPLIT,
    ),
    "lcov": Recipe((Entry(("src/pump",), start="TN:"),), ratio=9, memory=128, because=_MERGED),
    "go_cover": Recipe(
        (Entry(("pump/motor",), start="example.com"),),
        prepare=_go_cover_of_many_blocks,
        megabytes=40,
        memory=128,
        ratio=10,
        because=f"1,000,000 blocks may be listed; {_MERGED}",
    ),
}
"""Each format's name with how its sample grows."""

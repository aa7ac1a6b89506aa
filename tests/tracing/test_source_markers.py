"""Markers in source files: where they are found, and where words that look like them are not taken for them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.errors import InputRejected
from clausework.trace.source_markers import (
    LARGEST_FILE,
    Marker,
    WordRefused,
    find_markers,
    find_markers_under,
)


def found(source: str, path: str = "a.c", *words: str) -> list[tuple[str, str]]:
    """Return word and item of each marker in ``source``."""
    markers = find_markers([(path, source.encode())], words).markers
    return [(marker.word, marker.item) for marker in markers]


@pytest.mark.parametrize(
    "line",
    [
        "// implements REQ-1",
        "//implements REQ-1",
        "/// implements: REQ-1",
        "//! @implements REQ-1",
        "int stop(void); // implements REQ-1",
        "int stop(void); /* implements REQ-1 */",
        "/* implements REQ-1 */ int stop(void);",
        "/** @implements REQ-1 */",
        "  * @implements REQ-1",
        "# implements REQ-1",
        "#implements: REQ-1",
        "x = 1  # implements REQ-1",
        "-- implements REQ-1",
        "--| implements: REQ-1",
        "; implements REQ-1",
        "% implements REQ-1",
        "! implements REQ-1",
        "<!-- implements REQ-1 -->",
        "(* implements REQ-1 *)",
        "{- implements REQ-1 -}",
        "REM implements REQ-1",
        '"""@implements REQ-1"""',
        "'''implements: REQ-1'''",
        "// Implements REQ-1",
        "// implements REQ-1.",
        "// implements REQ-1 (the stop)",
        "// implements REQ-1: the stop",
        "// implements REQ-1. It stops.",
        "// the pump stops, @implements REQ-1 and more",
        "// see \\implements{REQ-1}",
        "// [[implements REQ-1]]",
        "/// \\implements REQ-1",
        "// note implements: REQ-1",
        'url = "http://x" // implements REQ-1',
        "char c = '\"'; // implements REQ-1",
        "fn f<'a>(x: &'a str) {} // implements REQ-1",
        "#' @implements REQ-1",
    ],
)
def test_a_marker_in_a_comment_is_found(line: str) -> None:
    """In the comments of many languages, at the end of a line of code or on their own."""
    assert found(f"one\n{line}\ntwo\n", "a.x") == [("implements", "REQ-1")]


@pytest.mark.parametrize(
    "line",
    [
        "class Foo implements REQ_1 {",
        "class Foo",
        "    implements REQ_1 {",
        "public class A implements B2, C3 {",
        "implements: REQ-1",
        "verifies REQ-1",
        "@verifies REQ-1",
        'print("# implements REQ-1")',
        'printf("// implements REQ-1");',
        "s = 'verifies: REQ-1'",
        "const s = `// implements REQ-1",
        'x = "unfinished # implements REQ-1',
        'url = "http://implements REQ-1"',
        "see http://implements REQ-1",
        "#define verifies REQ-1",
        "// implements the algorithm",
        "// implements UTF-8 decoding",
        "// Implements RFC3161 time stamps",
        "// reimplements REQ-1",
        "// x.implements REQ-1",
        "// implements_REQ-1",
        "// it implements REQ-1 and more",
        "// @implements Runnable",
        "// implements REQ",
        "// implements\n// REQ-1",
        "/* a */ implements REQ-1",
        "<!-- a --> implements REQ-1",
        "x /= 2; verifies: y1",
        "a-- implements REQ-1",
        "{implements: REQ1}",
    ],
)
def test_what_only_looks_like_a_marker_is_not_taken(line: str) -> None:
    """Code, texts in quotes, addresses, and prose about something that has a digit in its name."""
    assert found(f"one\n{line}\ntwo\n", "a.x") == []


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("/*\n verifies: REQ-1\n */\n", "a.c"),
        ("/**\n * Stops.\n @verifies REQ-1\n */\n", "a.c"),
        ("int x; /* one\n   [[verifies REQ-1]]\n*/\n", "a.c"),
        ('def f():\n    """Stops.\n\n    verifies: REQ-1\n    """\n', "a.py"),
        ("def f():\n    r'''\n    @verifies REQ-1\n    '''\n", "a.py"),
        ("<!--\nverifies: REQ-1\n-->\n", "a.md"),
        ("{-\nverifies: REQ-1\n-}\n", "a.hs"),
        ("(*\n  @verifies REQ-1\n*)\n", "a.ml"),
        ("=begin\nverifies: REQ-1\n=end\n", "a.rb"),
    ],
)
def test_a_marker_in_an_open_block_is_found(source: str, path: str) -> None:
    """On a line of its own within a comment or docstring that began before, in a form that is plain."""
    assert found(source, path) == [("verifies", "REQ-1")]


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("/* a */\nverifies: REQ-1\n", "a.c"),
        ("/*\nthe class implements REQ-1\nimplements REQ-1\n*/\n", "a.c"),
        ('"""Stops."""\nverifies: REQ-1\n', "a.py"),
        ('text = """\nverifies: REQ-1\n"""\n', "a.py"),
        ("paths: [src/*, a]\nverifies: REQ-1\n", "a.c"),
        ('s = "/*";\nverifies: REQ-1\n', "a.c"),
        ("- src/**/*.c\n- id: TC-1\n  verifies: REQ-1\n", "a.yaml"),
        ("# Implements REQ-1\n\n* verifies: REQ-1\n", "a.md"),
        ('{"x": "// implements REQ-1",\n "verifies": "REQ-1"}\n', "a.json"),
        ("<!-- a -->\nverifies: REQ-1\n", "a.md"),
    ],
)
def test_what_is_outside_a_block_or_is_data_is_not_taken(source: str, path: str) -> None:
    """A closed block, a text given to a name, paths with stars, items in YAML and prose in Markdown."""
    assert found(source, path) == []


def test_an_apostrophe_begins_a_comment_where_basic_is_written() -> None:
    """And nowhere else: a text in quotes begins with one too."""
    assert found("' implements REQ-1\n", "a.vb") == [("implements", "REQ-1")]
    assert found("'implements REQ-1',\n", "a.py") == []
    assert found("`timescale 1ns // implements REQ-1\n", "a.sv") == [("implements", "REQ-1")]


def test_a_marker_names_several_items() -> None:
    """Commas and semicolons divide them; a word without a digit ends the list."""
    assert found("// @verifies REQ-1, REQ-2;REQ_3.a , UNIT4\n") == [
        ("verifies", each) for each in ("REQ-1", "REQ-2", "REQ_3.a", "UNIT4")
    ]
    assert found("// @verifies REQ-1, and REQ-2\n") == [("verifies", "REQ-1")]
    assert found("// \\verifies{REQ-1, REQ-2} \\implements{UNIT-1}\n") == [
        ("verifies", "REQ-1"),
        ("verifies", "REQ-2"),
        ("implements", "UNIT-1"),
    ]


def test_a_list_that_goes_on_elsewhere_is_told() -> None:
    """What stands on the next line is not read, and that is not passed over in silence."""
    read = find_markers([("a.c", b"// @verifies REQ-1,\n//   REQ-2\n")])
    assert [marker.item for marker in read.markers] == ["REQ-1"]
    assert read.remarks == ("the list of a marker goes on where no ID follows on its line: a.c:1",)


def test_a_marker_has_its_place() -> None:
    """Path, line and column from 1, in characters, in files with either end of line."""
    source = "eins\r\nzwei\r\n  /* ä */ // @verifies REQ-1\r\n\r\n// implements UNIT-2\r\n"
    assert find_markers([("src/a.c", source.encode())]).markers == (
        Marker("src/a.c", 3, "verifies", "REQ-1", 15),
        Marker("src/a.c", 5, "implements", "UNIT-2", 4),
    )


def test_the_plan_gives_further_words() -> None:
    """The usual words stay; the roles of a test are words too."""
    source = (
        "// satisfies: REQ-1\n// Fulfils-req: REQ-2\n// implements REQ-3\n// verifies_effectiveness RCM-1\n"
    )
    assert found(source, "a.c", "satisfies", "fulfils-req") == [
        ("satisfies", "REQ-1"),
        ("fulfils-req", "REQ-2"),
        ("implements", "REQ-3"),
        ("verifies_effectiveness", "RCM-1"),
    ]
    assert found(source) == [("implements", "REQ-3"), ("verifies_effectiveness", "RCM-1")]


@pytest.mark.parametrize("word", ["", "a b", "(", "x" * 50, "1st", "a+"])
def test_a_word_that_cannot_be_one_is_refused(word: str) -> None:
    """A word is letters, digits, _ and -."""
    with pytest.raises(WordRefused) as refused:
        find_markers([], (word,))
    assert isinstance(refused.value, InputRejected)
    with pytest.raises(WordRefused, match="more than"):
        find_markers([], [f"word{number}" for number in range(60)])


def test_files_that_are_no_source_are_passed_over() -> None:
    """A binary file is none; what is too large or in UTF-16 is told."""
    marker = b"// implements REQ-1\n"
    files = [
        ("a.bin", b"\0" + marker),
        ("b.c", b"\xff\xfe" + marker.decode().encode("utf-16-le")),
        ("c.c", marker + b" " * LARGEST_FILE),
        ("d.c", marker),
        ("e.c", b"\xe4\xf6 // implements REQ-2\n"),
    ]
    read = find_markers(files)
    assert [(marker.path, marker.item) for marker in read.markers] == [("d.c", "REQ-1"), ("e.c", "REQ-2")]
    assert read.remarks == (
        "a file in UTF-16 was not looked into for markers: b.c",
        "a file of more than 8 MiB was not looked into for markers: c.c",
    )


def test_files_under_a_folder_are_read(tmp_path: Path) -> None:
    """A link is not followed, and a file that cannot be read is told."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.c").write_text("// implements REQ-1\n")
    (tmp_path / "link.c").symlink_to(tmp_path / "src" / "a.c")
    read = find_markers_under(tmp_path, ["src/a.c", "link.c", "gone.c", "src", "nul\0.c"])
    assert read.markers == (Marker("src/a.c", 1, "implements", "REQ-1", 4),)
    assert read.remarks == ("a file could not be read for markers: gone.c: FileNotFoundError (3 times)",)


@given(st.binary(max_size=200), st.sampled_from(["a.c", "a.py", "a.md", "a.yaml", "a.vb"]))
def test_no_bytes_make_it_fail(noise: bytes, path: str) -> None:
    """Whatever stands around it, a marker on a line of its own is found or not, and nothing is raised."""
    source = noise.replace(b"\0", b"") + b"\n// implements REQ-1\n" + noise.replace(b"\0", b"")
    find_markers([(path, source), (path, noise)])


def test_a_file_full_of_words_is_quick() -> None:
    """The time grows with the file, not with its square."""
    source = b'"""\n' + b"verifies: REQ-1\n" * 50_000
    start = time.perf_counter()
    assert len(find_markers([("a.py", source)]).markers) == 50_000
    assert time.perf_counter() - start < 5

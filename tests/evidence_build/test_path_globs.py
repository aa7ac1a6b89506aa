"""Path patterns: what they match, and what is no pattern."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.path_globs import NotAPathGlob, literal, path_globs


@pytest.mark.parametrize(
    ("glob", "matching", "other"),
    [
        ("src/**", ["src/a", "src/a/b.c", "src/.hidden", "src/new\nline"], ["src", "srcx/a", "x/src/a"]),
        ("src/", ["src/a", "src/a/b"], ["src", "a/src/b"]),
        ("src/*", ["src/a", "src/.a"], ["src/a/b", "src"]),
        ("**", ["a", "a/b/c"], []),
        ("**/*.c", ["a.c", "x/y/a.c", ".c"], ["a.cc", "a.c/b"]),
        ("src/**/*.c", ["src/a.c", "src/x/a.c", "src/x/y/a.c"], ["src/x.c/y", "a.c"]),
        ("**/src/**/t/*.c", ["src/t/a.c", "x/src/y/src/t/a.c"], ["src/t/y/a.c", "xsrc/t/a.c"]),
        ("a/**/**/b", ["a/b", "a/x/b"], ["ab"]),
        ("a?c", ["abc", "a\nc"], ["ac", "a/c"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "/x"]),
        ("[!a-c]x", ["dx", "-x"], ["ax", "/x"]),
        ("[]]", ["]"], ["["]),
        ("[a-]", ["a", "-"], ["b"]),
        ("[^a]", ["^", "a"], ["b"]),
        ("[[&&~]", ["[", "&", "~"], ["a"]),
        ("a.c", ["a.c"], ["abc", "A.c"]),
        ("a*b*c", ["abc", "axbxbc", "abbc"], ["ab/c", "acb"]),
        ("-rf/$(x)/{a,b}", ["-rf/$(x)/{a,b}"], ["-rf/$(x)/a"]),
    ],
)
def test_what_matches(glob: str, matching: list[str], other: list[str]) -> None:
    """A pattern matches the whole path: names within slashes, folders only by '**'."""
    patterns = path_globs([glob])
    assert [path for path in matching if not patterns.match(path)] == []
    assert [path for path in other if patterns.match(path)] == []


@pytest.mark.parametrize(
    "glob",
    [
        "",
        "/src",
        "src//a",
        "./src",
        "../src",
        "src/../etc",
        "src/.",
        "a**b",
        "**a",
        "!src",
        "a\\b",
        "[a",
        "[",
        "[!]",
        "[]",
        "[z-a]",
        "a\x00",
        "a" * 1001,
        "/",
        "[a/b]",
    ],
)
def test_what_is_no_pattern(glob: str) -> None:
    """What could mean two things, or leave the repository, is refused."""
    with pytest.raises(NotAPathGlob):
        path_globs([glob])


def test_several_patterns() -> None:
    """A path belongs when any of the patterns matches; without a pattern nothing does."""
    patterns = path_globs(["a/**", "*.h"])
    assert patterns.match("a/x")
    assert patterns.match("x.h")
    assert not patterns.match("b/x.h")
    assert not path_globs([]).match("a")


def test_folders_that_may_hold_a_match() -> None:
    """A folder may hold a match unless the fixed beginning of every pattern leads elsewhere."""
    patterns = path_globs(["src/pump/**/*.c", "*.h"])
    assert patterns.may_match_below("src/")
    assert patterns.may_match_below("src/pump/x/")
    only = path_globs(["src/pump/*.c"])
    assert not only.may_match_below("src/pumps/")
    assert not only.may_match_below("docs/")


def test_attack_a_pattern_that_takes_for_ever() -> None:
    """Attack: many stars against a long name that nearly fits are answered without trying every split."""
    assert not path_globs(["*a" * 40 + "b"]).match("a" * 4000)
    assert not path_globs(["**/a/" * 40 + "b"]).match("a/" * 2000 + "c")


def _reference(glob: list[str], path: list[str]) -> bool:
    """Match by trying every way: right, plain, and slow."""
    if not glob:
        return not path
    if glob[0] == "**":
        if len(glob) == 1:
            return bool(path)
        return _reference(glob[1:], path) or (bool(path) and _reference(glob, path[1:]))
    expression = "".join({"*": "[^/]*", "?": "[^/]"}.get(one, re.escape(one)) for one in glob[0])
    return bool(path) and re.fullmatch(expression, path[0]) is not None and _reference(glob[1:], path[1:])


_NAMES = st.text("ab.", min_size=1, max_size=4).filter(lambda name: name not in {".", ".."})
_SEGMENTS = st.one_of(
    st.just("**"),
    st.text("ab.*?", min_size=1, max_size=4).filter(
        lambda name: name not in {".", ".."} and "**" not in name
    ),
)


@given(glob=st.lists(_SEGMENTS, min_size=1, max_size=6), path=st.lists(_NAMES, min_size=1, max_size=6))
def test_agrees_with_a_plain_matcher(glob: list[str], path: list[str]) -> None:
    """Whatever the pattern, the fast translation says what trying every split says."""
    squeezed = [one for number, one in enumerate(glob) if one != "**" or glob[number - 1 : number] != ["**"]]
    assert path_globs(["/".join(glob)]).match("/".join(path)) == _reference(squeezed, path)


@given(path=st.lists(st.text("ab[]*?!-^ ", min_size=1, max_size=5), min_size=1, max_size=3))
def test_a_literal_matches_itself_alone(path: list[str]) -> None:
    """A path taken literally matches that path, with whatever characters."""
    name = "/".join(path)
    if name.startswith("!"):
        return
    patterns = path_globs([literal(name)])
    assert patterns.match(name)
    assert not patterns.match(f"{name}x")


def test_a_submodule_is_concerned_where_a_pattern_begins_in_it() -> None:
    """Git names a submodule by one path: a pattern of what is beneath concerns it, and no other file or folder."""
    patterns = path_globs(["vendor/lib/**", "src/*.c", "third/party/x/*.h"])
    assert all(map(patterns.concern, ("vendor/lib", "vendor/lib/a.c", "src/a.c", "third/party", "src")))
    assert not any(map(patterns.concern, ("vendor/lib2", "vendor/li", "src/a.h", "other", "")))

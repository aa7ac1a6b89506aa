"""YAML of definitions: traps of the language are read as the forges do, doubts are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.pipelines.yaml_nodes import (
    LARGEST_FILE,
    Listing,
    Mapping,
    Node,
    NotReadable,
    Text,
    load_yaml,
    text,
)


def load(source: str | bytes) -> Node:
    """Return the one document of ``source``."""
    (document,) = load_yaml(source.encode() if isinstance(source, str) else source, "f.yml")
    return document


def mapped(source: str) -> Mapping:
    """Return ``source`` as a mapping."""
    document = load(source)
    assert isinstance(document, Mapping)
    return document


def test_on_is_no_truth_value() -> None:
    """``on`` is a key like another, and ``yes`` and ``no`` are what was written."""
    document = mapped("on: push\nyes: no\n")
    assert list(document.entries) == ["on", "yes"]
    assert text(document.get("yes"), "it") == "no"


def test_the_lines_of_a_block_are_placed() -> None:
    """Each line of a literal block has its own line in the file."""
    run = mapped("a: 1\nrun: |\n  first\n\n  third\n").get("run")
    assert isinstance(run, Text)
    assert [(line, place.line) for line, place in run.lines()][:3] == [("first", 3), ("", 4), ("third", 5)]


def test_an_alias_is_what_its_anchor_names() -> None:
    """What an alias brings stands where its anchor stands: there it is mended."""
    document = mapped("a: &x {run: pytest || true}\nb: *x\n")
    inner = document.get("b")
    assert isinstance(inner, Mapping)
    assert inner.place.line == 1


def test_what_a_mapping_says_itself_wins_over_what_it_merges() -> None:
    """``<<`` brings what is not said, from several mappings the first."""
    document = mapped("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc: {<<: [*a, *b], x: 3}\n")
    merged = document.get("c")
    assert isinstance(merged, Mapping)
    assert {key: text(node, key) for key, node in merged.entries.items()} == {"x": "3", "y": "1", "z": "2"}


def test_gitlab_references_are_kept() -> None:
    """``!reference`` is known; its members say what is to stand there."""
    node = mapped("a: !reference [b, script]\n").get("a")
    assert isinstance(node, Listing)
    assert node.reference


REFUSED = {
    "a key twice": ("a: 1\nb: 2\na: 3\n", 3, "given twice"),
    "an alias without an anchor": ("a: *b\n", 1, "no anchor"),
    "an anchor that holds itself": ("a: &a [*a]\n", 1, "no anchor"),
    "a tag that makes objects": ("a: !!python/object/apply:os.system [ls]\n", 1, "tag"),
    "an unknown tag": ("a: !include b.yml\n", 1, "tag"),
    "a merge of what is no mapping": ("a: {<<: [1]}\n", 1, "no mapping"),
    "a list as a key": ("? [a]\n: b\n", 1, "key"),
    "a cut bracket": ("a: [b\n", 2, "not YAML"),
    "a tab in the indent": ("a:\n\t- b\n", 2, "not YAML"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_one_way_is_refused(what: str) -> None:
    """The place is named, and the reason."""
    source, line, reason = REFUSED[what]
    with pytest.raises(NotReadable, match=reason) as raised:
        load(source)
    assert raised.value.place.line == line


def test_attack_an_alias_bomb_is_not_written_out() -> None:
    """Aliases that double at each level are refused by what they would come to."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    with pytest.raises(NotReadable, match="written out"):
        load("\n".join(lines))


def test_attack_a_long_text_many_times() -> None:
    """A long text counts by its length, however few values hold it."""
    repeated = ", ".join(["*x"] * 2_000)
    with pytest.raises(NotReadable, match="written out"):
        load(f"a: &x '{'y' * 100_000}'\nb: [{repeated}]\n")


def test_attack_a_depth_past_all_reason() -> None:
    """Nesting is bounded."""
    with pytest.raises(NotReadable, match="deeper"):
        load("[" * 5_000)


def test_attack_a_file_past_all_reason() -> None:
    """A file larger than any definition is not read."""
    with pytest.raises(NotReadable, match="more than 1 MiB"):
        load(b"#" * (LARGEST_FILE + 1))


def test_bytes_that_are_no_text_are_refused() -> None:
    """What is not UTF-8 is refused at its line."""
    with pytest.raises(NotReadable, match="not UTF-8") as raised:
        load(b"a: 1\nb: \xff\n")
    assert raised.value.place.line == 2


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever the bytes, no other error than the one that names the place."""
    try:
        load_yaml(data, "f.yml")
    except NotReadable as error:
        assert error.place.path == "f.yml"  # noqa: PT017

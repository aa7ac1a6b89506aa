"""How a page is read, done and compared: what would let a page go stale unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.walks.device import Place
from tests.walks.likeness import Stands, missing_line
from tests.walks.page import NotAWalk, Typed, read_page
from tests.walks.terminal import Stale, Terminal

DIGEST, OTHER = "ab" * 32, "cd" * 32


def page(folder: Path, *lines: str) -> Path:
    """Write a page with one block of ``lines``."""
    path = folder / "page.md"
    path.write_text("\n".join(["# A walk", "", "```console", *lines, "```", "", "And so on.", ""]), "utf-8")
    return path


def place(folder: Path) -> Place:
    """Return a place whose project is an empty folder."""
    (folder / "infusor").mkdir()
    return Place(folder, {"PATH": "/usr/bin:/bin"})


def shows(printed: list[str], *pages: str) -> bool:
    """Say whether ``printed`` is what the lines of the page show."""
    return missing_line(pages, printed, Stands()) is None


def test_commands_go_over_lines_and_say_how_they_end(tmp_path: Path) -> None:
    """A backslash continues a command; the comment behind it is taken off, and anything else is left to the shell."""
    path = page(
        tmp_path, "$ echo a \\", "    b  # exit 1, 31 days later", "a b", "$ echo c  # a comment", "c"
    )
    assert read_page(path) == (
        Typed(4, "echo a \\\n    b", 1, 31, ("a b",)),
        Typed(7, "echo c  # a comment", 0, 0, ("c",)),
    )


@pytest.mark.parametrize("lines", [("what is printed",), ()])
def test_a_block_without_a_command_is_no_walk(tmp_path: Path, lines: tuple[str, ...]) -> None:
    """A block that nobody could type is refused, and does not pass for having nothing to do."""
    with pytest.raises(NotAWalk):
        read_page(page(tmp_path, *lines))


def test_a_page_without_blocks_is_no_walk(tmp_path: Path) -> None:
    """A page whose blocks are of another kind is not walked by nobody."""
    (tmp_path / "page.md").write_text("```\n$ true\n```\n", "utf-8")
    with pytest.raises(NotAWalk, match="no command"):
        read_page(tmp_path / "page.md")


def test_what_is_not_left_out_is_printed_whole() -> None:
    """Without ``...`` a line more, a line less and a line in another order make a page stale."""
    assert shows(["a", "b"], "a", "b")
    assert not shows(["a", "b", "c"], "a", "b")
    assert not shows(["a"], "a", "b")
    assert not shows(["b", "a"], "a", "b")
    assert not shows(["x", "a"], "a")
    assert not shows(["a"])


def test_what_is_left_out_may_be_nothing() -> None:
    """``...`` alone stands for any lines, none as well; in a line for any text; the order stays."""
    assert shows(["a", "x", "y", "b"], "a", "...", "b")
    assert shows(["a", "b"], "a", "...", "b", "...")
    assert shows(["pass since ever"], "pass ... ever")
    assert not shows(["b", "a"], "...", "a", "...", "b")
    assert not shows(["a.b"], "a*b")


def test_times_digests_and_numbers_are_of_another_run() -> None:
    """A run has other digests, record numbers, times and durations than the page, of the same shape."""
    assert shows(
        [f"#7 {OTHER} 2027-01-02T03:04:05.678Z, 2.50s"], f"#90 {DIGEST} 2026-11-20T17:00:00.000Z, 0.61s"
    )
    assert not shows(["#7 cdcd"], f"#90 {DIGEST}")
    assert not shows(["2027-01-02T03:04:05.678Z"], "2026-11-20")


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ([f"is {DIGEST}", f"is {DIGEST}"], [f"is {DIGEST}", f"is {OTHER}"]),
        ([f"is {DIGEST}", f"is {OTHER}"], [f"is {DIGEST}", f"is {DIGEST}"]),
        ([f"is {DIGEST}", f"is {DIGEST[:12]}"], [f"is {OTHER}", f"is {'ef' * 6}"]),
        (["#1", "#1"], ["#1", "#2"]),
        (["#1", "#2"], ["#1", "#1"]),
    ],
)
def test_one_digest_in_place_of_another_makes_a_page_stale(shown: list[str], printed: list[str]) -> None:
    """Digests and numbers stand for each other one to one, short digests for the beginning of long ones."""
    assert not shows(printed, *shown)


def test_a_command_is_typed_with_the_digests_of_this_run() -> None:
    """What a command printed before is what the next one names, as a reader would copy it."""
    stands = Stands()
    assert missing_line([f"kept {DIGEST} as #90"], [f"kept {OTHER} as #7"], stands) is None
    assert stands.in_words_of_this_run(f"sign 90 '#90' {DIGEST[:12]}") == f"sign 90 '#7' {DIGEST[:12]}"
    assert missing_line([f"short {DIGEST[:12]}"], [f"short {OTHER[:12]}"], stands) is None
    assert (
        stands.in_words_of_this_run(f"clausework sign 90 {DIGEST[:12]}") == f"clausework sign 7 {OTHER[:12]}"
    )


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        (["$ false"], "ends with 1, the page says 0"),
        (["$ true  # exit 1"], "ends with 0, the page says 1"),
        (["$ echo red", "green"], "does not print"),
        (["$ echo red"], "does not print"),
        (["$ echo red >&2", "..."], ""),
    ],
)
def test_a_command_that_does_something_else_stops_the_walk(
    tmp_path: Path, lines: list[str], wrong: str
) -> None:
    """Exit code and output are compared, standard error with it."""
    terminal, path = Terminal(place(tmp_path)), page(tmp_path, *lines, "$ echo on", "on")
    if not wrong:
        terminal.walk(path)
        assert terminal.typed == 2
        return
    with pytest.raises(Stale, match=wrong):
        terminal.walk(path)
    assert terminal.typed == 1


def test_the_scratch_folder_is_shown_as_a_home(tmp_path: Path) -> None:
    """A page does not hold the path of the machine that it was made on; ``cd`` stays in force."""
    lines = ["$ pwd", "/home/dana/infusor", "$ mkdir sub", "$ cd sub", "$ pwd", "/home/dana/infusor/sub"]
    Terminal(place(tmp_path)).walk(page(tmp_path, *lines))


def test_only_clausework_is_later(tmp_path: Path) -> None:
    """``31 days later`` is the clock of Clausework's own process; the machine and its other programs stay in today."""
    here = place(tmp_path)
    here.environment.update(
        CLAUSEWORK_KEYS=str(tmp_path / "keys"), CLAUSEWORK_PASSPHRASE="long enough for a key"
    )
    lines = [
        "$ clausework key new late@example.com --name Late  # 31 days later",
        "...",
        "$ grep --count $(date -u -d '+31 days' +%F) ../keys/late@example.com.json",
        "1",
        "$ test $(date -u +%F) = $(date -u -r ../keys/late@example.com.json +%F)  # 31 days later",
    ]
    Terminal(here).walk(page(tmp_path, *lines))

"""Which file of a commit a report's name means: told by what most names have in common, never guessed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clausework.trace.coverage import normalised
from clausework.trace.coverage_places import FilesByName, Placement, placed

TREE = (
    "src/pump/__init__.py",
    "src/pump/alarm.py",
    "src/pump/dose.py",
    "src/display/__init__.py",
    "src/display/alarm.py",
    "tests/alarm.py",
    "setup.py",
)


def found(*names: str) -> Placement:
    """Return where ``names`` are placed in the tree."""
    return placed(names, FilesByName(TREE))


def test_names_from_the_repository_s_top_are_taken_as_they_are() -> None:
    """A path of the commit is that file."""
    assert found("src/pump/alarm.py", "tests/alarm.py").files == {
        "src/pump/alarm.py": "src/pump/alarm.py",
        "tests/alarm.py": "tests/alarm.py",
    }


def test_names_from_the_folder_of_sources() -> None:
    """What most names need before them is put before all: so an __init__.py finds its folder."""
    assert found("__init__.py", "alarm.py", "dose.py").files == {
        "__init__.py": "src/pump/__init__.py",
        "alarm.py": "src/pump/alarm.py",
        "dose.py": "src/pump/dose.py",
    }


def test_names_from_further_up() -> None:
    """An absolute path of the machine that built, or a module's name before the path."""
    assert found("/builds/x/src/pump/alarm.py", r"C:\agent\src\pump\dose.py").files == {
        "/builds/x/src/pump/alarm.py": "src/pump/alarm.py",
        r"C:\agent\src\pump\dose.py": "src/pump/dose.py",
    }


def test_attack_a_test_of_the_same_name_stands_for_the_alarm_handler() -> None:
    """ATTACK: the covered file may be either, so it is neither."""
    assert found("alarm.py") == Placement(
        {}, {"alarm.py": ("src/display/alarm.py", "src/pump/alarm.py", "tests/alarm.py")}
    )


def test_attack_a_library_s_file_of_the_same_name_is_counted_as_ones_own() -> None:
    """ATTACK: of two names for one file that counts which is shortened as the others are."""
    names = ("/b/src/pump/alarm.py", "/b/src/pump/dose.py", "/b/setup.py", "/usr/lib/src/pump/alarm.py")
    assert "/usr/lib/src/pump/alarm.py" not in found(*names).files
    assert found(*names).files["/b/src/pump/alarm.py"] == "src/pump/alarm.py"


def test_two_names_for_one_file_that_nothing_tells_apart_are_in_doubt() -> None:
    """Neither is the more likely one: the second is told."""
    assert found("/a/src/pump/alarm.py", "/b/src/pump/alarm.py").doubtful == {
        "/b/src/pump/alarm.py": ("src/pump/alarm.py",)
    }


def test_a_name_that_means_no_file_is_left_out() -> None:
    """What is generated, or of another repository, says nothing about the commit's files."""
    assert found("build/generated.py", "") == Placement({}, {})


def test_names_of_another_place_where_the_sources_were() -> None:
    """A container has the folder elsewhere, a module another name: all that is in it agrees."""
    for root in ("/app/", "example.com/infusor/", "app/lib/"):
        assert found(f"{root}pump/alarm.py", f"{root}pump/dose.py", f"{root}display/alarm.py").files == {
            f"{root}pump/alarm.py": "src/pump/alarm.py",
            f"{root}pump/dose.py": "src/pump/dose.py",
            f"{root}display/alarm.py": "src/display/alarm.py",
        }


def test_attack_a_folder_of_a_library_is_taken_for_the_source() -> None:
    """ATTACK: a library has files of the same names, and one that the commit does not have; or one file alone."""
    assert found("/usr/lib/foo/alarm.py", "/usr/lib/foo/dose.py", "/usr/lib/foo/other.py").files == {}
    assert found("/usr/lib/foo/dose.py").files == {}


PATHS = st.lists(st.text("abc.é", min_size=1, max_size=3), min_size=1, max_size=4).map("/".join)


@given(
    st.lists(st.text("abc./\\ :~é", max_size=12) | PATHS, unique=True, max_size=12),
    st.lists(PATHS, unique=True, max_size=8),
)
def test_no_name_is_placed_twice_or_in_a_file_that_is_not_there(names: list[str], tree: list[str]) -> None:
    """Whatever a report and a commit hold, a file of the commit has one name at the most, and ends as the name does."""
    result = placed(names, FilesByName(tree))
    assert len(set(result.files.values())) == len(result.files)
    assert set(result.files) <= set(names)
    assert set(result.files.values()) <= set(tree)
    assert not set(result.files) & set(result.doubtful)
    for name, path in result.files.items():
        assert normalised(name).rpartition("/")[2] == path.rpartition("/")[2]

"""Which items a commit is about: by trailers, subjects, merges and reviews, and never by a guess."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from clausework.evidence.detail import ChangeReview, ReviewApproval
from clausework.evidence.history import Commit, Contributor, Trailer
from clausework.trace.commits import KnownIds, link_commits

IDS = ("REQ-037", "REQ-03", "CR-12", "UNIT-4", "PUMP-9.1")
AUTHOR = Contributor("Dev", "developer@example.com")
TIME = "2026-01-01T00:00:00.000Z"


def commit(name: str, subject: str = "x", *trailers: str, parents: tuple[str, ...] = ()) -> Commit:
    """Return a commit of that name."""
    said = tuple(Trailer(*line.split(": ", 1)) for line in trailers)
    return Commit(name, parents, AUTHOR, TIME, AUTHOR, TIME, subject, "", said, ("src/a.c",))


def linked(*commits: Commit, reviews: tuple[ChangeReview, ...] = ()) -> dict[str, tuple[str, ...]]:
    """Return the items of each commit by its name."""
    found = link_commits(commits, IDS, ("Implements", "Change"), reviews)
    return {one.commit.id: one.items for one in found}


def test_trailers_and_subjects_name_items() -> None:
    """An ID counts in a linking trailer and in the subject, and not in a trailer of another key."""
    assert linked(commit("a", "REQ-037: alarm", "Implements: UNIT-4", "Cc: CR-12")) == {
        "a": ("REQ-037", "UNIT-4")
    }
    assert linked(commit("a", "x", "change: CR-12, REQ-037")) == {"a": ("CR-12", "REQ-037")}


def test_a_trailer_that_names_no_item_is_told() -> None:
    """Somebody meant an item by it, so it is not passed over."""
    (one,) = link_commits([commit("a", "x", "Implements: REQ-999 REQ-037")], IDS, ("Implements",))
    assert (one.items, one.unknown) == (("REQ-037",), ("REQ-999",))


def test_a_longer_number_is_another_item() -> None:
    """REQ-0371 is not REQ-037, and REQ-037a is neither."""
    assert linked(commit("a", "REQ-0371 and REQ-037a")) == {"a": ()}


def test_branch_names_lead_to_the_longest_item_in_them() -> None:
    """feature/cr-12-alarm names CR-12; the ID with a dot in it is found whole."""
    assert list(KnownIds(IDS).in_text("feature/cr-12-alarm pump-9.1-x")) == ["CR-12", "PUMP-9.1"]


def test_a_merge_speaks_for_what_it_brought_in_and_for_nothing_else() -> None:
    """The commits of the merged branch are linked by the branch's name; those of the first parent are not."""
    commits = [
        commit("base"),
        commit("main", parents=("base",)),
        commit("work1", parents=("base",)),
        commit("work2", parents=("work1",)),
        commit("merge", "Merge branch 'feature/CR-12-alarm'", parents=("main", "work2")),
        commit("after", parents=("merge",)),
    ]
    assert linked(*commits) == {
        "base": (),
        "main": (),
        "work1": ("CR-12",),
        "work2": ("CR-12",),
        "merge": ("CR-12",),
        "after": (),
    }


def test_a_review_speaks_for_its_commits_and_says_who_approved() -> None:
    """A pull request's branch links its commits; its author's own approval names nobody."""
    review = ChangeReview(
        "7",
        "Alarm",
        "developer@example.com",
        "merged",
        approved=True,
        approvals=(ReviewApproval("quality@example.com"), ReviewApproval("developer@example.com")),
        source_branch="CR-12-alarm",
        commits=("a",),
    )
    (one, other) = link_commits([commit("a"), commit("b", parents=("a",))], IDS, (), (review,))
    assert (one.items, one.reviewed_by) == (("CR-12",), ("quality@example.com",))
    assert (other.items, other.reviewed_by) == ((), ())


@given(st.text(max_size=200))
def test_any_text_names_only_items_that_there_are(text: str) -> None:
    """Whatever people write, nothing but a known item is found, and nothing crashes."""
    assert set(KnownIds(IDS).in_text(text)) <= set(IDS)


def test_an_id_of_letters_alone_is_a_word_of_a_text() -> None:
    """Attack: items called Stop and alarm would link any commit that speaks of them; a trailer names them still."""
    found = link_commits(
        [commit("a", "Stop the alarm sooner"), commit("b", "x", "Implements: Stop")],
        ["Stop", "alarm", "fail-safe"],
        ("Implements",),
    )
    assert [one.items for one in found] == [(), ("Stop",)]

"""Whether a review was by somebody else than who made what is reviewed, as far as the commits tell (5.2.6, 5.7.1).

Whose commit touched the file in which an item stands may have written it; whose commit is linked to the item, or
touches the files of a unit that implements it, may have implemented it. Of class C, where no commit of the range is
linked to what is reviewed, every author of the range may be.
"""

from __future__ import annotations

from collections.abc import Iterable

from clausework.gates.facts import Facts

ASKED_OF = frozenset({"B", "C"})
"""The safety classes of which independence is asked."""


def independent_of_writers(facts: Facts, item: str, people: Iterable[str]) -> bool:
    """Tell whether one of ``people`` is no author of the item's text."""
    return bool({one.lower() for one in people} - facts.human.writers_of(item))


def independent_of_makers(facts: Facts, item: str, people: Iterable[str]) -> bool:
    """Tell whether one of ``people`` neither wrote the item's text nor implemented it; true where none is asked."""
    if facts.safety_class not in ASKED_OF:
        return True
    implementers = facts.human.implementers_of(item)
    if not implementers and facts.safety_class == "C":
        implementers = frozenset(author.lower() for author in facts.build.authors)
    return bool({one.lower() for one in people} - implementers - facts.human.writers_of(item))

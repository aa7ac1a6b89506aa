"""Items of mlx.traceability are read from reStructuredText and MyST, and not from what only shows them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import Place
from clausework.items.foreign import adopt, with_roles
from clausework.items.model import Link
from clausework.items.readers.sphinx_items import SOURCE
from clausework.items.source import ForeignItem, SourceFile
from clausework.items.sources import source_named
from clausework.plan.model import ItemMapping

from .hostile import bent, read_without_raising
from .reading import items, told

REST = """\
Requirements
============

.. item:: SWRQT-FIRST Caption of
   the first
    :value: 400
    :validated_by:
        ITEST-1
        ITEST-2
    :ext_tool: project:4
    :nocaptions:

    The software **shall** do it.

    - well
    - soon

    .. item:: SWRQT-INNER

       Within another.

.. note::

   .. item:: ITEST-1 First test
      :status: Approved

.. item:: ITEST-2 Second test
.. item:: ITEST_REP-2
   :custom: ITEST-2
"""

SHOWN = """\
Write it so::

    .. item:: NO-1

.. code-block:: rest

    .. item:: NO-2

.. A comment
   .. item:: NO-3

..
   .. item:: NO-4

.. _target:
.. |x| replace:: y

.. only:: html

   .. item:: YES-1
"""

MYST = """\
# Requirements

```python
.. item:: NO-1
```

<!--
```{item} NO-2
```
-->

:::{note}
```{item} SWRQT-1 Caption
:value: 3
:validated_by: TEST-1 TEST-2

The software shall.
```
:::

~~~{item} SWRQT-2
---
status: done
---
More.
~~~

```{eval-rst}
.. item:: SWRQT-3 In reStructuredText

   Text.
```

````
```{item} NO-3
```
````
"""


_EVERY = "\n.. item-link::\n   :source: A\n   :target: A\n   :type: trace\n"


def by_id(text: str, path: str = "a.rst", mapping: ItemMapping | None = None) -> dict[str, ForeignItem]:
    """Return the items of a file in which nothing is wrong."""
    return {item.id: item for item in items(SOURCE, text, path, mapping)}


def links(item: ForeignItem) -> list[tuple[str, str]]:
    """Return an item's links as names and targets."""
    return [(link.name, link.target) for link in item.links]


def test_items_in_restructuredtext() -> None:
    """ID, caption, attributes and content of a directive are the item's; one within other content counts too."""
    found = by_id(REST)
    first = found["SWRQT-FIRST"]
    assert (first.kind, first.title, first.place) == ("SWRQT", "Caption of the first", Place("a.rst", 4, 1))
    assert first.text.startswith("The software **shall** do it.\n\n- well\n- soon")
    assert first.fields == {"value": "400", "ext_tool": "project:4"}
    assert found["SWRQT-INNER"].text == "Within another."
    assert found["ITEST-1"].fields == {"status": "Approved"}
    assert [item.kind for item in found.values()] == ["SWRQT", "SWRQT", "ITEST", "ITEST", "ITEST_REP"]


def test_relations_read_forwards() -> None:
    """What validates an item links to it, whichever end says so; an unknown option with IDs alone is a link."""
    found = by_id(REST)
    assert links(found["SWRQT-FIRST"]) == []
    assert links(found["ITEST-1"]) == [("validates", "SWRQT-FIRST")]
    assert found["ITEST-1"].links[0].place == Place("a.rst", 7, 1)
    assert links(found["ITEST_REP-2"]) == [("custom", "ITEST-2")]


def test_adopted() -> None:
    """With the plan's types the roles follow from the two ends."""
    mapping = ItemMapping(
        types={"SWRQT": "software_requirement", "ITEST": "test_case", "ITEST_REP": "ignore"}
    )
    got = adopt(SOURCE, list(by_id(REST, mapping=mapping).values()), mapping)
    linked, findings = with_roles(got.items, got.pending)
    assert (got.findings, findings) == ((), ())
    assert {item.id: item.links for item in linked}["ITEST-2"] == (Link("verifies", "SWRQT-FIRST"),)


def test_what_is_only_shown_is_no_item() -> None:
    """Literal blocks, code and comments hold no items; conditional content does."""
    assert set(by_id(SHOWN)) == {"YES-1"}


def test_items_in_myst() -> None:
    """MyST's fences are directives, with options as fields or as YAML; code and comments are not looked into."""
    found = by_id(MYST, "a.md")
    assert list(found) == ["SWRQT-1", "SWRQT-2", "SWRQT-3"]
    first = found["SWRQT-1"]
    assert (first.title, first.text, first.place) == ("Caption", "The software shall.", Place("a.md", 13, 1))
    assert first.fields == {"value": "3"}
    assert [
        (name, target, link.place) for (name, target), link in zip(links(first), first.links, strict=True)
    ] == [
        ("validated_by", "TEST-1", Place("a.md", 15, 1)),
        ("validated_by", "TEST-2", Place("a.md", 15, 1)),
    ]
    assert (found["SWRQT-2"].fields, found["SWRQT-2"].text) == ({"status": "done"}, "More.")
    assert (found["SWRQT-3"].place, found["SWRQT-3"].text) == (Place("a.md", 29, 1), "Text.")


def test_links_and_attributes_from_outside() -> None:
    """item-link adds links, item-relink leads them elsewhere or takes them out, attribute-link gives attributes."""
    text = (
        ".. item:: R-1\n   :fulfills: OLD-1\n   :validated_by: T-OLD\n\n.. item:: R-11\n   :fulfills: OLD-2\n\n"
        ".. item:: T-1\n\n.. item-link::\n   :sources: T-1\n   :targets: R-1 R-11\n   :type: validates\n\n"
        ".. item-relink::\n   :source: OLD-1\n   :target: NEW-1\n   :type: fulfills\n\n"
        ".. item-relink::\n   :source: OLD-2\n   :target:\n   :type: fulfills\n\n"
        ".. item-relink::\n   :remap: T-OLD\n   :target: T-1\n   :type: validated_by\n\n"
        ".. attribute-link::\n   :filter: R-\n   :asil: B\n   :nooverwrite:\n\n"
        ".. attribute-link::\n   :filter: ^R-1$\n   :asil: C\n"
    )
    found = by_id(text)
    assert links(found["R-1"]) == [("fulfills", "NEW-1")]
    assert links(found["R-11"]) == []
    assert links(found["T-1"]) == [("validates", "R-1"), ("validates", "R-11")]
    assert [found[name].fields.get("asil") for name in ("R-1", "R-11", "T-1")] == ["C", "B", None]


def test_links_by_filters() -> None:
    """Sources and targets that are given by the beginning of their IDs are found; an attribute that is there stays."""
    text = (
        ".. item:: R-1\n   :asil: A\n\n.. item:: R-2\n\n.. item:: T-1\n\n.. item:: T-11\n\n"
        ".. item-link::\n   :source: T-1$\n   :target: R-\n   :type: validates\n   :nooverwrite:\n\n"
        ".. attribute-link::\n   :asil: B\n   :nooverwrite:\n"
    )
    found = by_id(text)
    assert links(found["T-1"]) == [("validates", "R-1"), ("validates", "R-2")]
    assert links(found["T-11"]) == []
    assert [found[name].fields["asil"] for name in ("R-1", "R-2", "T-11")] == ["A", "B", "B"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".. attribute-link::\n   :a: b\n\n" * 501, "more than 500 directives change items from outside"),
        (
            "".join(f".. item:: A-{n}\n" for n in range(101)) + _EVERY,
            "stands for 10201 links; it may for 10000",
        ),
        (".. item-link::\n   :source: (R)\n   :targets: A\n   :type: x\n", "is not worked out here"),
        (".. item::\n", "a.rst:1:1: item-id: an item directive has no ID"),
        (".. item-link::\n   :sources: A\n", "a.rst:1:1: sphinx: an item-link does not say what it links"),
        (
            ".. item-link::\n   :sources: A-1\n   :targets: B-1\n   :type: t\n",
            "a.rst:1:1: L19-dangling-link: A-1 is to link to B-1, and is no item that was read",
        ),
        (".. attribute-link::\n   :filter: (a+)+$\n   :x: y\n", "is not worked out here"),
        (
            "".join(f"{'  ' * n}.. item:: A-{n}\n\n" for n in range(20)),
            "items stand within each other more than 10",
        ),
    ],
)
def test_what_cannot_be_told(text: str, expected: str) -> None:
    """A directive that cannot be worked out is told, never passed over."""
    assert expected in told(SOURCE, text, "a.rst")[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```{item} A-1\n", "a.md:1:1: sphinx: the directive {item} is not closed"),
        ("```{item} A-1\n---\na: [\n---\n```\n", "a.md:"),
        ("```{item} A-1\n---\na: [b]\n---\n```\n", "a.md:3:1: sphinx: options are names with texts"),
        ("```{item} A-1\n---\na: &x b\n---\n```\n", "anchors and aliases are not taken here"),
    ],
)
def test_what_cannot_be_told_in_myst(text: str, expected: str) -> None:
    """A fence that is not closed, or whose options cannot be read, is told."""
    assert expected in told(SOURCE, text, "a.md")[0]


def test_attributes_and_links_by_the_plan() -> None:
    """A name of links that the plan knows is one, though what it leads to was not read."""
    mapping = ItemMapping(links={"satisfies": "derives_from"}, columns={"asil": "safety_class"})
    item = by_id(".. item:: A-1\n   :satisfies: B-1, B-2\n   :asil: B\n", mapping=mapping)["A-1"]
    assert links(item) == [("satisfies", "B-1"), ("satisfies", "B-2")]
    assert item.fields == {"safety_class": "B"}


@pytest.mark.parametrize(
    ("own", "kind"),
    [("SWRQT-A_B", "SWRQT"), ("REQ_1", "REQ"), ("r001", "r"), ("ITEST_REP-1", "ITEST_REP"), ("1", "1")],
)
def test_the_kind_is_what_an_id_begins_with(own: str, kind: str) -> None:
    """Items are told apart by what stands before the first '-', else before the first '_' or digit."""
    assert by_id(f".. item:: {own}\n")[own].kind == kind


def test_wrong_encoding() -> None:
    """What is not UTF-8 is told with its line."""
    assert told(SOURCE, b"a\n\xff\n", "a.rst") == ["a.rst:2: encoding: byte 2 is not UTF-8"]


def test_it_is_registered() -> None:
    """The plan's word for it is 'sphinx_items'."""
    assert source_named("sphinx_items") is SOURCE
    assert SOURCE.takes("a.rst")
    assert SOURCE.takes("a.md")
    assert not SOURCE.takes(".a.rst")


@settings(max_examples=300, deadline=None)
@given(bent([REST.encode(), SHOWN.encode(), MYST.encode()]), st.binary(max_size=80))
def test_nothing_crashes(data: bytes, noise: bytes) -> None:
    """Whatever stands in a document, the reader tells findings and raises nothing."""
    files = [SourceFile("a.md", data), SourceFile("a.rst", data), SourceFile("b.rst", noise)]
    read_without_raising(SOURCE, files, ItemMapping(type="software_requirement"))

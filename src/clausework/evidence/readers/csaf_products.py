"""The product tree of a CSAF document: what each product ID stands for."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from clausework.evidence.json_walk import JsonWalk, ValueTooLarge
from clausework.evidence.readers.vulnerability import elements_of
from clausework.evidence.source import ValueRejected

_MOST_PRODUCTS = 200_000
_LONGEST_NAME = 300
_DEEPEST_RELATION = 8


class Helper(msgspec.Struct, frozen=True):
    """How a product is told by others; CSAF 2.1 has several package URLs."""

    purl: str | None = None
    purls: tuple[str, ...] | None = None
    cpe: str | None = None


class Product(msgspec.Struct, frozen=True):
    """A product."""

    product_id: str
    name: str | None = None
    product_identification_helper: Helper | None = None

    def label(self) -> str:
        """Return its package URL where it has one, else its name."""
        helper = self.product_identification_helper or Helper()
        purl = helper.purl or next(iter(helper.purls or ()), "")
        return (purl or self.name or helper.cpe or self.product_id)[:_LONGEST_NAME]


class Relationship(msgspec.Struct, frozen=True):
    """A product as a part of another: a product of its own."""

    full_product_name: Product
    product_reference: str
    relates_to_product_reference: str
    category: str | None = None


class Group(msgspec.Struct, frozen=True):
    """Products under one name."""

    group_id: str
    product_ids: tuple[str, ...]


class Products:
    """What the product tree comes to."""

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._parts: dict[str, tuple[str, str]] = {}
        self._groups: dict[str, tuple[str, ...]] = {}

    def read(self, walk: JsonWalk) -> None:
        """Read a ``product_tree``; raises ``ValueRejected`` where an ID stands for two products."""
        for member in walk.members():
            if member == "branches":
                self._read_branches(walk)
            elif member == "full_product_names":
                for _ in elements_of(walk):
                    self._add(walk.take(Product), walk)
            elif member == "relationships":
                for _ in elements_of(walk):
                    self._relate(walk.take(Relationship), walk)
            elif member == "product_groups":
                for _ in elements_of(walk):
                    group = walk.take(Group)
                    self._groups[group.group_id] = group.product_ids
            else:
                walk.skip()

    def _read_branches(self, walk: JsonWalk) -> None:
        for _ in elements_of(walk):
            for member in walk.members():
                if member == "branches":
                    self._read_branches(walk)
                elif member == "product":
                    self._add(walk.take(Product), walk)
                else:
                    walk.skip()

    def _add(self, product: Product, walk: JsonWalk) -> None:
        if product.product_id in self._labels:
            raise ValueRejected(
                f"the product ID '{product.product_id[:60]}' is given twice", offset=walk.offset()
            )
        if len(self._labels) >= _MOST_PRODUCTS:
            raise ValueTooLarge(f"there are more than {_MOST_PRODUCTS} products", offset=walk.offset())
        self._labels[product.product_id] = product.label()

    def _relate(self, relationship: Relationship, walk: JsonWalk) -> None:
        self._add(relationship.full_product_name, walk)
        ends = (relationship.relates_to_product_reference, relationship.product_reference)
        self._parts[relationship.full_product_name.product_id] = ends

    def label(self, product: str, depth: int = 0) -> str:
        """Return what ``product`` stands for, a part as ``product > part``; raises ``ValueRejected``."""
        if product not in self._labels:
            raise ValueRejected(f"the product ID '{product[:60]}' is not in the product tree")
        if product not in self._parts or depth >= _DEEPEST_RELATION:
            return self._labels[product]
        whole, part = self._parts[product]
        return f"{self.label(whole, depth + 1)} > {self.label(part, depth + 1)}"

    def members(self, products: Iterable[str], groups: Iterable[str]) -> list[str]:
        """Return ``products`` and those of ``groups``; raises ``ValueRejected`` for a group that is not there."""
        found = list(products)
        for group in groups:
            if group not in self._groups:
                raise ValueRejected(f"the product group '{group[:60]}' is not in the product tree")
            found += self._groups[group]
        return found

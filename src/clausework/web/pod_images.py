"""The images that a Kubernetes object starts: of every container, initial or ephemeral ones included, and of volumes.

What cannot be told is refused: an object of a kind that is not known here, a specification without containers, a list
of containers under a name that this version does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from clausework.core.errors import InputRejected
from clausework.core.image_references import pinned_image, without_tag
from clausework.core.printable import printable

POD_SPECIFICATIONS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "Pod"): ("spec",),
    ("", "PodTemplate"): ("template", "spec"),
    ("", "ReplicationController"): ("spec", "template", "spec"),
    ("apps", "DaemonSet"): ("spec", "template", "spec"),
    ("apps", "Deployment"): ("spec", "template", "spec"),
    ("apps", "ReplicaSet"): ("spec", "template", "spec"),
    ("apps", "StatefulSet"): ("spec", "template", "spec"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template", "spec"),
    ("batch", "Job"): ("spec", "template", "spec"),
}
"""Where each kind (group and name, version v1) has the specification of the pods that it starts."""

CONTAINERS = ("initContainers", "containers", "ephemeralContainers")


class ImagesUntold(InputRejected):
    """Which images an object starts cannot be told."""

    hint = "Send this webhook the kinds that its manifest lists, as the API server has them in version v1."


class Image(msgspec.Struct, frozen=True):
    """An image that an object starts: where in the object, the container's name, the reference as written."""

    place: str
    container: str
    reference: str

    @property
    def sha256(self) -> str:
        """The digest that the reference pins; empty where it pins none."""
        found = pinned_image(self.reference)
        return found.sha256 if found else ""

    @property
    def name(self) -> str:
        """The reference without its digest and tag."""
        found = pinned_image(self.reference)
        return found.name if found else without_tag(self.reference)


def images_of(group: str, version: str, kind: str, document: Any) -> tuple[Image, ...]:
    """Return the images that ``document``, of that kind, starts; raises ``ImagesUntold``."""
    path = POD_SPECIFICATIONS.get((group, kind))
    if path is None or version != "v1":
        raise ImagesUntold(
            f"It is a {printable(kind)} of {printable(f'{group}/{version}'.strip('/'))}, and this webhook does not know"
            " where such an object has its images."
        )
    document = _mapping(document, kind)
    if document.get("kind", kind) != kind:
        raise ImagesUntold(f"It is said to be a {printable(kind)}, and says itself that it is another kind.")
    specification: Any = document
    for depth, member in enumerate(path):
        specification = _mapping(specification, ".".join((kind, *path[:depth]))).get(member)
        if specification is None and kind == "ReplicationController" and member == "template":
            return ()  # it may have none, and then starts nothing
    return tuple(_images(_mapping(specification, ".".join((kind, *path))), ".".join(path)))


def _images(specification: Mapping[str, Any], place: str) -> Iterator[Image]:
    if not specification.get("containers"):
        raise ImagesUntold(f"{place}.containers is empty or missing.")
    for member, value in specification.items():
        if member in CONTAINERS:
            yield from _containers(value, f"{place}.{member}")
        elif member == "volumes":
            yield from _volumes(value, f"{place}.volumes")
        elif isinstance(value, list) and any(isinstance(one, dict) and "image" in one for one in value):
            raise ImagesUntold(
                f"{place}.{printable(member)} names images, and this version does not know it."
            )


def _containers(value: Any, place: str) -> Iterator[Image]:
    for number, container in enumerate(_list(value, place)):
        here = f"{place}[{number}]"
        described = _mapping(container, here)
        yield Image(here, _text(described.get("name", ""), here), _text(described.get("image", ""), here))


def _volumes(value: Any, place: str) -> Iterator[Image]:
    for number, volume in enumerate(_list(value, place)):
        here = f"{place}[{number}]"
        described = _mapping(volume, here)
        if described.get("image") is not None:
            image = _mapping(described["image"], f"{here}.image")
            name = _text(described.get("name", ""), here)
            yield Image(f"{here}.image", name, _text(image.get("reference", ""), here))


def _mapping(value: Any, place: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ImagesUntold(f"{place} is no object.")
    return value


def _list(value: Any, place: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ImagesUntold(f"{place} is no list.")
    return value


def _text(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise ImagesUntold(f"{place} has a name or an image that is no text.")
    return value

"""AdmissionReview, ``admission.k8s.io/v1``: what a Kubernetes API server asks of a webhook, and what it is answered.

The answer is no wherever yes cannot be shown: an image by tag, an image that no release names, an object of another
kind, a ledger that cannot be read. Deleting starts nothing and is allowed; so is a change that leaves the images as
they are, for they were asked about when they came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from clausework.actions.admission_desk import Answer
from clausework.core.errors import ClauseworkError, InputRejected
from clausework.core.printable import printable
from clausework.web.pod_images import Image, ImagesUntold, images_of

API_VERSION = "admission.k8s.io/v1"
KIND = "AdmissionReview"

_LONGEST_MESSAGE = 4_000
_MOST_IMAGES = 200
_SHOWN = 5


class NotAReview(InputRejected):
    """What was sent is no AdmissionReview of ``admission.k8s.io/v1`` with a request."""

    hint = "Configure the webhook with admissionReviewVersions: [v1]."


class GroupVersionKind(msgspec.Struct, frozen=True):
    """A kind of object, as the API server names it; the group of the core kinds is empty."""

    group: str
    version: str
    kind: str


class UserInfo(msgspec.Struct, frozen=True):
    """Who asked the API server."""

    username: str = ""


class Request(
    msgspec.Struct,
    frozen=True,
    rename={"subresource": "subResource", "old_object": "oldObject", "dry_run": "dryRun", "user": "userInfo"},
):
    """What the API server asks: whether this object may be created, or changed from ``old_object``."""

    uid: str
    kind: GroupVersionKind
    operation: str
    subresource: str = ""
    name: str = ""
    namespace: str = ""
    object: Any = None
    old_object: Any = None
    dry_run: bool | None = None
    user: UserInfo = UserInfo()


class _Review(msgspec.Struct, frozen=True, rename={"api_version": "apiVersion"}):
    api_version: str
    kind: str
    request: Request


class Verdict(msgspec.Struct, frozen=True):
    """Whether the object may be, why, what was found about each image that was asked about, and what HTTP calls it."""

    allowed: bool
    message: str
    images: tuple[Image, ...] = ()
    answers: tuple[Answer, ...] = ()
    code: int = 200


Ask = Callable[[Sequence[str]], Sequence[Answer]]
"""Returns the answer about each digest; raises ``ClauseworkError`` where there can be none."""

_decoder = msgspec.json.Decoder(_Review)


def read_review(body: bytes) -> Request:
    """Return the request in an AdmissionReview; raises ``NotAReview``."""
    try:
        review = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotAReview(f"The body is no AdmissionReview: {error}.") from error
    if (review.api_version, review.kind) != (API_VERSION, KIND):
        raise NotAReview(
            f"The body is a {printable(review.kind)[:80]} of {printable(review.api_version)[:80]},"
            f" not a {KIND} of {API_VERSION}."
        )
    if not 0 < len(review.request.uid) <= 200:
        raise NotAReview("The request has no uid that could be answered.")
    return review.request


def judge(request: Request, ask: Ask) -> Verdict:
    """Return whether the object may be, on what ``ask`` says of the images that come with it."""
    if request.operation in {"DELETE", "CONNECT"}:
        return Verdict(allowed=True, message=f"{request.operation} starts no image")
    if request.operation not in {"CREATE", "UPDATE"}:
        return _refused(
            f"'{printable(request.operation)[:40]}' is no operation that is known here.", code=400
        )
    try:
        images = _coming(request)
    except ImagesUntold as error:
        return _refused(f"{error.message} {error.hint}", code=422)
    if len(images) > _MOST_IMAGES:
        return _refused(f"The object starts {len(images)} images; {_MOST_IMAGES} are the most.", code=422)
    if not images:
        return Verdict(allowed=True, message="it brings no image that was not there")
    try:
        answers = tuple(ask(sorted({one.sha256 for one in images if one.sha256})))
    except ClauseworkError as error:
        return _refused(
            f"Whether the images may run cannot be told: {error.message} {error.hint}", images, code=503
        )
    return _on_answers(images, answers)


def response(request: Request, verdict: Verdict) -> bytes:
    """Return the AdmissionReview that answers ``request``."""
    answer: dict[str, Any] = {"uid": request.uid, "allowed": verdict.allowed}
    message = printable(verdict.message)[:_LONGEST_MESSAGE]
    if verdict.allowed:
        versions = sorted({one.version for one in verdict.answers if one.version})
        notes = {"message": message, **({"releases": ",".join(versions)} if versions else {})}
        answer["auditAnnotations"] = notes
    else:
        answer["status"] = {
            "status": "Failure",
            "reason": "Forbidden",
            "code": 403 if verdict.code == 200 else verdict.code,
            "message": message,
        }
    return msgspec.json.encode({"apiVersion": API_VERSION, "kind": KIND, "response": answer})


def _coming(request: Request) -> tuple[Image, ...]:
    """Return the images that the object has and, when it is changed, did not have at that container before."""
    kind = request.kind
    images = images_of(kind.group, kind.version, kind.kind, request.object)
    if request.operation == "CREATE" or not isinstance(request.old_object, dict):
        return images
    try:
        before = {
            _identity(one) for one in images_of(kind.group, kind.version, kind.kind, request.old_object)
        }
    except ImagesUntold:
        return images
    return tuple(one for one in images if _identity(one) not in before)


def _identity(image: Image) -> tuple[str, str, str]:
    return image.place.partition("[")[0], image.container, image.reference


def _on_answers(images: Sequence[Image], answers: Iterable[Answer]) -> Verdict:
    by_digest = {one.sha256: one for one in answers}
    told = tuple(by_digest.values())
    places: dict[str, list[Image]] = {}
    for image in images:
        places.setdefault(image.reference, []).append(image)
    reasons = [
        f"{_named(same)}: {reason}"
        for same in places.values()
        if (reason := _reason(same[0], by_digest.get(same[0].sha256)))
    ]
    if reasons:
        more = f" And {len(reasons) - _SHOWN} more." if len(reasons) > _SHOWN else ""
        return _refused(" ".join(reasons[:_SHOWN]) + more, images, told)
    versions = sorted({one.version or f"#{one.basis}" for one in told})
    return Verdict(
        allowed=True,
        message=f"{len(told)} images admitted by {', '.join(versions)}",
        images=tuple(images),
        answers=told,
    )


def _named(same: Sequence[Image]) -> str:
    """Return an image in words, with the first place where it is named."""
    first = same[0]
    more = f" and {len(same) - 1} more" if len(same) > 1 else ""
    return f"Image '{printable(first.reference)[:300]}' of '{printable(first.container)[:80]}' ({first.place}){more}"


def _reason(image: Image, answer: Answer | None) -> str:
    """Return why the image may not run; empty where it may."""
    if not image.sha256:
        return (
            "it is not pinned by digest, and a tag may name another image tomorrow."
            " Write it as NAME@sha256:DIGEST, as the release index names it."
        )
    if answer is None:
        return "nothing is known of it."
    return "" if answer.admitted else f"{answer.message} Next: {answer.next}"


def _refused(
    message: str, images: Sequence[Image] = (), answers: Sequence[Answer] = (), *, code: int = 403
) -> Verdict:
    return Verdict(False, f"clausework: {message}", tuple(images), tuple(answers), code)  # noqa: FBT003

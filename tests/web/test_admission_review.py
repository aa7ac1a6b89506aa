"""What a webhook answers an API server: images of signed releases by digest, and no to everything it cannot tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.actions.admission_desk import Answer
from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated
from clausework.web.admission_review import NotAReview, Verdict, judge, read_review, response
from clausework.web.pod_images import POD_SPECIFICATIONS, Image
from tests.web.reviewing import NAMES, RELEASED, STARTING, Document, body, changed, document, pod_of

OTHER = sha256_of(b"other")
NAME = "registry.example.com/pulse/counter"


def ask(digests: Sequence[str]) -> Sequence[Answer]:
    """Admit the released digest alone."""
    return [
        Answer(one, admitted=True, version="1.0.0", basis=40)
        if one == RELEASED
        else Answer(one, admitted=False, message="no signed release names it.", next="Release it.")
        for one in digests
    ]


def judged(review: Document) -> Verdict:
    """Return the verdict on a review."""
    return judge(read_review(body(review)), ask)


@pytest.mark.parametrize("name", STARTING)
def test_an_object_with_released_images_is_allowed(name: str) -> None:
    """Each kind that starts pods is admitted when all of its images are of a release."""
    verdict = judged(document(name))
    assert verdict.allowed, verdict.message
    assert {one.version for one in verdict.answers} == {"1.0.0"}


@pytest.mark.parametrize("name", STARTING)
def test_an_object_with_another_image_is_refused(name: str) -> None:
    """Attack: an image that no release names, in each kind that starts pods."""
    verdict = judged(document(name, OTHER))
    assert not verdict.allowed
    assert "no signed release names it. Next: Release it." in verdict.message
    assert f"{NAME}@sha256:{OTHER}" in verdict.message


@pytest.mark.parametrize("name", [name for name in STARTING if name.endswith("create")])
@pytest.mark.parametrize("member", ["containers", "initContainers", "ephemeralContainers"])
def test_one_other_image_among_released_ones_is_refused(name: str, member: str) -> None:
    """Attack: one container among the released ones, in any list of any kind, has an image of its own."""

    def smuggle(request: Document) -> None:
        pod_of(request).setdefault(member, []).append({"name": "x", "image": f"evil@sha256:{OTHER}"})

    verdict = judged(changed(document(name), smuggle))
    assert not verdict.allowed
    assert f"evil@sha256:{OTHER}" in verdict.message
    assert member in verdict.message


def _set(image: object) -> Callable[[Document], object]:
    return lambda request: pod_of(request)["containers"][0].update(image=image)


@pytest.mark.parametrize(
    "image",
    [
        NAME,
        f"{NAME}:1.0.0",
        f"{NAME}:latest",
        "",
        f"{NAME}@sha256:{RELEASED[:-1]}",
        f"{NAME}@sha256:{RELEASED}0",
        f"{NAME}@sha256:{RELEASED.upper()}",
        f"{NAME}@sha512:{RELEASED}{RELEASED}",
        f"{NAME}@sha256:{RELEASED}@sha256:{OTHER}",
        f"{NAME}@sha256:{RELEASED}\n",
        f" {NAME}@sha256:{RELEASED}",
        f"@sha256:{RELEASED}",
        RELEASED,
    ],
)
def test_an_image_that_no_digest_pins_is_refused(image: str) -> None:
    """Attack: a tag, which may name another image tomorrow, or something that only looks like a digest."""
    verdict = judged(changed(document("pod-create"), _set(image)))
    assert not verdict.allowed
    assert "not pinned by digest" in verdict.message


def test_a_tag_beside_the_digest_is_allowed() -> None:
    """With both, the digest alone decides what is pulled."""
    assert judged(changed(document("pod-create"), _set(f"{NAME}:1.0.0@sha256:{RELEASED}"))).allowed


def test_an_image_in_a_volume_is_looked_at() -> None:
    """Attack: code comes in as a volume that is an image."""

    def mount(reference: str) -> Callable[[Document], object]:
        volume = {"name": "code", "image": {"reference": reference, "pullPolicy": "IfNotPresent"}}
        return lambda request: pod_of(request)["volumes"].append(volume)

    assert judged(changed(document("pod-create"), mount(f"{NAME}@sha256:{RELEASED}"))).allowed
    refused = judged(changed(document("pod-create"), mount(f"evil@sha256:{OTHER}")))
    assert not refused.allowed
    assert "spec.volumes[1].image" in refused.message


@pytest.mark.parametrize(
    "change",
    [
        lambda request: request["object"].pop("spec"),
        lambda request: request.update(object=None),
        lambda request: request.update(object=[]),
        lambda request: request["object"].update(spec="containers"),
        lambda request: request["object"].update(kind="ConfigMap"),
        lambda request: pod_of(request).update(containers=[]),
        lambda request: pod_of(request).update(containers={"0": {}}),
        lambda request: pod_of(request).update(containers=["counter"]),
        lambda request: pod_of(request).update(initContainers="none"),
        lambda request: pod_of(request)["containers"][0].update(image=7),
        lambda request: pod_of(request)["containers"][0].update(name=["a"]),
        lambda request: pod_of(request).update(sidecarContainers=[{"image": "evil"}]),
        lambda request: pod_of(request).update(volumes=7),
        lambda request: request["kind"].update(version="v2"),
        lambda request: request["kind"].update(group="example.com"),
        lambda request: request["kind"].update(kind="Rollout"),
        lambda request: request.update(operation="PATCH"),
    ],
)
def test_an_object_whose_images_cannot_be_told_is_refused(change: Callable[[Document], object]) -> None:
    """Attack: an object of another shape, kind or operation, in which an image may hide; the answer is no, with why."""
    verdict = judged(changed(document("pod-create"), change))
    assert not verdict.allowed
    assert verdict.message


def test_a_controller_without_a_template_starts_nothing() -> None:
    """A ReplicationController may have no template; its pods are asked about when they come."""
    review = changed(
        document("replicationcontroller-create"), lambda request: request["object"]["spec"].pop("template")
    )
    assert judged(review).allowed
    review = changed(document("deployment-create"), lambda request: request["object"]["spec"].pop("template"))
    assert not judged(review).allowed


def test_deleting_is_always_allowed() -> None:
    """A pod of a withdrawn release can be deleted: deleting starts nothing."""
    assert judged(document("pod-delete", OTHER)).allowed


def test_a_change_that_leaves_the_images_is_allowed() -> None:
    """A pod whose release was withdrawn can still be labelled, and lose its finalizers."""
    assert judged(document("pod-update", OTHER)).allowed


@pytest.mark.parametrize("place", ["containers", "initContainers"])
def test_a_change_of_an_image_is_refused(place: str) -> None:
    """Attack: a pod is admitted, then its image is changed in place."""
    review = changed(
        document("pod-update"), lambda request: pod_of(request)[place][0].update(image=f"evil@sha256:{OTHER}")
    )
    assert not judged(review).allowed


def test_an_image_that_moves_to_another_container_is_asked_about() -> None:
    """Attack: an image that was there in one container is put into another."""

    def swap(request: Document) -> None:
        request["oldObject"]["spec"]["initContainers"][0]["image"] = f"evil@sha256:{OTHER}"
        pod_of(request)["containers"][0]["image"] = f"evil@sha256:{OTHER}"

    assert not judged(changed(document("pod-update"), swap)).allowed


@pytest.mark.parametrize("old", [None, {}, {"spec": 7}, []])
def test_a_change_without_what_was_before_is_judged_whole(old: object) -> None:
    """Lapse: the object before is missing or unreadable; then every image is asked about."""
    review = changed(document("pod-update", OTHER), lambda request: request.update(oldObject=old))
    assert not judged(review).allowed


def test_kinds_without_pods_are_refused_by_name() -> None:
    """Lapse: the webhook's rules send more than its manifest lists; the refusal says which kind and what to do."""
    verdict = judged(document("deployment-scale"))
    assert not verdict.allowed
    assert "Scale of autoscaling/v1" in verdict.message
    assert "the kinds that its manifest lists" in verdict.message


def test_a_ledger_that_cannot_be_read_refuses_with_the_reason() -> None:
    """Lapse: the ledger is damaged or gone; nothing is admitted, and the answer says why."""

    def fail(_digests: Sequence[str]) -> Sequence[Answer]:
        raise IntegrityViolated("Entry 7 was changed.")

    verdict = judge(read_review(body(document("pod-create"))), fail)
    assert not verdict.allowed
    assert "Entry 7 was changed." in verdict.message


@pytest.mark.parametrize("answers", [[], [Answer(OTHER, admitted=True)]])
def test_an_answer_about_something_else_admits_nothing(answers: Sequence[Answer]) -> None:
    """Lapse: the desk does not answer what was asked."""
    verdict = judge(read_review(body(document("pod-create"))), lambda _digests: answers)
    assert not verdict.allowed


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_a_review_of_the_same_request(name: str) -> None:
    """The response has the request's uid, what is allowed, and for a refusal the status with the reasons."""
    review = document(name, OTHER)
    request = read_review(body(review))
    answered = json.loads(response(request, judge(request, ask)))
    assert (answered["apiVersion"], answered["kind"]) == ("admission.k8s.io/v1", "AdmissionReview")
    found = answered["response"]
    assert found["uid"] == review["request"]["uid"]
    if found["allowed"]:
        assert "status" not in found
        assert all(isinstance(value, str) for value in found["auditAnnotations"].values())
    else:
        assert found["status"]["code"] >= 400
        assert found["status"]["message"].startswith("clausework: ")
        assert "\n" not in found["status"]["message"]


def test_a_long_refusal_is_cut_and_counts_the_rest() -> None:
    """Attack: images without end; the answer stays small."""

    def many(count: int) -> Callable[[Document], object]:
        containers = [
            {"name": str(number), "image": f"evil{number}@sha256:{OTHER}"} for number in range(count)
        ]
        return lambda request: pod_of(request).update(containers=containers, initContainers=[])

    refused = judged(changed(document("pod-create"), many(50)))
    assert "And 45 more." in refused.message
    refused = judged(changed(document("pod-create"), many(201)))
    assert "200 are the most" in refused.message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b'{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}',
        b'{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": null}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_review_is_rejected(data: bytes) -> None:
    """Attack: bytes that are no review are answered with an error, which an API server takes as no."""
    with pytest.raises(NotAReview):
        read_review(data)


@pytest.mark.parametrize(
    "change",
    [
        {"apiVersion": "admission.k8s.io/v1beta1"},
        {"apiVersion": "v1"},
        {"kind": "Review"},
        {"request": {}},
        {
            "request": {
                "uid": "",
                "kind": {"group": "", "version": "v1", "kind": "Pod"},
                "operation": "DELETE",
            }
        },
    ],
)
def test_a_review_of_another_version_is_rejected(change: Document) -> None:
    """Lapse: a version in which fields may mean something else, or a request that cannot be answered by its uid."""
    with pytest.raises(NotAReview):
        read_review(body(document("pod-create") | change))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["spec", "template", "containers", "image", "name", "volumes", "kind"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(sorted(POD_SPECIFICATIONS)), _JSON, st.sampled_from(["CREATE", "UPDATE"]), _JSON)
def test_no_object_gets_in_by_its_shape(
    kind: tuple[str, str], made: object, operation: str, before: object
) -> None:
    """Attack: objects of any shape. None is allowed that brings an image, and none makes an error."""
    request = {
        "uid": "u",
        "kind": {"group": kind[0], "version": "v1", "kind": kind[1]},
        "operation": operation,
        "object": made,
        "oldObject": before,
    }
    verdict = judged({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "request": request})
    assert not verdict.allowed or not verdict.images


def test_an_image_has_its_name_without_tag_and_digest() -> None:
    """Ports of registries are no tags."""
    for reference in (f"host:5000/a/b@sha256:{OTHER}", f"host:5000/a/b:tag@sha256:{OTHER}"):
        assert Image("", "", reference).name == "host:5000/a/b"
    assert msgspec.structs.asdict(Image("p", "c", "x:1"))["reference"] == "x:1"
    assert Image("", "", "x:1").sha256 == ""

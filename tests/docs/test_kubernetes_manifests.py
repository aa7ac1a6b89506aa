"""The manifests of the webhook: they fail closed, ask about everything that it knows, and give it no right it lacks."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import yaml

from clausework.cli.webhook import command
from clausework.core.image_references import pinned_image
from clausework.web.admission_webhook import ADMIT, ALIVE, READY
from clausework.web.pod_images import POD_SPECIFICATIONS, images_of

FOLDER = Path(__file__).parents[2] / "docs" / "kubernetes"
ROOT = FOLDER.parents[1]


def _documents(name: str) -> dict[str, dict[str, Any]]:
    """Return the manifests in a file by their kind."""
    found = list(yaml.safe_load_all((FOLDER / name).read_text(encoding="utf-8")))
    by_kind = {one["kind"]: one for one in found}
    assert len(by_kind) == len(found)
    return by_kind


def _webhook() -> dict[str, Any]:
    (webhook,) = _documents("admission.yaml")["ValidatingWebhookConfiguration"]["webhooks"]
    assert isinstance(webhook, dict)
    return webhook


def _pod() -> dict[str, Any]:
    pod = _documents("webhook.yaml")["Deployment"]["spec"]["template"]["spec"]
    assert isinstance(pod, dict)
    return pod


def test_the_configuration_fails_closed() -> None:
    """No answer in time means no; no condition or selector of objects lets anything past."""
    webhook = _webhook()
    assert webhook["failurePolicy"] == "Fail"
    assert webhook["matchPolicy"] == "Equivalent"
    assert webhook["admissionReviewVersions"] == ["v1"]
    assert webhook["sideEffects"] == "NoneOnDryRun"
    assert 1 <= webhook["timeoutSeconds"] <= 30
    assert "matchConditions" not in webhook
    assert "objectSelector" not in webhook
    (selector,) = webhook["namespaceSelector"]["matchExpressions"]
    assert (selector["key"], selector["operator"]) == ("kubernetes.io/metadata.name", "In")
    assert base64.b64decode(webhook["clientConfig"]["caBundle"], validate=True)


def test_the_configuration_asks_about_every_kind_that_the_webhook_knows() -> None:
    """Each kind with pods, when it is made and when it is changed, and containers added to a running pod."""
    asked = {
        (group, resource)
        for rule in _webhook()["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        if rule["apiVersions"] == ["v1"] and set(rule["operations"]) == {"CREATE", "UPDATE"}
    }
    known = {(group, f"{kind.lower()}s") for group, kind in POD_SPECIFICATIONS}
    assert asked == known | {("", "pods/ephemeralcontainers")}


def test_the_configuration_leads_to_the_service_and_on_to_the_pods() -> None:
    """Name, namespace, port and path fit each other, and the webhook's own namespace is not asked about."""
    documents = _documents("webhook.yaml")
    service, deployment = documents["Service"], documents["Deployment"]
    client = _webhook()["clientConfig"]["service"]
    assert (client["name"], client["namespace"]) == (
        service["metadata"]["name"],
        service["metadata"]["namespace"],
    )
    assert client["path"] == ADMIT
    (port,) = service["spec"]["ports"]
    assert client["port"] == port["port"]
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    for selector in (
        service["spec"]["selector"],
        deployment["spec"]["selector"]["matchLabels"],
        documents["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
        documents["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    (container,) = _pod()["containers"]
    assert port["targetPort"] in {one["name"] for one in container["ports"]}
    (allowed,) = documents["NetworkPolicy"]["spec"]["ingress"]
    assert allowed["ports"][0]["port"] == container["ports"][0]["containerPort"]
    (selected,) = _webhook()["namespaceSelector"]["matchExpressions"]
    assert documents["Namespace"]["metadata"]["name"] not in selected["values"]


def test_the_pods_have_no_right_that_they_do_not_need() -> None:
    """No root, no capability, no writable root, no token of the API, no traffic out."""
    documents = _documents("webhook.yaml")
    pod = _pod()
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert documents["ServiceAccount"]["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] > 0
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert documents["Namespace"]["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert documents["NetworkPolicy"]["spec"]["egress"] == []
    assert set(documents["NetworkPolicy"]["spec"]["policyTypes"]) == {"Ingress", "Egress"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & pod.keys()


def test_the_pods_run_the_verb_as_it_is() -> None:
    """Arguments are options of the verb; probes, volumes and ports are there; the image is pinned."""
    (container,) = _pod()["containers"]
    verb, *arguments = container["args"]
    assert verb == "webhook"
    options = {option for parameter in command.params for option in parameter.opts}
    assert {argument.partition("=")[0] for argument in arguments} <= options
    required = {parameter.opts[0] for parameter in command.params if parameter.required}
    assert required <= {argument.partition("=")[0] for argument in arguments}
    assert container["readinessProbe"]["httpGet"]["path"] == READY
    assert container["livenessProbe"]["httpGet"]["path"] == ALIVE
    assert pinned_image(container["image"])
    mounted = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    assert set(mounted) == {volume["name"] for volume in _pod()["volumes"]}
    for argument in arguments:
        if argument.startswith(("--certificate=", "--key=")):
            assert argument.partition("=")[2].startswith(f"{mounted['tls']}/")
    deployment = _documents("webhook.yaml")["Deployment"]
    assert images_of("apps", "v1", "Deployment", deployment)


def test_the_page_names_the_manifests_and_every_option() -> None:
    """docs/deployment.md leads to both files and leaves no option of the verb out."""
    page = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    for name in ("webhook.yaml", "admission.yaml"):
        assert f"kubernetes/{name}" in page
    for parameter in command.params:
        assert re.search(rf"`?{parameter.opts[0]}\b", page), parameter.opts[0]

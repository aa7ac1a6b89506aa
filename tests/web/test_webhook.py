"""The webhook over real TLS, on a real ledger: what an API server is answered, and what nobody can make it do."""

from __future__ import annotations

import json
import signal
import socket
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clausework.core.digests import sha256_of
from clausework.ledger.records.release import Deployment
from clausework.web import tls_server
from clausework.web.admission_webhook import LARGEST_BODY
from clausework.web.tls_server import Certificates, CertificateUnreadable
from tests.actions.device import Device
from tests.actions.test_withdraw import WHY, released, withdraw
from tests.web.certificates import Authority
from tests.web.reviewing import STARTING, body, changed, document, pod_of
from tests.web.serving import Served, serving


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory, prepared_releasable: Device) -> tuple[Device, str]:
    """A device whose version is released, and the digest that the release names."""
    device = prepared_releasable.copy(tmp_path_factory.mktemp("released"))
    return device, released(device)


@pytest.fixture(scope="module")
def served(
    deployed: tuple[Device, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, str]]:
    """A webhook that reads the released device's ledger."""
    device, digest = deployed
    with serving(device, tmp_path_factory.mktemp("certificates")) as found:
        yield found, digest


@pytest.mark.parametrize("name", STARTING)
def test_released_images_get_in_and_others_do_not(served: tuple[Served, str], name: str) -> None:
    """Each kind that starts pods, over TLS: yes with what the release names, no with anything else, and why."""
    webhook, digest = served
    answer = webhook.review(document(name, digest))
    assert answer["allowed"], answer
    assert answer["auditAnnotations"]["releases"] == "1.0.0"
    refused = webhook.review(document(name, sha256_of(b"other")))
    assert not refused["allowed"]
    message = refused["status"]["message"]
    assert f"registry.example.com/pulse/counter@sha256:{sha256_of(b'other')}" in message
    assert "no signed release names the artefact" in message
    assert "clausework release VERSION" in message


def test_every_answer_is_told(served: tuple[Served, str]) -> None:
    """Each answer is told with who asked, what for, and why: the API server's user among it."""
    webhook, digest = served
    webhook.review(changed(document("pod-create", digest), lambda request: request.update(uid="told-1")))
    (line,) = [one for one in webhook.told if one.get("uid") == "told-1"]
    assert line["answer"] == "allowed"
    assert line["user"] == "system:serviceaccount:kube-system:replicaset-controller"
    assert line["namespace"] == "pulse-production"
    assert line["images"] == [f"registry.example.com/pulse/counter@sha256:{digest}"] * 2
    assert json.dumps(line)


@pytest.mark.parametrize(
    ("data", "headers", "path", "status"),
    [
        (b"{}", {}, "/admit", 400),
        (b"", {}, "/admit", 400),
        (b"{" * 50_000, {}, "/admit", 400),
        (b"\xff" * 100, {}, "/admit", 400),
        (b"{}", {"Content-Type": "text/plain"}, "/admit", 415),
        (b"{}", {"Content-Length": "99999999999"}, "/admit", 413),
        (b"{}", {"Content-Length": "-2"}, "/admit", 411),
        (b"{}", {"Content-Length": "two"}, "/admit", 411),
        (b"{}", {"Transfer-Encoding": "chunked"}, "/admit", 411),
        (b"{}", {}, "/", 404),
        (b"{}", {}, "/admit/../admit", 404),
    ],
)
def test_what_is_no_review_is_an_error(
    served: tuple[Served, str], data: bytes, headers: dict[str, str], path: str, status: int
) -> None:
    """Attack: requests that are no review. None is answered with 200, so that the API server takes it as no."""
    assert served[0].post(data, headers=headers, path=path)[0] == status


def test_a_review_of_another_version_is_an_error(served: tuple[Served, str]) -> None:
    """Lapse: the configuration asks for v1beta1; the answer is an error that names the version to configure."""
    webhook, digest = served
    review = document("pod-create", digest) | {"apiVersion": "admission.k8s.io/v1beta1"}
    status, text = webhook.post(body(review))
    assert status == 400
    assert b"admissionReviewVersions: [v1]" in text


def test_an_oversized_review_is_refused_before_it_is_read(served: tuple[Served, str]) -> None:
    """Attack: a body past the limit; nothing of it is read into memory."""
    connection = served[0].connect()
    connection.putrequest("POST", "/admit")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(LARGEST_BODY + 1))
    connection.endheaders()
    assert connection.getresponse().status == 413
    connection.close()


def test_a_body_that_breaks_off_is_no_review(served: tuple[Served, str]) -> None:
    """Attack: a review whose end never comes, its half being a whole document."""
    webhook, digest = served
    review = changed(document("pod-delete", digest), lambda request: request.update(uid="broken-off"))
    data = body(review)
    head = "POST /admit HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(data) + 5}\r\n\r\n"
    with webhook.context().wrap_socket(webhook.raw(), server_hostname="127.0.0.1") as connection:
        connection.sendall(head.encode() + data)
        with pytest.raises(
            ssl.SSLError, match="APPLICATION_DATA_AFTER_CLOSE_NOTIFY"
        ):  # it is still answered: 400
            connection.unwrap()
    assert webhook.get("/readyz")[0] == 200
    assert not [one for one in webhook.told if one.get("uid") == "broken-off"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_not_there(served: tuple[Served, str], method: str) -> None:
    """Nothing can be changed through the webhook."""
    connection = served[0].connect()
    connection.request(method, "/admit", b"{}")
    assert connection.getresponse().status == 501
    connection.close()


def test_it_tells_whether_it_runs_and_can_answer(served: tuple[Served, str]) -> None:
    """Probes of the kubelet: alive, and ready with the number of records."""
    webhook, _ = served
    assert webhook.get("/healthz") == (200, b"alive\n")
    status, text = webhook.get("/readyz")
    assert status == 200
    assert b"records" in text
    assert webhook.get("/")[0] == 404


def test_an_old_tls_version_is_refused(served: tuple[Served, str]) -> None:
    """Attack: the connection is talked down to a version of TLS that is broken."""
    webhook, _ = served
    context = webhook.context()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with webhook.raw() as raw, pytest.raises(OSError, match=r"(?i)ssl|reset|version|protocol"):
        context.wrap_socket(raw, server_hostname="127.0.0.1")


def test_many_requests_at_once_are_all_answered(served: tuple[Served, str]) -> None:
    """Two hundred reviews over twenty connections at a time: each gets its own answer."""
    webhook, digest = served
    webhook.review(document("pod-create", digest))

    def ask(number: int) -> bool:
        sha256 = digest if number % 2 else sha256_of(b"%d" % number)
        review = changed(document("pod-create", sha256), lambda request: request.update(uid=f"many-{number}"))
        return bool(webhook.review(review)["allowed"]) == bool(number % 2)

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(ask, range(200)))


def test_clients_that_say_nothing_hold_nobody_up(
    deployed: tuple[Device, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: connections that never shake hands, and one that sends its request a byte at a time."""
    monkeypatch.setattr(tls_server, "DEADLINE", 1.5)
    monkeypatch.setattr(tls_server, "_QUIET", 1.0)
    device, digest = deployed
    with serving(device, tmp_path) as webhook:
        silent = [webhook.raw() for _ in range(30)]
        slow = webhook.context().wrap_socket(webhook.raw(), server_hostname="127.0.0.1")
        began = time.monotonic()
        assert webhook.review(document("pod-create", digest))["allowed"]
        ended = False
        while not ended and time.monotonic() - began < 20:
            try:
                slow.sendall(b"P")
                time.sleep(0.2)
            except OSError:
                ended = True
        assert ended, "the slow client was never cut off"
        for one in silent:
            assert one.recv(10) == b""
            one.close()
        slow.close()
        assert webhook.review(document("pod-create", digest))["allowed"]
    assert any("TimeoutError" in one.get("connection", "") for one in webhook.told)


def test_more_connections_than_there_are_places_are_closed(
    deployed: tuple[Device, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack: all places are taken; further connections fail, which means no, until places are free."""
    monkeypatch.setattr(tls_server, "MOST_CONNECTIONS", 3)
    device, digest = deployed
    with serving(device, tmp_path) as webhook:
        held = [webhook.raw() for _ in range(3)]
        time.sleep(0.3)
        with pytest.raises(OSError, match=r"(?i)ssl|reset|eof|closed"):
            webhook.review(document("pod-create", digest))
        for one in held:
            one.close()
        time.sleep(0.3)
        assert webhook.review(document("pod-create", digest))["allowed"]


def test_a_withdrawal_refuses_the_next_pod(tmp_path: Path, prepared_releasable: Device) -> None:
    """The release is withdrawn by another process while the webhook serves: the next pod does not get in."""
    device = prepared_releasable.copy(tmp_path / "device")
    digest = released(device)
    with serving(device, tmp_path) as webhook:
        assert webhook.review(document("pod-create", digest))["allowed"]
        with device.open() as workplace:
            withdraw(workplace)
        refused = webhook.review(document("pod-create", digest))
        assert not refused["allowed"]
        assert WHY["reason"] in refused["status"]["message"]
        assert webhook.review(document("pod-update", digest))["allowed"]
        assert webhook.review(document("pod-delete", digest))["allowed"]


def test_a_damaged_ledger_refuses_with_the_reason(tmp_path: Path, prepared_releasable: Device) -> None:
    """Attack: the ledger is damaged or taken away under the webhook; nothing gets in, and it is not ready."""
    device = prepared_releasable.copy(tmp_path / "device")
    digest = released(device)
    with serving(device, tmp_path) as webhook:
        assert webhook.review(document("pod-create", digest))["allowed"]
        (device.store / "ledger.sqlite").rename(device.store / "elsewhere")
        refused = webhook.review(document("pod-create", digest))
        assert not refused["allowed"]
        assert refused["status"]["code"] == 503
        assert "cannot be reached" in refused["status"]["message"]
        assert webhook.get("/readyz")[0] == 503
        assert webhook.get("/healthz")[0] == 200


def test_a_defect_lets_nothing_in(
    deployed: tuple[Device, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lapse: the program itself fails while it answers; the answer is no."""
    device, digest = deployed
    monkeypatch.setattr("clausework.actions.admission_desk.admit", lambda *_: 1 / 0)
    with serving(device, tmp_path) as webhook:
        refused = webhook.review(document("pod-create", digest))
    assert not refused["allowed"]
    assert "a defect: ZeroDivisionError" in refused["status"]["message"]


def test_pods_are_recorded_once_and_never_in_a_dry_run(tmp_path: Path, prepared_releasable: Device) -> None:
    """With recording: a pod's admission is a record, its retries, dry runs, and other kinds are none."""
    device = prepared_releasable.copy(tmp_path / "device")
    digest = released(device)
    clients = Authority(tmp_path, "clients")
    server = clients.pair("apiserver")
    before = device.count()
    with serving(device, tmp_path, recording=True, clients=clients.certificate) as webhook:
        dry = changed(document("pod-create", digest), lambda request: request.update(dryRun=True))
        assert webhook.review(dry, server)["allowed"]
        assert webhook.review(document("deployment-create", digest), server)["allowed"]
        for _ in range(3):
            assert webhook.review(document("pod-create", digest), server)["allowed"]
        assert not webhook.review(document("pod-create", sha256_of(b"invented")), server)["allowed"]
    assert device.count() == before + 1
    (record,) = [one.body for one in device.records() if isinstance(one.body, Deployment)]
    assert (record.site, record.name, record.target, record.version) == (
        "cluster-1/pulse-production",
        "registry.example.com/pulse/counter",
        "image",
        "1.0.0",
    )


def test_only_certified_clients_are_heard_where_an_authority_is_named(
    deployed: tuple[Device, str], tmp_path: Path
) -> None:
    """Attack: somebody else than the API server asks, without a certificate or with one of another authority."""
    device, digest = deployed
    clients, others = Authority(tmp_path, "clients"), Authority(tmp_path, "others")
    with serving(device, tmp_path, clients=clients.certificate) as webhook:
        assert webhook.review(document("pod-create", digest), clients.pair("apiserver"))["allowed"]
        for pair in (None, others.pair("evil")):
            with pytest.raises(OSError, match=r"(?i)ssl|reset|certificate|pipe"):
                webhook.review(document("pod-create", digest), pair)


def test_an_admission_that_cannot_be_recorded_is_refused(
    tmp_path: Path, prepared_releasable: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lapse: recording is asked for and the store takes nothing; then nothing gets in either."""
    device = prepared_releasable.copy(tmp_path / "device")
    digest = released(device)
    with serving(device, tmp_path) as reading_only:
        assert reading_only.review(document("pod-create", digest))["allowed"]
    from clausework.actions import admission_desk
    from clausework.stores.failures import StoreUnavailable

    def fail(*_: object) -> None:
        raise StoreUnavailable("The disk is full.")

    monkeypatch.setattr(admission_desk, "decide_deployment", fail)
    with serving(device, tmp_path, recording=True) as webhook:
        refused = webhook.review(document("pod-create", digest))
    assert not refused["allowed"]
    assert "cannot be recorded: The disk is full." in refused["status"]["message"]


def test_a_renewed_certificate_is_taken_up(deployed: tuple[Device, str], tmp_path: Path) -> None:
    """Certificates are short-lived: a renewed one is served without a new start, a broken one is not taken."""
    device, digest = deployed
    with serving(device, tmp_path) as webhook:
        before = _certificate_of(webhook)
        whole = webhook.pair.certificate.read_bytes()
        webhook.pair.certificate.write_bytes(whole[:100])
        _wait(lambda: any("was not renewed" in one.get("connection", "") for one in webhook.told))
        assert _certificate_of(webhook) == before
        renewed = Authority(tmp_path, "renewed")
        pair = renewed.pair("webhook")
        assert pair == webhook.pair
        _wait(lambda: any("the certificate was renewed" in one.get("connection", "") for one in webhook.told))
        later = Served(webhook.port, renewed.certificate, webhook.told, pair)
        assert _certificate_of(later) != before
        assert later.review(document("pod-create", digest))["allowed"]


def _certificate_of(webhook: Served) -> bytes | None:
    with webhook.context().wrap_socket(webhook.raw(), server_hostname="127.0.0.1") as connection:
        return connection.getpeercert(binary_form=True)


def _wait(happened: object, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if happened():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


@pytest.mark.parametrize("what", ["absent", "no certificate", "another's key", "sealed key"])
def test_certificates_that_cannot_serve_are_refused(tmp_path: Path, what: str) -> None:
    """Lapse: a file is missing, is none, is of another pair, or waits for a passphrase that nobody gives."""
    authority = Authority(tmp_path)
    pair, other = authority.pair("one"), authority.pair("other")
    certificate, key = pair.certificate, pair.key
    if what == "absent":
        certificate = tmp_path / "absent"
    elif what == "no certificate":
        certificate.write_text("none", encoding="utf-8")
    elif what == "another's key":
        key = other.key
    else:
        from cryptography.hazmat.primitives import serialization

        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        sealing = serialization.BestAvailableEncryption(b"x")
        key.write_bytes(
            loaded.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealing)
        )
    with pytest.raises(CertificateUnreadable):
        Certificates(certificate, key).context()


def test_the_verb_serves_until_it_is_ended(deployed: tuple[Device, str], tmp_path: Path) -> None:
    """As a user: 'clausework webhook' says where it listens, answers, logs JSON, and ends in good order on SIGTERM."""
    device, digest = deployed
    authority = Authority(tmp_path)
    pair = authority.pair("webhook")
    options = ("--environment", "production", "--host", "127.0.0.1", "--port", "0")
    process = device.start("webhook", *options, "--certificate", pair.certificate, "--key", pair.key)
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        begun = json.loads(process.stdout.readline())
        assert begun["serving"] == "production"
        port = int(begun["at"].rpartition(":")[2])
        webhook = Served(port, authority.certificate, [], pair)
        assert webhook.review(document("pod-create", digest))["allowed"]
        tagged = changed(
            document("pod-create", digest),
            lambda request: pod_of(request)["containers"][0].update(image="x:1"),
        )
        assert "not pinned by digest" in webhook.review(tagged)["status"]["message"]
        assert [json.loads(process.stdout.readline())["answer"] for _ in range(2)] == ["allowed", "refused"]
    finally:
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert json.loads(out.splitlines()[-1]) == {"ended": "production"}
    assert err == ""


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        ((), 2, "Missing option"),
        (("--environment", "prodution"), 2, "has no environment"),
        (("--environment", "production", "--certificate", "absent.pem"), 3, "cannot serve TLS"),
        (("--environment", "production", "--record"), 2, "--record needs --client-ca"),
        (("--environment", "production", "--port", "taken"), 2, "not a valid integer"),
    ],
)
def test_the_verb_called_wrongly_says_so(
    deployed: tuple[Device, str], tmp_path: Path, options: tuple[str, ...], code: int, said: str
) -> None:
    """As a user: what is missing or wrong is said in a sentence, before anything is served."""
    device, _ = deployed
    pair = Authority(tmp_path).pair("webhook")
    given = ("--certificate", pair.certificate, "--key", pair.key) if options else ()
    done = device.process("webhook", *given, *options)
    assert done.returncode == code, done.stderr
    assert said in done.stderr


def test_a_port_that_is_taken_is_told(deployed: tuple[Device, str], tmp_path: Path) -> None:
    """As a user: two webhooks on one port."""
    device, _ = deployed
    pair = Authority(tmp_path).pair("webhook")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        options = ("--environment", "production", "--host", "127.0.0.1", "--port", port)
        done = device.process("webhook", *options, "--certificate", pair.certificate, "--key", pair.key)
    assert done.returncode == 6
    assert "cannot be listened on" in done.stderr

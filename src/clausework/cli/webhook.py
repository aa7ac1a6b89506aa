"""``clausework webhook``."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from clausework.cli.options import store_option, workplace
from clausework.cli.output import say

if TYPE_CHECKING:
    from clausework.web.tls_server import TlsServer


@click.command("webhook")
@click.option("--environment", required=True, help="The environment whose rules decide, such as production.")
@click.option(
    "--certificate", required=True, type=click.Path(path_type=Path), help="Certificate and chain, PEM."
)
@click.option("--key", required=True, type=click.Path(path_type=Path), help="Its private key, PEM.")
@click.option(
    "--client-ca", type=click.Path(path_type=Path), help="Take only clients that this CA certified, PEM."
)
@click.option("--host", default="0.0.0.0", show_default=True, help="The address to listen on.")  # noqa: S104
@click.option(
    "--port", default=8443, show_default=True, type=click.IntRange(0, 65535), help="0: any free one."
)
@click.option(
    "--record", "recording", is_flag=True, help="Record the admission of pods; needs the ledger's keys."
)
@click.option("--site", default="", help="The cluster's name in these records.")
@store_option
def command(
    environment: str,
    certificate: Path,
    key: Path,
    client_ca: Path | None,
    host: str,
    port: int,
    site: str,
    store: Path | None,
    *,
    recording: bool,
) -> None:
    """Answer a Kubernetes API server: pods run images of signed releases alone (5.8.8). It fails closed.

    Each answer is a line of JSON on standard output. Nothing is recorded unless --record is given, with --client-ca, so
    that nobody but the API server makes records.
    """
    from clausework.actions.admission_desk import (
        AdmissionDesk,
    )  # folding and serving take their time to import
    from clausework.web.admission_webhook import Webhook, webhook_server
    from clausework.web.tls_server import Certificates

    if recording and client_ca is None:
        raise click.UsageError("--record needs --client-ca: only the API server's own requests are recorded.")
    certificates = Certificates(certificate, key, client_ca)
    certificates.context()
    with workplace(store, reading=not recording) as place:
        desk = AdmissionDesk(place, environment)
        webhook = Webhook(desk, _tell, recording=recording, site=site)
        with webhook_server(host, port, certificates, webhook, _tell) as server:
            _end_on_signal(server)
            at = f"{host}:{server.server_port}"
            _tell({"serving": environment, "at": at, "records": desk.ready(), "recording": recording})
            server.serve_forever()
    _tell({"ended": environment})


def _end_on_signal(server: TlsServer) -> None:
    def end(_number: int, _frame: object) -> None:
        threading.Thread(
            target=server.shutdown, daemon=True
        ).start()  # it waits for the loop that this is called in

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def _tell(line: dict[str, Any]) -> None:
    say(msgspec.json.encode(line, order="sorted").decode())
    sys.stdout.flush()

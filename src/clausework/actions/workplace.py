"""Where an action works: repository, plan, ledger, keys, clock. The one file that picks adapters."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import clausework
from clausework.actions.given_files import open_given
from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.digests import NotADigest, parse_sha256, sha256_of
from clausework.core.errors import InputRejected, IntegrityViolated, NotAllowed, UsageFault
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Signer
from clausework.plan.further import FurtherRepository, read_further
from clausework.plan.load import load_plan
from clausework.plan.model import Plan, software_item_of, software_items
from clausework.signatures.pipeline_key import load_signer, load_signer_from_variable
from clausework.stores.embedded import EmbeddedStore, create_embedded, open_embedded

if TYPE_CHECKING:
    from clausework.ledger.records.decisions import Intent
    from clausework.ledger.records.identification import ProviderKey
    from clausework.plan.provider import Provider
    from clausework.signatures.passkeys import MakingRequest, SigningRequest
    from clausework.trace.standing import Standing

PLAN_NAME = "clausework.yaml"
STORE_NAME = ".clausework"
PIN_NAME = "clausework.root"
"""The file beside the plan that pins the root: the SHA-256 of its Statement, committed with the source."""

LARGEST_PLAN = 4 << 20

KEYS = {
    "pipeline": "CLAUSEWORK_PIPELINE_KEY",
    "ledger": "CLAUSEWORK_LEDGER_KEY",
    "clock": "CLAUSEWORK_CLOCK_KEY",
}
"""The three keys of an embedded ledger, and the variable that may hold each (base64 seed) instead of its file."""


class NoPlan(UsageFault):
    """There is no plan here or above."""

    hint = (
        "Run 'clausework init' at the root of the repository, or go there; audit, trace and where also read a ledger"
        " alone: --store FOLDER."
    )


class NoLedger(UsageFault):
    """There is a plan, and no ledger yet."""

    hint = "Two people establish it with 'clausework init --establish'; see its --help."


class PlanTooLarge(InputRejected):
    """The plan's file is too large to be one."""

    hint = "Name a plan of some kilobytes; lists of items belong into the item files."


class PinUnreadable(InputRejected):
    """The file that pins the root does not hold a digest."""

    hint = "Restore the file from the repository's history."


class OtherRoot(IntegrityViolated):
    """The ledger does not stand on the root that is pinned beside the plan: it is another ledger."""

    hint = "Restore the ledger that belongs to this repository; never change the pin to make it fit."


Tell = Callable[[str], None]
"""Shows the person the address of a page to open in a browser on this machine."""


class NobodyToTell(UsageFault):
    """A page in the browser is wanted, and nobody is there to open it."""

    hint = "Run the command at a terminal of the machine on which your browser runs."


def nobody_to_tell(address: str) -> None:
    """Refuse to wait for a page that nobody would open."""
    raise NobodyToTell(f"Nobody is there to open {address.partition('?')[0][:60]} in a browser.")


class OtherDevice(NotAllowed):
    """A further repository names a device, a software item or a release line that the ledger's plans do not have."""

    hint = "Write the names as the device's own plan has them; its ledger is named by --store."


class Site(msgspec.Struct, frozen=True):
    """A repository with its plan, before any ledger is opened.

    ``further`` is the software item of a further repository of the device: its plan is the one in force in the ledger.
    """

    root: Path
    store: Path
    plan_bytes: bytes
    plan: Plan
    plan_sha256: str
    further: str = ""


class Workplace(msgspec.Struct, frozen=True):
    """All that an action needs. ``signer`` is the pipeline's key; a workplace that only reads has none.

    ``tell`` shows the person where to sign or log in with a browser.
    """

    site: Site
    embedded: EmbeddedStore
    ledger: Ledger
    signer: Signer | None
    clock: Clock
    environ: Mapping[str, str]
    tell: Tell = nobody_to_tell

    @property
    def root(self) -> Path:
        """The folder that holds the plan."""
        return self.site.root

    @property
    def plan(self) -> Plan:
        """The plan as it stands in the work tree."""
        return self.site.plan

    def now(self) -> str:
        """Return the present time as records hold it."""
        return timestamp(self.clock())

    def made(self, actor: str = "pipeline") -> Made:
        """Return who makes a record now, and with what."""
        return Made(self.now(), actor, software())

    def snapshot(self) -> Snapshot:
        """Return all records, checked against the signed checkpoint."""
        return self.ledger.snapshot()

    def record(self, index: int) -> Record:
        """Return the record at ``index``, covered by the signed checkpoint."""
        return self.snapshot().records[index]

    def standing(self, snapshot: Snapshot) -> Standing:
        """Return what people's word stands at in ``snapshot``."""
        from clausework.gates.folding import stand_at  # what answers from registers need not wait for it

        return stand_at(snapshot, self.ledger)

    def ask_passkey(self, request: SigningRequest) -> str:
        """Have the person sign with a passkey in their browser; return the credential as JSON."""
        from clausework.remotes.passkeys import sign_in_browser

        return sign_in_browser(request, self.tell)

    def ask_new_passkey(self, request: MakingRequest) -> str:
        """Have the person make a passkey in their browser; return the credential as JSON."""
        from clausework.remotes.passkeys import make_in_browser

        return make_in_browser(request, self.tell)

    def ask_log_in(self, provider: Provider, intent: Intent) -> str:
        """Have the person log in afresh at the identity provider; return the ID token, not verified."""
        from clausework.remotes.identity_provider import log_in

        return log_in(provider, intent, self.tell, secret=self.environ.get("CLAUSEWORK_PROVIDER_SECRET", ""))

    def published_keys(self, issuer: str) -> tuple[ProviderKey, ...]:
        """Return the keys that the identity provider publishes now."""
        from clausework.remotes.identity_provider import published_keys

        return published_keys(issuer)


def ask_authority(url: str, request: bytes) -> bytes:
    """Return a timestamp authority's answer to ``request``; raises ``AuthorityUnreachable``."""
    from clausework.remotes import timestamps  # asks over the network; most commands need none

    return timestamps.ask_authority(url, request)


def software() -> str:
    """Return the name and version under which this program signs its records."""
    return f"clausework {clausework.__version__}"


def find_site(start: Path, store: Path | None = None) -> Site:
    """Return the repository at or above ``start`` that has a plan; raises ``NoPlan`` and ``FindingsInInput``."""
    start = start.resolve()
    for folder in (start, *start.parents):
        path = folder / PLAN_NAME
        if path.exists():
            data = _read_plan(path)
            further = read_further(data, PLAN_NAME)
            if further is not None:
                return _further_site(folder, store, further)
            plan = load_plan(data, PLAN_NAME)
            return Site(folder, (store or folder / STORE_NAME).resolve(), data, plan, sha256_of(data))
    raise NoPlan(f"There is no {PLAN_NAME} in {start} or above.")


def _further_site(folder: Path, store: Path | None, further: FurtherRepository) -> Site:
    """Return the site of a further repository, its plan that which is in force in the ledger on its release line."""
    from clausework.gates.folding import stand_at

    if store is None:
        raise NoLedger(
            f"{PLAN_NAME} says that this is {further.software_item} of {further.device}, and no ledger is named.",
            hint="Name the device's ledger with --store FOLDER or CLAUSEWORK_STORE.",
        )
    with open_embedded(store.resolve()) as embedded:
        ledger = Ledger(embedded.log, embedded.blobs, None)
        standing = stand_at(ledger.snapshot(), ledger)
        device = standing.plan_in_force.plan.device.name
        if device != further.device:
            raise OtherDevice(f"This is of {further.device}; the ledger {store} is that of {device}.")
        line = further.release_line or standing.plan_in_force.line
        in_force = standing.plan_of(line)
        if in_force is None:
            raise OtherDevice(
                f"No plan of the release line {line} of {device} was approved; {PLAN_NAME} says this branch is of it.",
                hint="Approve it in the device's repository, on that branch: 'clausework decide approve plan'.",
            )
        data = ledger.read_blob(in_force.sha256)
    plan = in_force.plan
    if further.software_item not in {item.id for item in software_items(plan)}:
        raise OtherDevice(f"The plan of {plan.device.name} has no software item '{further.software_item}'.")
    if not software_item_of(plan, further.software_item).repository:
        raise OtherDevice(
            f"By the plan of {plan.device.name}, {further.software_item} is in the device's own repository.",
            hint="Say in the device's plan where it is, 'repository: ...', and have the plan approved.",
        )
    return Site(folder, store.resolve(), data, plan, in_force.sha256, further.software_item)


def ledger_alone(start: Path, store: Path) -> Site:
    """Return a site for whoever has the ledger and no repository: its plan is the one that is in force there."""
    from clausework.gates.folding import stand_at

    if not store.is_dir():
        raise NoLedger(
            f"There is no ledger at {store}.", hint="Name the folder that 'clausework verify' reads."
        )
    with open_embedded(store.resolve()) as embedded:
        ledger = Ledger(embedded.log, embedded.blobs, None)
        in_force = stand_at(ledger.snapshot(), ledger).plan_in_force
        data = ledger.read_blob(in_force.sha256)
    return Site(start.resolve(), store.resolve(), data, in_force.plan, in_force.sha256)


def _read_plan(path: Path) -> bytes:
    with open_given(path) as stream:
        data = stream.read(LARGEST_PLAN + 1)
    if len(data) > LARGEST_PLAN:
        raise PlanTooLarge(f"'{path}' has more than {LARGEST_PLAN} bytes.")
    return data


def pinned_root(folder: Path) -> str | None:
    """Return the root's digest that is pinned in ``folder``, if one is; raises ``PinUnreadable``."""
    try:
        words = (folder / PIN_NAME).read_text(encoding="utf-8").split()
        return parse_sha256(words[0])
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError, IndexError, NotADigest) as error:
        raise PinUnreadable(f"'{folder / PIN_NAME}' does not hold the digest of a root.") from error


def _refuse_other_root(ledger: Ledger, site: Site) -> None:
    pinned = pinned_root(site.root)
    if pinned is not None and ledger.root()[0].sha256 != pinned:
        raise OtherRoot(f"The ledger {site.store} does not stand on the root that {PIN_NAME} pins.")


def key_of(store: Path, purpose: str, environ: Mapping[str, str]) -> Signer:
    """Return one of the ledger's three keys, from its variable if that is set, else from its file."""
    if environ.get(KEYS[purpose]):
        return load_signer_from_variable(KEYS[purpose], environ)
    return load_signer(store / "keys" / f"{purpose}.key")


def open_store(store: Path) -> EmbeddedStore:
    """Open the ledger in the folder ``store`` for reading; no key is needed."""
    return open_embedded(store)


def create_store(
    store: Path, origin: str, ledger: Signer, clock_signer: Signer, clock: Clock
) -> EmbeddedStore:
    """Make an empty ledger in the folder ``store`` and open it; one that is there, left without a root, is opened."""
    if (store / "ledger.sqlite").exists():
        return open_embedded(store, ledger, clock_signer, clock=clock)
    return create_embedded(store, origin, ledger, clock_signer, clock=clock)


@contextmanager
def open_workplace(
    start: Path,
    store: Path | None = None,
    *,
    reading: bool = False,
    alone: bool = False,
    environ: Mapping[str, str] | None = None,
    clock: Clock = system_clock,
    tell: Tell = nobody_to_tell,
) -> Iterator[Workplace]:
    """Open the repository at or above ``start`` with its ledger; ``reading`` needs no key and cannot append.

    ``alone`` lets a ledger that is named be read where there is no repository.

    Raises ``NoPlan``, ``NoLedger``, ``OtherRoot``, and what opening the store raises.
    """
    environ = os.environ if environ is None else environ
    try:
        site = find_site(start, store)
    except NoPlan:
        if store is None or not (alone and reading):
            raise
        site = ledger_alone(start, store)
    if not site.store.is_dir():
        raise NoLedger(f"There is no ledger at {site.store}.")
    if reading:
        signer = None
        embedded = open_embedded(site.store)
    else:
        signer = key_of(site.store, "pipeline", environ)
        embedded = open_embedded(
            site.store,
            key_of(site.store, "ledger", environ),
            key_of(site.store, "clock", environ),
            clock=clock,
        )
    with embedded:
        ledger = Ledger(embedded.log, embedded.blobs, signer)
        _refuse_other_root(ledger, site)
        yield Workplace(site, embedded, ledger, signer, clock, environ, tell)

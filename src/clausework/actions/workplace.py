"""Where an action works: repository, plan, ledger, keys, clock. The one file that picks adapters."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import clausework
from clausework.actions.given_files import open_given
from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.digests import NotADigest, parse_sha256, sha256_of
from clausework.core.errors import InputRejected, IntegrityViolated, UsageFault
from clausework.ledger.ledger import Ledger, Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Signer
from clausework.plan.load import load_plan
from clausework.plan.model import Plan
from clausework.signatures.pipeline_key import load_signer, load_signer_from_variable
from clausework.stores.embedded import EmbeddedStore, create_embedded, open_embedded

if TYPE_CHECKING:
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

    hint = "Run 'clausework init' at the root of the repository, or go there."


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


class Site(msgspec.Struct, frozen=True):
    """A repository with its plan, before any ledger is opened."""

    root: Path
    store: Path
    plan_bytes: bytes
    plan: Plan
    plan_sha256: str


class Workplace(msgspec.Struct, frozen=True):
    """All that an action needs. ``signer`` is the pipeline's key; a workplace that only reads has none."""

    site: Site
    embedded: EmbeddedStore
    ledger: Ledger
    signer: Signer | None
    clock: Clock
    environ: Mapping[str, str]

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
            plan = load_plan(data, PLAN_NAME)
            return Site(folder, (store or folder / STORE_NAME).resolve(), data, plan, sha256_of(data))
    raise NoPlan(f"There is no {PLAN_NAME} in {start} or above.")


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
    environ: Mapping[str, str] | None = None,
    clock: Clock = system_clock,
) -> Iterator[Workplace]:
    """Open the repository at or above ``start`` with its ledger; ``reading`` needs no key and cannot append.

    Raises ``NoPlan``, ``NoLedger``, ``OtherRoot``, and what opening the store raises.
    """
    environ = os.environ if environ is None else environ
    site = find_site(start, store)
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
        yield Workplace(site, embedded, ledger, signer, clock, environ)

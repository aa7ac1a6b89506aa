"""init: writes a plan that passes lint, and establishes the ledger with the manufacturer's root (21 CFR 11.100)."""

from __future__ import annotations

import fcntl
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec

from clausework.actions.first_gaps import first_gaps
from clausework.actions.given_texts import fit_proof
from clausework.actions.workplace import (
    KEYS,
    PIN_NAME,
    PLAN_NAME,
    Site,
    create_store,
    find_site,
    key_of,
    pinned_root,
    software,
)
from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.errors import NotAllowed, Unavailable, UsageFault
from clausework.core.identities import parse_email
from clausework.ledger.checkpoint import checkpoint_keys
from clausework.ledger.envelope import seal
from clausework.ledger.ledger import Ledger
from clausework.ledger.records import encode_statement, subject
from clausework.ledger.records.root import Person, PipelineKey, Root
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Signer, encode_key
from clausework.plan.model import Plan, roles_of
from clausework.plan.starter import starter_plan
from clausework.signatures.passphrase_rules import refuse_unfit
from clausework.signatures.pipeline_key import create_signer
from clausework.signatures.sealed_key import key_folder, read_sealed_key, sealed_key_path, unseal
from clausework.signatures.session import SECOND_VARIABLE, VARIABLE, Ask, passphrase_of

FOLDERS = ("quality",)
NOT_PINNED = (
    f"It has its root: write the digest that 'clausework verify' shows to {PIN_NAME}, and commit that file."
)


class PlanExists(UsageFault):
    """There is a plan already."""

    hint = "Edit it, and check it with 'clausework lint'."


class TwoPeopleNeeded(NotAllowed):
    """The root is established by two different people of the plan."""

    hint = (
        "Name two people with --person EMAIL; each needs a key ('clausework key new') and a role in the plan."
    )


class KeyOfAnother(NotAllowed):
    """A key file lies where one person's key is looked for, and is another's."""

    hint = "Each of the two people makes a key of their own: 'clausework key new EMAIL --name NAME'."


class LedgerExists(UsageFault):
    """There is a ledger already."""

    hint = "It has its root; people are added with 'clausework account add'."


class RootPinned(NotAllowed):
    """A root is pinned already: a repository has one ledger, and a second would be believed in its place."""

    hint = "Restore the ledger from its last good copy; 'clausework verify' tells whether it stands on that root."


class FolderTaken(UsageFault):
    """The ledger's folder holds something else."""

    hint = "Name an empty folder with --store, or none."


class EstablishingNow(Unavailable):
    """Another process is making the ledger."""

    hint = "Wait until it is done."


class Established(msgspec.Struct, frozen=True):
    """The ledger's place and its root's digest, which the manufacturer keeps apart and gives to verifiers."""

    store: Path
    root_sha256: str
    people: tuple[Person, ...]
    pinned: Path


class StarterPlan(msgspec.Struct, frozen=True):
    """The files that ``init`` wrote."""

    written: tuple[Path, ...]


def write_starter(
    root: Path,
    *,
    device: str,
    manufacturer: str,
    software_item: str,
    paths: Sequence[str],
    quality: str,
    release_authority: str,
    safety_class: str = "C",
    clock: Clock = system_clock,
) -> StarterPlan:
    """Write ``clausework.yaml``, the item folders and a line in ``.gitignore``; raises ``PlanExists``.

    The plan names each clause that its pipeline does not serve, with the document where that is usually done. Where no
    ``paths`` are told they are all of ``src``; where there are files and no such folder, all there is.
    """
    plan = root / PLAN_NAME
    if os.path.lexists(plan):
        raise PlanExists(f"'{plan}' is there already.")
    text = starter_plan(
        device,
        software_item,
        paths or _paths(root),
        manufacturer=manufacturer,
        quality=quality,
        release_authority=release_authority,
        safety_class=safety_class,
    )
    text += first_gaps(text, clock())
    ignored = _ignored(root / ".gitignore")
    written = []
    for folder in FOLDERS:
        place = root / folder
        place.mkdir(exist_ok=True)
        first = place / "requirements.yaml"
        if not any(place.iterdir()):
            first.write_text("# Items: see docs/items.md.\n[]\n", encoding="utf-8")
            written.append(first)
    if ignored is not None:
        (root / ".gitignore").write_bytes(ignored)
        written.append(root / ".gitignore")
    plan.write_text(text, encoding="utf-8")
    return StarterPlan((plan, *written))


def _paths(root: Path) -> tuple[str, ...]:
    here = {one.name for one in root.iterdir() if not one.name.startswith(".")}
    return ("**",) if here and "src" not in here else ("src/**",)


def _ignored(path: Path) -> bytes | None:
    """Return the ``.gitignore`` with a line for the ledger, its bytes untouched; None where it has one."""
    content = path.read_bytes() if path.exists() else b""
    if b".clausework/" in content.split():
        return None
    return content + (b"" if content.endswith(b"\n") or not content else b"\n") + b".clausework/\n"


def establish(
    start: Path,
    people: Sequence[str],
    *,
    proof: str,
    store: Path | None = None,
    environ: Mapping[str, str],
    ask: Ask | None = None,
    clock: Clock = system_clock,
) -> Established:
    """Make the ledger and its root: two people whose identity was proofed sign first plan, roles and keys.

    ``proof`` says how the identities were proofed and by whom. What an attempt that was cut short left is taken up.
    Without a terminal the first passphrase is in ``CLAUSEWORK_PASSPHRASE``, the other person's in
    ``CLAUSEWORK_SECOND_PASSPHRASE``: two people never share a component (21 CFR 11.200(a)(2), 11.300(a)).
    Raises ``TwoPeopleNeeded``, ``LedgerExists``, ``RootPinned``, ``FolderTaken``, ``EstablishingNow``,
    ``KeyOfAnother``, and what the sealed keys give cause for.
    """
    site = find_site(start, store)
    proof = fit_proof(proof)
    _refuse_taken(site)
    emails = list(dict.fromkeys(parse_email(email) for email in people))
    if len(emails) != 2:
        raise TwoPeopleNeeded(f"{len(emails)} {'person is' if len(emails) == 1 else 'people are'} named.")
    opened = [_open(site.plan, email, environ, ask, proof, emails, clock()) for email in emails]
    with _alone(site.store):
        _make_keys(site.store, environ)
        pipeline, ledger_key, clock_key = (key_of(site.store, name, environ) for name in KEYS)
        origin = _origin(site.plan)
        with create_store(site.store, origin, ledger_key, clock_key, clock) as embedded:
            ledger = Ledger(embedded.log, embedded.blobs, pipeline)
            if ledger.size():
                raise LedgerExists(f"There is a ledger at {site.store}.", hint=NOT_PINNED)
            verifiers = checkpoint_keys(origin, ledger_key.public_key, clock_key.public_key)
            body = Root(
                made=Made(timestamp(clock()), emails[0], software()),
                manufacturer=site.plan.device.manufacturer,
                device=site.plan.device.name,
                people=tuple(person for person, _ in opened),
                ledger_key=str(verifiers.ledger),
                clock_key=str(verifiers.clock),
                pipeline_keys=(PipelineKey("pipeline", encode_key(pipeline.public_key)),),
                plan=ledger.put_blob(site.plan_bytes, PLAN_NAME, "application/yaml"),
            )
            statement = encode_statement((subject("plan", body.plan.sha256),), body)
            receipt = ledger.append_sealed(seal(statement, [*(signer for _, signer in opened), pipeline]))
    pin = site.root / PIN_NAME
    pin.write_text(f"{receipt.sha256}  root of {origin}\n", encoding="utf-8")
    return Established(site.store, receipt.sha256, body.people, pin)


def _origin(plan: Plan) -> str:
    """Return the log's name for ever, from the device's; names in signed notes are ASCII without blanks."""
    plain = unicodedata.normalize("NFKD", plan.device.name).encode("ascii", "ignore").decode().lower()
    return f"clausework.local/{'-'.join(re.findall('[a-z0-9]+', plain))[:100] or 'device'}"


def _refuse_taken(site: Site) -> None:
    store = site.store
    known = {"keys", "lock", "pages", "blobs", "head-0", "head-1"}
    found = sorted(one.name for one in store.iterdir()) if store.is_dir() else []
    foreign = [name for name in found if name not in known and not name.startswith("ledger.sqlite")]
    if foreign or (store.exists() and not store.is_dir()):
        raise FolderTaken(f"'{store}' holds something else{': ' if foreign else ''}{', '.join(foreign[:5])}.")
    pinned = pinned_root(site.root)
    if pinned is not None and "ledger.sqlite" in found:
        raise LedgerExists(f"There is a ledger at {store}.")
    if pinned is not None:
        raise RootPinned(f"{PIN_NAME} pins the root {pinned[:12]}, and its ledger is not at {store}.")


@contextmanager
def _alone(store: Path) -> Iterator[None]:
    """Keep other processes from establishing a ledger in the same folder; raises ``EstablishingNow``."""
    store.mkdir(parents=True, exist_ok=True)
    number = os.open(store, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise EstablishingNow(f"Another process makes a ledger at {store}.") from error
    finally:
        os.close(number)


def _make_keys(store: Path, environ: Mapping[str, str]) -> None:
    for purpose in KEYS:
        path = store / "keys" / f"{purpose}.key"
        if not environ.get(KEYS[purpose]) and not path.exists():
            create_signer(path)


def _open(
    plan: Plan,
    email: str,
    environ: Mapping[str, str],
    ask: Ask | None,
    proof: str,
    both: Sequence[str],
    now: datetime,
) -> tuple[Person, Signer]:
    roles = roles_of(plan, email)
    if not roles:
        raise TwoPeopleNeeded(f"{email} holds no role in the plan.")
    path = sealed_key_path(key_folder(environ), email)
    sealed = read_sealed_key(path)
    if sealed.email != email:
        raise KeyOfAnother(f"The key in '{path}' is that of {sealed.email}, not of {email}.")
    variable = VARIABLE if email == both[0] else SECOND_VARIABLE
    passphrase = passphrase_of(email, environ, ask, variable)
    signer = unseal(sealed, passphrase)
    refuse_unfit(sealed, passphrase, plan.signing.passphrase, now)
    other = next(one for one in both if one != email)
    return Person(email, sealed.name, encode_key(signer.public_key), proof, other, roles), signer

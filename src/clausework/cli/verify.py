"""``clausework verify``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.verify import verify
from clausework.cli.options import json_option, store_option
from clausework.cli.output import coloured, say, show_json
from clausework.core.digests import parse_sha256


@click.command("verify")
@click.option(
    "--root", help="The root's SHA-256 as you were given it; default: clausework.root beside the plan."
)
@store_option
@json_option
def command(root: str | None, store: Path | None, *, as_json: bool) -> None:
    """Verify the whole ledger offline: entries, tree, signatures, blobs, files; exit 4 when one is not right."""
    verified = verify(Path.cwd(), store, root=parse_sha256(root) if root else None)
    if as_json:
        show_json(verified)
    else:
        say(f"ledger {verified.store}")
        say(f"  root      {verified.root} ({'pinned' if verified.pinned else 'not pinned'})")
        say(f"  entries   {verified.entries}")
        say(f"  blobs     {verified.blobs}")
        for remark in verified.remarks:
            say(f"  remark    {remark}")
        if not verified.problems:
            say(
                f"  {coloured('verified')}: every entry, signature, checkpoint and blob is as it was recorded"
            )
    verified.raise_problems()

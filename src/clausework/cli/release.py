"""``clausework release``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.release import release
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, show_checks, show_json


@click.command("release")
@click.argument("version")
@store_option
@json_option
def command(version: str, store: Path | None, *, as_json: bool) -> None:
    """Freeze a candidate for VERSION, archive it, and run the release gate (5.8.1 to 5.8.8); exit 1 when it refuses.

    When the gate passes, the release waits for the signatures of named persons: 'clausework sign VERSION'.
    """
    with workplace(store) as place:
        state = release(place, version)
    if as_json:
        show_json(state)
    else:
        say(
            f"{coloured(state.outcome)}  G6 release {version}  candidate #{state.candidate}  gate #{state.gate}"
        )
        show_checks(state.conditions)
        for told in (*state.lapsed, *state.refused):
            say(f"  {told}")
        if state.outcome == "pass":
            for missing in state.missing:
                say(f"  waits for {missing}")
            if state.missing:
                say(f"  who may, signs: clausework sign {version}")
    state.refuse_unless_passing()

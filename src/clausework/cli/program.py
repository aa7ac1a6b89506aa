"""The program: its verbs, loaded when they are called, and the one place where errors become exit codes."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click

import clausework
from clausework.cli.output import say, show_error
from clausework.core.errors import ClauseworkError, Defect, Unavailable

VERBS: dict[str, str] = {
    "init": "Write a plan that passes lint; --establish makes the ledger's root.",
    "build": "Open the build of this commit; later calls add artefacts.",
    "rebuild": "Build again from clean and compare the digests.",
    "record": "Record evidence files about the current build.",
    "test": "Run test protocols by hand, step by step or by a form.",
    "gate": "Evaluate stages; refuse with exit 1.",
    "promote": "Advance a build to an environment.",
    "anomaly": "Draft an anomaly for a test that failed; list those that no anomaly tells of.",
    "decide": "Record a decision: evaluate, review, approve, scope, supersede, dispose.",
    "release": "Freeze a candidate, run the release gate, wait for its signatures.",
    "sign": "Give your own signature to what waits for it.",
    "timestamp": "Have a timestamp authority stamp a release; verify its tokens offline.",
    "deploy": "Admit an artefact to an environment by its digest, or refuse it.",
    "archive": "Keep what a version was made from and by; restore it and compare; write or check one file.",
    "adopt": "Record a release from before the tool as declared, with its gap analysis.",
    "distribution": "Record a list of who was given which version.",
    "derive": "Record that an artefact was made of a released one: re-signed, packed, by a store.",
    "trace": "Show what verifies an item, or the whole matrix.",
    "impact": "Show what a range of commits touches: items, tests, clauses, signatures.",
    "export": "Write what is recorded for other tools: ReqIF, needs.json, CSV, OpenVEX, tlog-tiles.",
    "where": "From a running artefact back to commit, tests, risk file, authorisation.",
    "webhook": "Answer a Kubernetes API server: images of signed releases alone.",
    "audit": "Answer an auditor's questions about a released version.",
    "verify": "Verify the whole ledger, offline, from its root.",
    "status": "Show what is red, since when, who can mend it, and what waits.",
    "lint": "Check plan and items.",
    "quality": "Show how well the requirements are worded, with a score per document.",
    "account": "Enrol people, revoke and recover keys, unlock and close accounts.",
    "key": "Make and show personal keys, change their passphrases, replace them.",
    "demo": "Walk a real device project from commit to released, deployed, traced build.",
}
"""Every verb and its line of help, so that ``--help`` imports none of them."""

INTERRUPTED = 130


class Verbs(click.Group):
    """A group that imports a verb only when it is called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the verbs in the order in which a project meets them."""
        return list(VERBS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """Return the verb ``name``, imported now."""
        if name not in VERBS:
            return None
        command: click.Command = importlib.import_module(f"clausework.cli.{name}").command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the verbs with their lines of help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 refused, 2 usage, 3 input rejected, 4 integrity violated, 5 not allowed,"
    " 6 store or service unavailable, 70 a defect in Clausework.",
)
@click.version_option(clausework.__version__, prog_name="clausework")
def program() -> None:
    """Make the pipeline of medical-device software its own regulatory evidence (EN 62304, MDR)."""


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code; every error is shown as a sentence and what to do next."""
    try:
        code = program.main(
            list(arguments) if arguments is not None else None, prog_name="clausework", standalone_mode=False
        )
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - a defect is told, never shown as a pass
        return _told(error)
    return code if isinstance(code, int) else 0


def _told(error: BaseException) -> int:
    """Show ``error`` and return the exit code that it stands for."""
    match error:
        case ClauseworkError():
            show_error(error.message, error.hint)
            return error.exit_code
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message(), err=True)
            return 2
        case click.UsageError():
            name = error.ctx.command_path if error.ctx else "clausework"
            show_error(" ".join(error.format_message().split()), f"See '{name} --help'.")
            return 2
        case click.ClickException():
            show_error(error.format_message(), "")
            return error.exit_code
        case click.Abort() | KeyboardInterrupt():
            show_error("Interrupted; nothing was half recorded.", "")
            return INTERRUPTED
        case OSError():
            place = f"'{error.filename}': " if error.filename else ""
            show_error(f"{place}{error.strerror or error}.", Unavailable.hint)
            return Unavailable.exit_code
    import traceback  # needed by a defect alone

    for line in "".join(traceback.format_exception(error)).splitlines():
        say(line, error=True)
    show_error(f"{type(error).__name__}: {error}", Defect.hint)
    return Defect.exit_code

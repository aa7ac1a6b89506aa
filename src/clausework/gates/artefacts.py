"""The build has artefacts, each signed by the pipeline (clauses 8.1.3, 5.8.4): their digests are what is released."""

from __future__ import annotations

from clausework.gates.challenge import ARTEFACT, SOUND, Challenge, but
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed
from clausework.gates.facts import Facts
from clausework.ledger.records.gates import Reason


def evaluate(facts: Facts, _settings: Settings) -> Judgement:
    """Pass when at least one artefact is recorded, every signature holds, and each name stands for one digest.

    With two digests under one name nobody could say which of them the results are about.
    """
    outputs = facts.build.outputs
    if not outputs:
        return not_evaluated("the build recorded no artefact", command="clausework build --artifact FILE")
    forged = [output for output in outputs if not output.signature_holds]
    if forged:
        return failed(
            *(
                Reason(
                    f"the signature of {one.name} does not hold for {one.sha256}",
                    records=(facts.build.record,),
                    who="quality",
                    command="find out who signed it and with which key; build again in a run of its own",
                )
                for one in forged
            )
        )
    digests: dict[str, set[str]] = {}
    for output in outputs:
        digests.setdefault(output.name, set()).add(output.sha256)
    twofold = [name for name, found in digests.items() if len(found) > 1]
    if twofold:
        return failed(
            *(
                Reason(
                    f"{name} was recorded with {len(digests[name])} digests in one build",
                    records=(facts.build.record,),
                    who="developer",
                    command="git commit --allow-empty, then clausework build, opens a build that has it once",
                )
                for name in twofold
            )
        )
    return passed(f"{len(outputs)} artefacts are recorded and signed by the pipeline", facts.build.record)


def challenges() -> tuple[Challenge, ...]:
    """A signed artefact passes; none, another's signature and a second digest are refused."""
    return (
        Challenge("the artefact is signed", "pass", SOUND),
        Challenge("there is no artefact", "not_evaluated", but(outputs=(), rebuilt=None)),
        Challenge("the artefact's signature was made for other bytes", "fail", but(tampered_signature=True)),
        Challenge(
            "other bytes were recorded later under the same name",
            "fail",
            but(added_later=(("controller.pyz", ARTEFACT + b"# never tested\n"),)),
        ),
    )


CHECK = Check(
    "artefacts", "1", "Artefacts recorded and signed", ("5.5.1", "8.1.3", "5.8.4"), evaluate, challenges
)

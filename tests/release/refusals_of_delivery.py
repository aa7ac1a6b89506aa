"""5.8.4, 5.8.5, 5.8.7 and 5.8.8 refuse: each way in which it must."""

from tests.release.changes import Refusal, archive, changed, manifest, output, planned, together
from tests.tracing.making import digest

REFUSALS: tuple[Refusal, ...] = (
    ("5.8.4", "an artefact reports another version", "fail", "reports '0.9'", output(reported_version="0.9")),
    ("5.8.4", "an artefact reports no version", "fail", "reports 'nothing'", output(reported_version="")),
    (
        "5.8.4",
        "the version has no name and the artefact reports none",
        "fail",
        "no name",
        together(output(reported_version=""), lambda facts: changed(facts, version="")),
    ),
    (
        "5.8.4",
        "the version was released before",
        "fail",
        "released before",
        lambda facts: changed(facts, released_versions=(facts.version,)),
    ),
    ("5.8.4", "the device has no UDI-DI", "fail", "UDI-DI", planned(udi_di="")),
    (
        "5.8.5",
        "the environment is not known",
        "fail",
        "runner",
        manifest(lambda one: changed(one, environment_known=("python", "git", "os"))),
    ),
    (
        "5.8.5",
        "the build command is not known",
        "fail",
        "build command",
        lambda facts: changed(facts, build_commands={}),
    ),
    ("5.8.5", "there is no lock file", "fail", "lock files", manifest(lambda one: changed(one, locks=()))),
    ("5.8.7", "no retention is set", "not_evaluated", "retention", planned(retention_set=False)),
    (
        "5.8.7",
        "nothing is archived",
        "not_evaluated",
        "nothing is archived",
        lambda facts: changed(facts, archive=None),
    ),
    (
        "5.8.7",
        "the archive was not restored",
        "fail",
        "disk full",
        archive(restored=False, problem="disk full"),
    ),
    (
        "5.8.7",
        "nothing is in the archive",
        "fail",
        "counter.zip, requirements.lock, the plan",
        archive(contents=()),
    ),
    ("5.8.7", "the source is not in the archive", "fail", "the source", archive(has_source=False)),
    (
        "5.8.8",
        "there is no artefact",
        "not_evaluated",
        "no artefact",
        manifest(lambda one: changed(one, outputs=())),
    ),
    ("5.8.8", "a signature does not hold", "fail", "does not hold", output(signature_holds=False)),
    (
        "5.8.8",
        "an artefact was added since the candidate was frozen",
        "fail",
        "no longer have the artefacts",
        manifest(
            lambda one: changed(one, outputs=(*one.outputs, changed(one.outputs[0], sha256=digest("evil"))))
        ),
    ),
    (
        "5.8.8",
        "the candidate names an artefact that no build made",
        "fail",
        "no longer have the artefacts",
        lambda facts: changed(facts, artefacts=(*facts.artefacts, digest("evil"))),
    ),
)

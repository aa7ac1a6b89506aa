"""What a command of a pipeline is for: a test, Clausework's own word, a deployment, an admission.

Told by the command's name, as a person would read it; a plan adds names of its own deployments.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

import msgspec

LONGEST = 4_000
"""Characters of a command that are looked into; of a longer one it is said that it was not."""

_START = r"(?:^|[\s;|&(=/\"'])"
_END = r"(?=$|[\s;|&)\"'])"

_CLAUSEWORK = rf"{_START}clausework{_END}"

_TESTS = (
    r"py\.?test(?:-3)?",
    r"tox",
    r"nox",
    r"(?:python[\d.]*\s+-m\s+)unittest",
    r"(?:python[\d.]*\s+\S*manage\.py|django-admin)\s+test",
    r"behave",
    r"robot",
    r"pabot",
    r"ctest",
    r"go\s+test",
    r"gotestsum",
    r"cargo\s+(?:\S+\s+)?(?:test|nextest)",
    r"(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:test|t|check|verify|e2e)(?::\S+)?",
    r"npm\s+run-script\s+test\S*",
    r"jest",
    r"vitest",
    r"mocha",
    r"cypress\s+run",
    r"playwright\s+test",
    r"(?:\S*/)?mvnw?\s+(?:\S+\s+)*(?:test|verify|install)",
    r"(?:\S*/)?gradlew?\s+(?:\S+\s+)*\S*(?:test|check|build)",
    r"make\s+(?:\S+\s+)*(?:\S*test\S*|check|verify)",
    r"ninja\s+(?:\S+\s+)*(?:test|check)",
    r"meson\s+test",
    r"cmake\s+(?:\S+\s+)*--target\s+(?:test|check)",
    r"bazel(?:isk)?\s+(?:\S+\s+)*(?:test|coverage)",
    r"dotnet\s+(?:test|vstest)",
    r"vstest(?:\.console(?:\.exe)?)?",
    r"swift\s+test",
    r"xcodebuild\s+(?:\S+\s+)*test",
    r"flutter\s+test",
    r"sbt\s+(?:\S+\s+)*test\S*",
    r"rspec",
    r"phpunit",
    r"mix\s+test",
    r"coverage\s+run",
    r"pio\s+test|platformio\s+test",
    r"ceedling(?:\s+\S+)*",
    r"west\s+twister",
)

_DEPLOYMENTS = (
    r"kubectl\s+(?:\S+\s+)*(?:apply|create|replace|patch|set|rollout|scale|run)",
    r"oc\s+(?:\S+\s+)*(?:apply|rollout|deploy|replace)",
    r"helm(?:file)?\s+(?:\S+\s+)*(?:upgrade|install|push|apply|sync)",
    r"kustomize\s+(?:\S+\s+)*deploy",
    r"(?:docker|podman|buildah|nerdctl)\s+(?:image\s+|manifest\s+)?push",
    r"(?:docker\s+buildx\s+build|docker\s+build|buildctl\s+build)\s+(?:\S+\s+)*--push",
    r"docker\s+(?:stack\s+deploy|service\s+update)",
    r"(?:skopeo|crane|regctl\s+image)\s+(?:\S+\s+)*copy",
    r"crane\s+push|oras\s+push|cosign\s+copy",
    r"aws\s+(?:\S+\s+)*(?:deploy|s3\s+(?:cp|sync|mv)|ecs\s+update-service|lambda\s+update-function-code"
    r"|cloudformation\s+(?:deploy|update-stack|create-stack)|elasticbeanstalk\s+update-environment"
    r"|iot\s+create-job|ecr\s+put-image)",
    r"(?:sam|cdk|serverless|sls|eb)\s+deploy",
    r"az\s+(?:\S+\s+)*(?:deploy|deployment|up|update|config-zip|upload|upload-batch)",
    r"gcloud\s+(?:\S+\s+)*(?:deploy|rsync|cp)|gsutil\s+(?:\S+\s+)*(?:cp|rsync)",
    r"(?:fly|flyctl|heroku|netlify|vercel|wrangler|firebase|now|railway)\s+(?:\S+\s+)*(?:deploy|release|publish)",
    r"cf\s+push",
    r"(?:terraform|tofu|terragrunt|pulumi)\s+(?:\S+\s+)*(?:apply|up)",
    r"ansible-playbook",
    r"scp|sftp|rsync|lftp|ftp",
    r"argocd\s+(?:\S+\s+)*sync|flux\s+reconcile",
    r"twine\s+upload|(?:uv|poetry|flit|hatch|cargo|pnpm|npm|yarn)\s+publish|gem\s+push",
    r"dotnet\s+nuget\s+push|nuget\s+push",
    r"(?:\S*/)?mvnw?\s+(?:\S+\s+)*deploy|(?:\S*/)?gradlew?\s+(?:\S+\s+)*\S*publish\S*",
    r"gh\s+release\s+(?:create|upload)|glab\s+release\s+create|release-cli\s+(?:\S+\s+)*create",
    r"fastlane\s+\S+|eas\s+submit|xcrun\s+altool",
    r"make\s+(?:\S+\s+)*(?:deploy|publish|upload|rollout)\S*",
    r"(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:deploy|publish|release|upload)\S*",
    r"mender-\S+\s+(?:\S+\s+)*upload|rauc\s+install|swupdate-client|balena\s+(?:push|deploy)",
    r"docker(?:-compose|\s+compose|\s+buildx\s+bake)\s+(?:\S+\s+)*(?:--)?push",
    r"docker\s+(?:\S+\s+)*(?:-o|--output)[= ]\S*type=registry\S*",
    r"docker\s+(?:-H|--host|-c|--context)[= ]\S+\s+(?:\S+\s+)*(?:up|run|load|pull|create|deploy|update)",
    r"(?:\S*/)?executor\s+(?:\S+\s+)*(?:-d|--destination)(?:=\S+)?",
    r"ssh(?!\s+-T\s+git@)",
    r"curl\s+(?:\S+\s+)*(?:-T|--upload-file(?:=\S+)?|-X\s*PUT|--request[= ]PUT)",
    r"rclone\s+(?:copy|copyto|sync|move)|azcopy\s+(?:copy|sync)|s3cmd\s+(?:put|sync)|mc\s+(?:cp|mirror)",
    r"jf(?:rog)?\s+(?:rt\s+)?(?:u|upload|bp)|nomad\s+(?:job\s+)?run|skaffold\s+(?:run|deploy)|kapp\s+deploy",
    r"dput|snapcraft\s+(?:upload|push|release)",
)

_NO_RUN = re.compile(
    r"^(?:\w+=\S*\s+)*(?:sudo\s+)?(?:"
    r"echo|printf|cat|grep|egrep|rg|which|command\s+-v|type|test|\[|mkdir|rm|cp|mv|ls|cd|export|alias|source|touch"
    r"|git|find|sed|awk|chmod|ln|tar|zip|unzip|jq|yq"
    r"|(?:\S*/)?python[\d.]*\s+-m\s+(?:pip|venv|ensurepip)|uv\s+(?:pip|add|sync|tool|lock|venv)"
    r"|pip[\d.]*|pipx\s+install|poetry\s+(?:add|install|lock)|pdm\s+(?:add|install)|conda|mamba|apt|apt-get|apk|yum|dnf"
    r"|brew|choco|npm\s+(?:ci|install|i)|yarn\s+(?:add|install)|pnpm\s+(?:add|install|i)|gem\s+install|go\s+install"
    r"|cargo\s+install|rustup"
    r")(?:\s|$)"
)
_ONLY_ASKS = re.compile(
    r"\s(?:--collect-only|--dry-run(?:=client)?|-n\s+--dry-run)(?:\s|$)"
    r"|^\S+(?:\s+[\w.]+){0,2}\s+--(?:version|help)\s*(?:$|[<>])|^\S+\s+-h\s*$"
)
"""It shows something and ends. ``helm upgrade --version 2`` names a version, and ``ctest -V`` tests."""

_MAY_ONLY_ASK = re.compile(r"\s(?:--version|--help|-h|--dry-run)(?:[=\s]|$)")
_READS = re.compile(r"^\s*(?:scp|rsync|sftp|aws\s+s3\s+(?:cp|sync|mv)|gsutil\s|gcloud\s+storage\s)")

_DEPLOYING_PROGRAM = re.compile(
    r"^(?:\w+=\S*\s+)*(?:(?:sudo|exec|(?:ba|z|da)?sh|python[\d.]*|node|ruby|perl|pwsh)\s+)?"
    r"(?:\S*/|-m\s+[\w.]*)?[\w-]*deploy[\w.-]*(?:\s|$)",
    re.IGNORECASE,
)
_IGNORES_FAILURES = re.compile(
    r"(?:^|\s)(?:"
    r"-Dmaven\.test\.failure\.ignore(?:=true)?|-DtestFailureIgnore(?:=true)?|-fae|--fail-never|-fn"
    r"|--exit-zero|--exit-code[= ]0|--no-fail|--nostatusrc|--suppress-tests-failed-exit-code"
    r"|--ignore-outcome|--ignore-errors|--force-success|--continue-on-error"
    r")(?=\s|$)"
)
_SKIPS_TESTS = re.compile(
    r"\s(?:-DskipTests(?:=true)?|-Dmaven\.test\.skip(?:=true)?|-DskipITs(?:=true)?"
    r"|(?:-x|--exclude-task)\s+\S*[tT]est\S*)(?=\s|$)"
)
_ASKS_FOR_TESTS = re.compile(r"\s:?\S*(?:test|verify|check)(?=\s|$)", re.IGNORECASE)
_MAKE_IGNORES = re.compile(r"(?:^|\s)make\s+(?:\S+\s+)*-(?:[a-zA-Z]*i[a-zA-Z]*)(?=\s|$)")
_ADMISSION = re.compile(rf"{_START}clausework\s+(?:--?\S+\s+)*deploy{_END}")
_RECORDING = re.compile(
    rf"{_START}clausework\s+(?:--?\S+\s+)*(?:record|build|verify|status|where|trace){_END}"
)
_FETCH_AND_RUN = re.compile(
    r"\b(?:curl|wget)\b[^|]*\|\s*(?:sudo\s+)?(?:\S*/)?(?:ba|z|da|k)?sh\b"
    r"|\b(?:ba|z|da|k)?sh\s+(?:-c\s+[\"']?\$\(|<\()\s*(?:curl|wget)\b"
)

_DEPLOYING_ACTION = re.compile(
    r"deploy|^ssh$|copyfilesoverssh|filecopy$|ftpupload"
    r"|publish(?!test|codecoverage|build|pipeline|-unit|-test)|azure\w*(?:webapp|functionapp|app(?:service)?$)|gh-release|release-action|k8s-|kubectl|helm|scp-|rsync|upload-release"
)
_TESTING_ACTION = re.compile(
    r"clausework|pytest|run-tests?|test-action|unit-tests?|ctest|gradle-build-action"
)


class Words(msgspec.Struct, frozen=True):
    """The commands to look for: tests and Clausework, and deployments with those that the plan adds.

    ``environments`` are those that take a signed release alone.
    """

    guarded: re.Pattern[str]
    deploying: re.Pattern[str]
    environments: frozenset[str] = frozenset()


def words(deploys: Iterable[str] = (), environments: Iterable[str] = ()) -> Words:
    """Return the commands to look for; ``deploys`` are the beginnings of the plan's own deploying commands."""
    own = [r"\s+".join(map(re.escape, one.split())) for one in deploys if one.split()]
    return Words(
        re.compile(rf"{_CLAUSEWORK}|{_START}(?:{'|'.join(_TESTS)}){_END}"),
        re.compile(rf"{_START}(?:{'|'.join((*_DEPLOYMENTS, *own))}){_END}"),
        frozenset(environments),
    )


def with_scripts(known: Words, paths: Iterable[str]) -> Words:
    """Return the commands to look for with scripts of the repository in which tests or Clausework run."""
    named = "|".join(map(re.escape, sorted(paths)))
    if not named:
        return known
    guarded = re.compile(rf"{known.guarded.pattern}|{_START}(?:{named}){_END}")
    return Words(guarded, known.deploying, known.environments)


@functools.lru_cache(maxsize=8192)
def is_guarded(command: str, known: Words) -> bool:
    """Tell whether the command runs tests or Clausework, so that its failure must show."""
    return _runs(command) and known.guarded.search(command[:LONGEST]) is not None


def is_clausework(command: str) -> bool:
    """Tell whether the command runs Clausework."""
    return _runs(command) and re.search(_CLAUSEWORK, command[:LONGEST]) is not None


def records_only(command: str) -> bool:
    """Tell whether the command records evidence or shows something, and judges nothing."""
    return _RECORDING.search(command[:LONGEST]) is not None


def is_admission(command: str) -> bool:
    """Tell whether the command asks ``clausework deploy`` for admission."""
    shown = command[:LONGEST]
    return _runs(command) and _ADMISSION.search(shown) is not None and not _MAY_ONLY_ASK.search(shown)


@functools.lru_cache(maxsize=8192)
def is_deployment(command: str, known: Words) -> bool:
    """Tell whether the command brings software to where it is used, or to where it is taken from."""
    if not _runs(command) or is_clausework(command):
        return False
    if known.deploying.search(command[:LONGEST]) is None:
        return _DEPLOYING_PROGRAM.match(command[:LONGEST]) is not None
    return not (_READS.match(command) and _fetches(command))


def ignores_failures(command: str) -> str:
    """Return the option by which a test tool is told not to fail, or not to test; empty where there is none."""
    command = command[:LONGEST]
    found = _IGNORES_FAILURES.search(command) or _MAKE_IGNORES.search(command)
    skips = _SKIPS_TESTS.search(command)
    if not found and skips and _ASKS_FOR_TESTS.search(_SKIPS_TESTS.sub(" ", command)):
        found = skips
    return found[0].strip() if found else ""


def fetches_and_runs(line: str) -> bool:
    """Tell whether the line runs what it fetched in the same breath."""
    return _FETCH_AND_RUN.search(line[:LONGEST]) is not None


def is_deploying_action(name: str) -> bool:
    """Tell by its name whether an action deploys or publishes."""
    return _DEPLOYING_ACTION.search(name.lower()) is not None


def is_testing_action(name: str) -> bool:
    """Tell by its name whether an action tests, or runs Clausework."""
    return _TESTING_ACTION.search(name.lower()) is not None


def _runs(command: str) -> bool:
    shown = command[:LONGEST]
    return not _NO_RUN.match(shown) and not _ONLY_ASKS.search(shown)


def _fetches(command: str) -> bool:
    """Tell whether a copy goes from elsewhere to here."""
    places = [word for word in command[:LONGEST].split() if not word.startswith("-")]
    remote = re.compile(r"^(?:s3|gs)://|^[^/\s]+:")
    return len(places) > 2 and not remote.match(places[-1])

"""Where a build runs: the CI run or the desk, tools and machine (clauses 5.1.10, 5.8.5; 21 CFR 11.10(h)).

Values come from named variables only, and never from one that holds a secret; of all others at most the names
are recorded, and only where asked.
"""

from __future__ import annotations

import platform
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from clausework import __version__
from clausework.core.clock import Clock, system_clock, timestamp
from clausework.core.digests import parse_sha256
from clausework.core.errors import UsageFault
from clausework.evidence.git import run_git, shown, without_credentials
from clausework.ledger.records.build import Run

Environ = Mapping[str, str]

_LONGEST = 300
_MOST_NAMES = 200


class RunUnknown(UsageFault):
    """A CI system says that it runs this, and does not say which run it is."""

    hint = "Pass the CI system's own variables into the job or container that runs Clausework."


def ci_run(environ: Environ, clock: Clock = system_clock) -> Run:
    """Return the CI run that set ``environ``, the same for all its jobs; without one, the desk's.

    At the desk the ID is ``CLAUSEWORK_RUN_ID``, or the time with a random part. Raises ``RunUnknown``.
    """
    if environ.get("GITHUB_ACTIONS") == "true":
        return _github(environ)
    if environ.get("GITLAB_CI") == "true":
        return _gitlab(environ)
    if environ.get("TF_BUILD", "").lower() == "true":
        return _azure(environ)
    if environ.get("CIRCLECI") == "true":
        return _circle(environ)
    if environ.get("BITBUCKET_BUILD_NUMBER"):
        return _bitbucket(environ)
    if environ.get("JENKINS_URL"):
        return _jenkins(environ)
    return _desk(environ, clock)


def _github(environ: Environ) -> Run:
    run = _needed(environ, "GITHUB_RUN_ID")
    attempt = _value(environ, "GITHUB_RUN_ATTEMPT") or "1"
    place = f"{_value(environ, 'GITHUB_SERVER_URL')}/{_value(environ, 'GITHUB_REPOSITORY')}"
    return Run(
        provider="github-actions",
        id=f"{run}/{attempt}",
        url=without_credentials(f"{place}/actions/runs/{run}/attempts/{attempt}"),
        runner=_joined(
            environ,
            "RUNNER_NAME",
            "RUNNER_ENVIRONMENT",
            "RUNNER_OS",
            "RUNNER_ARCH",
            "ImageOS",
            "ImageVersion",
        ),
        triggered_by=_value(environ, "GITHUB_TRIGGERING_ACTOR") or _value(environ, "GITHUB_ACTOR"),
    )


def _gitlab(environ: Environ) -> Run:
    return Run(
        provider="gitlab-ci",
        id=_needed(environ, "CI_PIPELINE_ID"),
        url=without_credentials(_value(environ, "CI_PIPELINE_URL")),
        runner=_joined(environ, "CI_RUNNER_ID", "CI_RUNNER_DESCRIPTION", "CI_RUNNER_VERSION"),
        triggered_by=_value(environ, "GITLAB_USER_EMAIL") or _value(environ, "GITLAB_USER_LOGIN"),
    )


def _azure(environ: Environ) -> Run:
    build = _needed(environ, "BUILD_BUILDID")
    collection = _value(environ, "SYSTEM_COLLECTIONURI").rstrip("/")
    project = _value(environ, "SYSTEM_TEAMPROJECT").replace(" ", "%20")
    address = without_credentials(f"{collection}/{project}/_build/results")
    return Run(
        provider="azure-pipelines",
        id=build,
        url=f"{address}?buildId={build}" if address else "",
        runner=_joined(environ, "AGENT_NAME", "AGENT_MACHINENAME", "AGENT_OS", "AGENT_VERSION"),
        triggered_by=_value(environ, "BUILD_REQUESTEDFOREMAIL") or _value(environ, "BUILD_REQUESTEDFOR"),
    )


def _circle(environ: Environ) -> Run:
    return Run(
        provider="circleci",
        id=_value(environ, "CIRCLE_WORKFLOW_ID") or _needed(environ, "CIRCLE_BUILD_NUM"),
        url=without_credentials(_value(environ, "CIRCLE_BUILD_URL")),
        runner=_joined(environ, "CIRCLE_JOB", "CIRCLE_NODE_INDEX"),
        triggered_by=_value(environ, "CIRCLE_USERNAME"),
    )


def _bitbucket(environ: Environ) -> Run:
    number = _needed(environ, "BITBUCKET_BUILD_NUMBER")
    return Run(
        provider="bitbucket-pipelines",
        id=number,
        url=without_credentials(f"{_value(environ, 'BITBUCKET_GIT_HTTP_ORIGIN')}/pipelines/results/{number}"),
        runner=_joined(environ, "BITBUCKET_STEP_UUID"),
        triggered_by=_value(environ, "BITBUCKET_STEP_TRIGGERER_UUID"),
    )


def _jenkins(environ: Environ) -> Run:
    return Run(
        provider="jenkins",
        id=f"{_needed(environ, 'JOB_NAME')}#{_needed(environ, 'BUILD_NUMBER')}",
        url=without_credentials(_value(environ, "BUILD_URL")),
        runner=_joined(environ, "NODE_NAME", "EXECUTOR_NUMBER"),
        triggered_by=_value(environ, "BUILD_USER_EMAIL") or _value(environ, "BUILD_USER_ID"),
    )


def _desk(environ: Environ, clock: Clock) -> Run:
    fresh = f"{timestamp(clock())}-{secrets.token_hex(4)}"
    return Run(
        provider="desk",
        id=_value(environ, "CLAUSEWORK_RUN_ID") or fresh,
        runner=platform.node(),
        triggered_by=_value(environ, "USER") or _value(environ, "USERNAME"),
    )


def tools_and_environment(
    environ: Environ, *, variable_names: bool = False
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the tools with their versions, and the facts of machine and system that are known.

    ``CLAUSEWORK_IMAGE_DIGEST`` names the container image (raises ``NotADigest`` where it is none).
    ``variable_names`` adds the names of all variables that are set, never a value.
    """
    tools = {
        "clausework": __version__,
        "git": shown(run_git(Path.cwd(), "version")).strip().removeprefix("git version "),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
    }
    facts = {
        "os": _os_release(),
        "kernel": f"{platform.system()} {platform.release()}",
        "machine": platform.machine(),
        "locale": next((environ[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(name)), "C"),
        "timezone": _value(environ, "TZ"),
    }
    if image := _value(environ, "CLAUSEWORK_IMAGE_DIGEST"):
        facts["container_image"] = f"sha256:{parse_sha256(image.rpartition('@')[2])}"
    if variable_names:
        facts["variables"] = " ".join(sorted(environ)[:_MOST_NAMES])
    return tools, {name: _clean(value) for name, value in facts.items() if value}


def _os_release() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return platform.platform()


def _value(environ: Environ, name: str) -> str:
    return _clean(environ.get(name, ""))


def _clean(text: str) -> str:
    """Return ``text`` as one line that a record can hold."""
    readable = text.encode("utf-8", "backslashreplace").decode()
    return re.sub(r"[\x00-\x1f\x7f]+", " ", readable).strip()[:_LONGEST]


def _needed(environ: Environ, name: str) -> str:
    value = _value(environ, name)
    if not value:
        raise RunUnknown(f"This runs in a CI system, but its variable {name} is not set.")
    return value


def _joined(environ: Environ, *names: str) -> str:
    return " ".join(filter(None, (_value(environ, name) for name in names)))

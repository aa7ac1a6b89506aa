"""Steps and sections that Jenkins and its usual plug-ins bring: what is none of them comes from a shared library."""

from __future__ import annotations

import re

from clausework.evidence.pipelines.groovy import Statement

_DEPLOYING = re.compile(
    r"\w*[dD]eploy\w*|sshPublisher|sshCommand|sshScript|sshPut|ansiblePlaybook|s3Upload|ftpPublisher|cifsPublisher"
    r"|nexusArtifactUploader|nexusPublisher|rtUpload|rtPublishBuildInfo|azureWebAppPublish|pushToCloudFoundry"
    r"|googleStorageUpload|helm|kubectl"
)
"""Steps of plugins that bring software to where it is used, or to where it is taken from."""

KNOWN_STEPS = frozenset(
    (
        *("pipeline", "agent", "any", "none", "stages", "stage", "steps", "script", "parallel", "matrix"),
        *("axes", "axis", "name", "values", "excludes", "exclude", "when", "expression", "branch"),
        *("anyOf", "allOf", "not", "environment", "options", "parameters", "triggers", "tools", "post"),
        *("always", "success", "failure", "unstable", "changed", "fixed", "regression", "aborted"),
        *("cleanup", "unsuccessful", "notBuilt", "node", "label", "docker", "dockerfile", "kubernetes"),
        *("image", "args", "filename", "dir", "registryUrl", "registryCredentialsId", "reuseNode"),
        *("customWorkspace", "inheritFrom", "defaultContainer", "yaml", "yamlFile", "container"),
        *("containerTemplate", "podTemplate", "additionalBuildArgs", "alwaysPull", "failFast", "input"),
        *("message", "ok", "submitter", "beforeAgent", "sh", "bat", "powershell", "pwsh", "echo"),
        *("error", "checkout", "scm", "git", "stash", "unstash", "archiveArtifacts", "archive"),
        *("unarchive", "junit", "xunit", "publishHTML", "publishCoverage", "recordCoverage"),
        *("recordIssues", "cobertura", "jacoco", "step", "wrap", "withEnv", "withCredentials"),
        *("usernamePassword", "usernameColonPassword", "string", "file", "sshUserPrivateKey"),
        *("certificate", "credentials", "withMaven", "withGradle", "withSonarQubeEnv"),
        *("waitForQualityGate", "timeout", "retry", "sleep", "waitUntil", "timestamps", "ansiColor"),
        *("lock", "milestone", "properties", "buildDiscarder", "logRotator", "disableConcurrentBuilds"),
        *("skipDefaultCheckout", "skipStagesAfterUnstable", "durabilityHint", "preserveStashes"),
        *("quietPeriod", "overrideIndexTriggers", "newContainerPerStage", "parallelsAlwaysFailFast"),
        *("checkoutToSubdirectory", "disableResume", "rateLimitBuilds", "cron", "pollSCM", "upstream"),
        *("githubPush", "booleanParam", "choice", "text", "password", "deleteDir", "cleanWs", "pwd"),
        *("fileExists", "readFile", "writeFile", "readJSON", "writeJSON", "readYaml", "writeYaml"),
        *("readProperties", "readMavenPom", "findFiles", "touch", "zip", "unzip", "sha1", "sha256"),
        *("isUnix", "tool", "build", "library", "load", "mail", "emailext", "slackSend"),
        *("office365ConnectorSend", "mattermostSend", "catchError", "warnError", "nodesByLabel"),
        *("sshagent", "sshPublisher", "sshCommand", "sshScript", "sshPut", "httpRequest", "fingerprint"),
        *("setGitHubPullRequestStatus", "githubNotify", "updateGitlabCommitStatus", "gitlabCommitStatus"),
        *("addShortText", "currentBuild", "env", "params", "dockerFingerprintFrom", "getContext"),
        *("evaluate", "print", "println", "ws", "tm", "validateDeclarativePipeline", "maven", "jdk"),
        *("gradle", "nodejs", "ant", "changeset", "changelog", "changeRequest", "buildingTag", "equals"),
        *("triggeredBy", "environmentVariables", "each", "collect", "find", "tag", "comparator"),
        *("pattern", "value", "actual", "expected", "ignoreCase", "withKubeConfig", "withAWS"),
        *("withDockerRegistry", "configFileProvider", "configFile", "withChecks", "publishChecks"),
    )
)
"""Names that are looked for; one that is missing here is looked at by a person, and nothing worse."""


def deploys(statement: Statement, whole: str) -> bool:
    """Tell whether a step of a plugin deploys: by its name, as a push of an image, or as an upload.

    ``whole`` is the text of the file: what has a ``push`` is an image only where Docker is used.
    """
    if statement.name.endswith(".push") and "docker." in whole:
        return True
    if statement.name == "httpRequest":
        return re.search(r"'PUT'|\bPUT\b|\b(?:upload|multipart)\w* :", statement.text) is not None
    called = len(statement.words) > 1 and statement.words[1].text not in {"=", "."}
    return called and _DEPLOYING.fullmatch(statement.name) is not None

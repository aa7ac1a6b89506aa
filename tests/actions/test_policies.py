"""A team's policy is under the plan's change control, kept with it, and its verdict replays from the ledger alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import msgspec
import pytest

from clausework.actions.decide import decide
from clausework.actions.lint import lint
from clausework.actions.policies import EngineMissing, policy_files, recorded_policies
from clausework.actions.release import release
from clausework.actions.sign import sign
from clausework.core.digests import sha256_of
from clausework.gates import rego
from clausework.gates.folding import read_facts
from clausework.gates.policies import prove_policy
from clausework.gates.stage import evaluate_stage
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.gates import Verdict
from clausework.ledger.records.release import Archive
from clausework.plan.effective import effective_stages
from clausework.plan.load import load_plan
from clausework.plan.policies import Policy
from clausework.release.archive_facts import archived_files
from tests.actions.device import PLAN, QUALITY, RELEASE, SBOM, VERSION, Device, person
from tests.gates.rules import CHALLENGES, POLICY
from tests.gates.test_plug_ins import MODULE

WRITTEN = Policy("policies/licences.rego", "policies/licences", "0" * 64, ("8.1.2",))
ASKED = (
    PLAN
    + """\
stages: {rules: {clauses: [8.1.2], checks: {"policy:licences": {}}}}
policies:
  licences: {file: policies/licences.rego, challenges: policies/licences, sha256: "DIGEST", clauses: [8.1.2]}
"""
)


def write_policy(device: Device, policy: str = POLICY) -> str:
    """Write a policy with its challenges; return their digest."""
    device.write("policies/licences.rego", policy)
    for name, text in CHALLENGES.items():
        device.write(f"policies/licences/{name}", text)
    return sha256_of(policy_files(device.folder, WRITTEN))


@pytest.fixture
def ruled(established: Device) -> Device:
    """Return a device whose plan asks a policy."""
    established.write("clausework.yaml", ASKED.replace("DIGEST", write_policy(established)))
    established.commit("REQ-001: a rule on licences")
    return established


def gate(device: Device, bill: str = SBOM) -> dict[str, object]:
    """Build, record a bill of materials, and return the verdict on the stage with the policy."""
    device.build()
    device.write("reports/bom.json", bill)
    assert device.process("build").returncode == 0
    assert device.process("record", "reports/bom.json").returncode == 0
    done = device.process("gate", "rules", "--json")
    (stage,) = json.loads(done.stdout)["stages"]
    assert done.returncode == (0 if stage["outcome"] == "pass" else 1)
    (check,) = stage["checks"]
    return dict(check)


def test_a_policy_judges_a_build_and_is_named_in_the_record(ruled: Device) -> None:
    """CONTROL: the verdict names the policy's digest, its engine and clauses, and what it saw in the facts."""
    check = gate(ruled)
    assert check["outcome"] == "pass"
    assert (check["check"], check["clauses"]) == ("policy:licences", ["8.1.2"])
    assert check["settings"] == {"policy": sha256_of(policy_files(ruled.folder, WRITTEN))}
    assert str(check["version"]).startswith("regopy ")


def test_a_policy_refuses_a_build(ruled: Device) -> None:
    """A forbidden component is refused, by name, with exit 1."""
    check = gate(ruled, SBOM.replace("attrs", "gpl-attrs"))
    assert check["outcome"] == "fail"
    assert check["reasons"][0]["message"] == "gpl-attrs is not allowed"  # type: ignore[index]


def test_the_verdict_replays_from_the_ledger_alone(ruled: Device) -> None:
    """Years later, the policy's files are gone: plan, policy and facts are blobs, and give the same verdict."""
    gate(ruled)
    shutil.rmtree(ruled.folder / "policies")
    with ruled.open(reading=True) as workplace:
        ledger = workplace.ledger
        verdict = [one.body for one in ruled.records() if isinstance(one.body, Verdict)][-1]
        plan = load_plan(ledger.read_blob(verdict.plan), "plan")
        (stage,) = (one for one in effective_stages(plan, verdict.software_item) if one.name == "rules")
        facts = read_facts(ledger.read_blob(verdict.facts.sha256))
        assert evaluate_stage(stage, facts, ledger.read_blob) == verdict.checks
        assert evaluate_stage(stage, facts)[0].outcome == "not_evaluated"


def test_a_command_replays_a_recorded_verdict(ruled: Device) -> None:
    """Anyone asks the ledger whether a verdict follows from its facts: policy, digest and engine are those recorded."""
    gate(ruled, SBOM.replace("attrs", "gpl-attrs"))
    shutil.rmtree(ruled.folder / "policies")
    number = [one.index for one in ruled.records() if isinstance(one.body, Verdict)][-1]
    done = ruled.process("gate", "--replay", str(number))
    assert done.returncode == 0, done.stderr
    assert f"verdict #{number} of rules, fail" in done.stdout
    assert "same           policy:licences: fail by version regopy" in done.stdout
    assert ruled.process("gate", "--replay", "0").returncode == 2
    assert ruled.process("gate", "rules", "--replay", str(number)).returncode == 2
    assert ruled.process("gate", "--preview", "--replay", str(number)).returncode == 2


def test_a_verdict_that_does_not_follow_from_its_facts_is_told(ruled: Device) -> None:
    """ATTACK a pass written into the log on facts that fail: the replay names the check, and ends with 1."""
    gate(ruled, SBOM.replace("attrs", "gpl-attrs"))
    verdict = [one.body for one in ruled.records() if isinstance(one.body, Verdict)][-1]
    passing = tuple(msgspec.structs.replace(one, outcome="pass") for one in verdict.checks)
    forged = msgspec.structs.replace(verdict, outcome="pass", checks=passing)
    with ruled.open() as workplace:
        (receipt,) = workplace.ledger.append([Draft((subject("build", forged.build),), forged)])
    done = ruled.process("gate", "--replay", f"#{receipt.index}")
    assert done.returncode == 1
    assert "differs        policy:licences: pass by version" in done.stdout
    assert "does not follow: policy:licences" in done.stderr


def test_who_approves_a_changed_policy_sees_its_lines_and_challenges(ruled: Device) -> None:
    """Lapse: a digest in place of another tells an approver nothing; the difference is in the policy's own lines."""
    why = {"rationale": "seen with the difference"}
    with ruled.open() as workplace:
        decided = decide(workplace, "approve", "plan", why, person(workplace, RELEASE))
        assert decided.changed is not None
        assert any(one.startswith("policy licences is new: ") for one in decided.changed.sentences)
        sign(workplace, person(workplace, QUALITY), str(decided.index))
    (ruled.folder / "policies/licences/copyleft.json").unlink()
    lax = POLICY.replace('"gpl-"', '"agpl-"')
    ruled.write("policies/licences.rego", lax)
    ruled.write("clausework.yaml", ASKED.replace("DIGEST", sha256_of(policy_files(ruled.folder, WRITTEN))))
    shown = ruled.process("status").stdout
    assert 'policy licences loses the line: startswith(name, "gpl-")' in shown
    assert 'policy licences gains the line: startswith(name, "agpl-")' in shown
    assert (
        "policy licences loses the challenge copyleft.json ('an SBOM with copyleft' must come to fail)"
        in shown
    )


def test_the_plan_is_recorded_with_its_policies(ruled: Device) -> None:
    """Each policy is a blob that the plan's record names, so that it is verified, archived and exported with it."""
    gate(ruled)
    recorded = [one.body for one in ruled.records() if isinstance(one.body, PlanRecorded)][-1]
    (kept,) = recorded.policies
    assert kept.sha256 == sha256_of(policy_files(ruled.folder, WRITTEN))
    assert ruled.process("verify").returncode == 0
    assert recorded_policies(ruled.records(), recorded.plan.sha256) == recorded.policies
    assert recorded_policies(ruled.records(), "0" * 64) == ()


def test_a_version_s_archive_holds_the_policies_of_its_plan(verified: Device) -> None:
    """What a release was judged by can be restored with it: the policy stands in the archive beside the plan."""
    verified.write("clausework.yaml", ASKED.replace("DIGEST", write_policy(verified)))
    with verified.open() as workplace:
        why = {"rationale": "seen with the difference"}
        decided = decide(workplace, "approve", "plan", why, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), str(decided.index))
        release(workplace, VERSION)
        records = workplace.snapshot().records
    archived = [one.body for one in records if isinstance(one.body, Archive)][-1]
    names = {one.name for one in archived_files(records, archived)}
    assert any(one.startswith("plan/policies/") and one.endswith("licences.policy.json") for one in names)


@pytest.mark.parametrize("changed", ["policies/licences.rego", "policies/licences/copyleft.json"])
def test_a_policy_changed_behind_the_plan_is_refused(ruled: Device, changed: str) -> None:
    """ATTACK a rule or a challenge edited, and the plan left as it was approved: neither lint nor build takes it."""
    text = (ruled.folder / changed).read_text()
    ruled.write(changed, text.replace("gpl-", "xpl-"))
    linted = ruled.process("lint")
    assert linted.returncode == 1
    assert "are not those that the plan names" in linted.stdout
    assert f"sha256: {sha256_of(policy_files(ruled.folder, WRITTEN))}" in linted.stdout
    before = ruled.count()
    built = ruled.process("build")
    assert built.returncode == 3
    assert "come to" in built.stderr
    assert ruled.count() == before


def test_a_changed_policy_is_a_plan_that_nobody_approved(ruled: Device) -> None:
    """ATTACK digest and rule changed together: the plan is another, and what is built under it is provisional."""
    digest = write_policy(ruled, POLICY.replace("# Strong", "# Very strong"))
    assert not prove_policy(policy_files(ruled.folder, WRITTEN)).fault
    ruled.write("clausework.yaml", ASKED.replace("DIGEST", digest))
    gate(ruled)
    verdict = [one.body for one in ruled.records() if isinstance(one.body, Verdict)][-1]
    assert verdict.provisional


def test_lint_proves_a_policy_before_it_is_used(ruled: Device) -> None:
    """Lapse: a policy whose challenges do not hold is a finding of lint, by the name of the challenge."""
    (ruled.folder / "policies/licences/copyleft.json").unlink()
    (ruled.folder / "policies/licences/empty.json").unlink()
    assert any("lack one that it must refuse" in str(one) for one in lint(ruled.folder).findings)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda folder: (folder / "licences.rego").unlink(), "licences.rego' cannot be read"),
        (
            lambda folder: shutil.rmtree(folder / "licences"),
            "folder of challenges 'policies/licences' is not there",
        ),
        (lambda folder: (folder / "licences.rego").write_bytes(b"\xff"), "is not UTF-8"),
        (lambda folder: (folder / "licences.rego").write_bytes(b"#" * (2 << 20)), "more than 1048576 bytes"),
    ],
    ids=["no file", "no challenges", "no text", "too large"],
)
def test_a_policy_that_cannot_be_read_is_told(ruled: Device, spoil: object, says: str) -> None:
    """Wrong input: lint says which file, and leaves with the exit code of rejected input."""
    spoil(ruled.folder / "policies")  # type: ignore[operator]
    done = ruled.process("lint")
    assert (done.returncode, says in done.stderr) == (3, True), done.stderr


def test_without_the_engine_nothing_passes(
    ruled: Device, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Lapse: the extra is not installed; lint says how to install it, and a gate is not evaluated."""
    program = tmp_path / "without.py"
    source = Path(rego._PROGRAM).read_text()
    program.write_text(source.replace("import regopy\n", "import regopy_is_not_installed as regopy\n"))
    monkeypatch.setattr(rego, "_PROGRAM", program)
    ruled.write("policies/licences.rego", POLICY + "\n# asked of no engine yet\n")
    with pytest.raises(EngineMissing) as caught:
        lint(ruled.folder)
    assert caught.value.exit_code == 6
    assert "pip install 'clausework[policies]'" in caught.value.hint
    assert "regopy_is_not_installed" in prove_policy(policy_files(ruled.folder, WRITTEN)).fault


def test_a_package_s_check_is_named_in_the_record(established: Device, tmp_path: Path) -> None:
    """A check by entry point judges the build; the record names package and version, and without it nothing passes."""
    site = tmp_path / "site"
    metadata = site / "acme_check-1.4.dist-info"
    metadata.mkdir(parents=True)
    (site / "acme_check.py").write_text(MODULE)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-check\nVersion: 1.4\n")
    (metadata / "entry_points.txt").write_text("[clausework.checks]\nfew = acme_check:CHECK\n")
    asked = 'stages: {few: {clauses: [8.1.3], checks: {"plug-in:few": {}}}}\n'
    established.write("clausework.yaml", PLAN + asked)
    established.commit("REQ-001: few artefacts")
    established.build()
    assert established.process("build").returncode == 0
    path = f"{site}:{established.environ['PYTHONPATH']}"
    assert established.process("lint", PYTHONPATH=path).returncode == 0
    assert established.process("gate", "few", PYTHONPATH=path).returncode == 0
    verdict = [one.body for one in established.records() if isinstance(one.body, Verdict)][-1]
    (check,) = verdict.checks
    assert (check.check, check.version, check.outcome) == ("plug-in:few", "3 (acme-check 1.4)", "pass")
    without = established.process("gate", "few")
    assert (without.returncode, "no installed package has a check 'few'" in without.stdout) == (1, True)
    linted = established.process("lint")
    assert (linted.returncode, "plug-in:few does not count" in linted.stdout) == (1, True)


def test_a_plan_written_before_policies_reads_the_same() -> None:
    """A record of a plan from before has no policies; it reads as one that names none."""
    old = b'{"made": {"at": "2026-01-01T00:00:00.000Z", "actor": "pipeline", "software": "clausework 0"},' + (
        b'"plan": {"name": "clausework.yaml", "sha256": "%s", "size": 1}}' % (b"a" * 64)
    )
    assert msgspec.json.decode(old, type=PlanRecorded).policies == ()

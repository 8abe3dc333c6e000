"""The workflows use what they name by content, may do no more than they must, and take back what fails."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NEW = ("new-backend@sha256:1", "new-nginx@sha256:2")
# Stands in for the own upgrade of the server, which tests_prod/compose tries: notes what it is told, and could read.
UPGRADE = """#!/bin/sh
echo "$PWD $* <$(cat)>" > told
exit $ENDING
"""


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_actions_are_named_by_their_commit(file: Path) -> None:
    used = re.findall(r"uses: (.+)", file.read_text())

    assert used
    assert [x for x in used if not re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", x)] == []


def test_an_action_has_one_version_everywhere() -> None:
    used = {x for file in WORKFLOWS for x in re.findall(r"uses: (.+)", file.read_text())}

    assert len({x.partition("@")[0] for x in used}) == len(used)


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_write_nothing_unless_a_job_says_so(file: Path) -> None:
    workflow = yaml.safe_load(file.read_text())

    assert set(workflow["permissions"].values()) <= {"read"}
    writing = {
        name: job["permissions"] for name, job in workflow["jobs"].items() if "write" in str(job.get("permissions"))
    }
    allowed = (
        {"image": {"contents": "read", "packages": "write", "id-token": "write"}} if file.stem == "release" else {}
    )
    assert writing == allowed


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_no_script_is_put_together_from_what_others_write(file: Path) -> None:
    jobs = yaml.safe_load(file.read_text())["jobs"].values()

    assert [step["run"] for job in jobs for step in job["steps"] if "${{" in step.get("run", "")] == []


def test_what_is_deployed_was_signed_by_the_release() -> None:
    deploy = yaml.safe_load((ROOT / ".github" / "workflows" / "deploy.yml").read_text())

    steps = deploy["jobs"]["verify"]["steps"]
    assert "cosign verify" in steps[-1]["run"]
    assert "/.github/workflows/release.yml@refs/tags/v$VERSION" in steps[-1]["run"]
    assert {deploy["jobs"][name]["needs"] for name in ("compose", "kubernetes")} == {"verify"}


@pytest.mark.parametrize("ending", [0, 1])
def test_a_server_is_upgraded_by_its_own_script_which_has_the_last_word(tmp_path: Path, ending: int) -> None:
    upgrade = tmp_path / "deploy/compose/upgrade"
    upgrade.parent.mkdir(parents=True)
    upgrade.write_text(UPGRADE)
    upgrade.chmod(0o755)

    # As over SSH: the script comes on standard input, and nothing of it may be taken for an answer.
    done = subprocess.run(
        ["bash", "-s", "--", str(tmp_path), *NEW],
        input=(ROOT / ".ci" / "deploy-compose").read_text() + "\n# more of it\n" * 9000,
        text=True,
        env=os.environ | {"ENDING": str(ending)},
        capture_output=True,
        check=False,
    )

    assert done.returncode == ending, done.stderr
    assert (tmp_path / "told").read_text() == f"{tmp_path} --images {' '.join(NEW)} <>\n"

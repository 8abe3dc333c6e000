"""The workflows use what they name by content, may do no more than they must, and take back what fails."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
BEFORE = "PUBLIC_URL=https://x.example\nSCRIBE_BACKEND_IMAGE=old-backend\nSCRIBE_NGINX_IMAGE=old-nginx\n"
NEW = ("new-backend@sha256:1", "new-nginx@sha256:2")
# Stands in for Docker: notes what it is asked with which images, and fails where .env names what it was told to refuse.
DOCKER = """#!/bin/bash
echo "$* with $(grep -h IMAGE .env | tr '\\n' ' ')" >> calls
case "$*" in *" up "*) ! grep -q "=$REFUSED" .env ;; esac
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


@pytest.fixture
def server(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text(BEFORE)
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    return tmp_path


def _deploy(server: Path, refused: str) -> int:
    script = (ROOT / ".ci" / "deploy-compose").read_text()
    # As over SSH: the script comes on standard input.
    command = ["bash", "-s", "--", str(server), *NEW]
    surroundings = {"PATH": f"{server}:{os.environ['PATH']}", "REFUSED": refused}
    return subprocess.run(
        command, input=script, text=True, env=surroundings, capture_output=True, check=False
    ).returncode


def test_a_server_runs_the_release_and_keeps_its_other_settings(server: Path) -> None:
    done = _deploy(server, refused="nothing")

    assert done == 0
    assert (server / ".env").read_text() == (
        "PUBLIC_URL=https://x.example\nSCRIBE_BACKEND_IMAGE=new-backend@sha256:1\nSCRIBE_NGINX_IMAGE=new-nginx@sha256:2\n"
    )
    assert not list(server.glob(".env.*"))


def test_a_server_on_which_it_does_not_become_healthy_runs_what_it_ran(server: Path) -> None:
    done = _deploy(server, refused="new-backend")

    assert done == 1
    assert (server / ".env").read_text() == BEFORE
    last = (server / "calls").read_text().splitlines()[-1]
    assert " up " in last
    assert "SCRIBE_BACKEND_IMAGE=old-backend" in last

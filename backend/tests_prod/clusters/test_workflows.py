"""The workflows and their scripts, by the tools that know them; and a cluster that does not take a release."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests_prod.clusters.tools import ROOT, passes, run

BACKEND, NGINX = (
    f"ghcr.io/clinic/scribe-{name}@sha256:{digit * 64}" for name, digit in (("backend", "a"), ("nginx", "b"))
)
# Renders as the real one does, notes what it is asked, and lets fail what it was told to. Deployments stand at revision
# 6, and the release gives those that it CHANGES the next one, as a cluster does.
KUBECTL = """#!/bin/bash
[ "$1" = kustomize ] && exec {real} "$@"
echo "$*" >> {calls}
case "$*" in
    apply*) cp "${{@: -1}}" {applied} ;;
    *"get deployment/"*)
        asked=$* name=${{asked#*deployment/}} name=${{name%% *}}
        case " $NEW " in *" $name "*) exit 0 ;; esac
        case " $CHANGES " in *" $name "*) [ ! -e {applied} ] || {{ printf 7; exit 0; }} ;; esac
        printf 6
        ;;
    *"get job"*) [ "$FAILING" != migrate ] || echo True ;;
    *"wait --for"*) [ "$FAILING" != migrate ] ;;
    *"rollout status deployment/$FAILING "*) grep -q undo {calls} ;;
esac
"""


def test_workflows_are_in_order() -> None:
    assert passes("actionlint") == ""


def test_workflows_open_no_known_way_in() -> None:
    passes("zizmor", "--offline", "--no-progress", ".github/workflows")


def test_scripts_are_in_order() -> None:
    folders = (ROOT / ".ci", ROOT / "deploy/compose", ROOT / "nginx")
    scripts = [file for each in folders for file in each.iterdir() if file.read_text().startswith("#!")]

    assert len(scripts) > 9
    passes("shellcheck", "--severity=warning", *scripts)


def test_a_wrong_workflow_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yml"
    file.write_text((ROOT / ".github" / "workflows" / "ci.yml").read_text().replace("needs: test", "needs: tset"))

    assert "tset" in run("actionlint", file).stdout


@pytest.fixture
def cluster(tmp_path: Path) -> Path:
    real = shutil.which("kubectl")
    assert real
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin" / "kubectl"
    fake.write_text(KUBECTL.format(real=real, calls=tmp_path / "calls", applied=tmp_path / "applied.yaml"))
    fake.chmod(0o755)
    return tmp_path


def _deploy(
    cluster: Path, failing: str, *, changes: str = "backend worker web", new: str = ""
) -> subprocess.CompletedProcess[str]:
    path = f"{cluster / 'bin'}:{os.environ['PATH']}"
    surroundings = os.environ | {"PATH": path, "FAILING": failing, "CHANGES": changes, "NEW": new}
    command = [ROOT / ".ci" / "deploy-kubernetes", "production", BACKEND, NGINX]
    return subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120, check=False)


def test_a_cluster_gets_the_images_by_their_digests(cluster: Path) -> None:
    done = _deploy(cluster, failing="nothing")

    assert done.returncode == 0, done.stderr
    images = {line.strip() for line in (cluster / "applied.yaml").read_text().splitlines() if " image: " in line}
    assert {image.removeprefix("- ") for image in images} == {f"image: {BACKEND}", f"image: {NGINX}"}
    calls = (cluster / "calls").read_text().splitlines()
    assert any(call.startswith("--namespace scribe delete job migrate") for call in calls)
    assert [call.split()[4] for call in calls if "rollout status" in call] == [
        "deployment/backend",
        "deployment/worker",
        "deployment/web",
    ]
    assert not list((ROOT / "k8s" / "overlays").glob("release.*"))


@pytest.mark.parametrize("failing", ["migrate", "worker", "web"])
def test_a_cluster_that_does_not_take_a_release_runs_what_it_ran(cluster: Path, failing: str) -> None:
    done = _deploy(cluster, failing)

    assert done.returncode == 1
    assert _undone(cluster) == [f"deployment/{name} --to-revision=6" for name in ("backend", "worker", "web")]


def test_what_a_release_did_not_change_is_not_undone(cluster: Path) -> None:
    # An undo would put back what ran before the release before.
    done = _deploy(cluster, failing="worker", changes="backend worker")

    assert done.returncode == 1
    assert _undone(cluster) == ["deployment/backend --to-revision=6", "deployment/worker --to-revision=6"]


def test_a_release_that_fails_again_undoes_nothing(cluster: Path) -> None:
    done = _deploy(cluster, failing="migrate", changes="")

    assert done.returncode == 1
    assert _undone(cluster) == []


def test_where_nothing_ran_before_there_is_nothing_to_undo(cluster: Path) -> None:
    done = _deploy(cluster, failing="migrate", new="backend worker web")

    assert done.returncode == 1
    assert _undone(cluster) == []
    assert "worker has no version before." in done.stderr


def _undone(cluster: Path) -> list[str]:
    calls = (cluster / "calls").read_text().splitlines()
    return [call.partition("rollout undo ")[2] for call in calls if "rollout undo " in call]

"""What the files in deploy/ give to Scribe is what Scribe takes."""

import re

import pytest
import yaml

from scribe.cli import serve
from scribe.cli.main import _WHERE
from scribe.worker import main as worker
from tests.ops_files import clouds
from tests.ops_files.clouds import DEPLOY
from tests.ops_files.manifests import unknown_settings
from tests.ops_files.nginx import NGINX, shutdown_seconds

NEEDED = {"DATABASE_URL", "REDIS_URL", "ROOT_KEY", "TOKEN_KEY", "PUBLIC_URL", "TRUSTED_PROXIES", "S3_BUCKET"}


def _ecs(name: str) -> dict[str, object]:
    (found,) = [x for x in clouds.ecs_containers() if x["Name"] == name]
    return found


def _given() -> dict[str, set[str]]:
    ecs = {
        f"ecs {x['Name']}": {y["Name"] for y in [*x.get("Environment", []), *x.get("Secrets", [])]}
        for x in clouds.ecs_containers()
    }
    runs = [(name, x) for name in ("service", "worker", "migrate") for x in clouds.cloud_run_containers(name)]
    run = {f"cloud-run {name} {x['name']}": {y["name"] for y in x.get("env", [])} for name, x in runs}
    rest = {"azure": clouds.azure_settings(), "elastic-beanstalk": clouds.beanstalk_properties()}
    return {name: given for name, given in {**ecs, **run, **rest}.items() if not name.endswith(("nginx",))}


@pytest.mark.parametrize("where", sorted(_given()))
def test_scribe_reads_every_setting_and_gets_all_that_it_needs(where: str) -> None:
    given = _given()[where]

    assert unknown_settings(sorted(given)) == []
    assert given >= NEEDED


def test_only_migrations_get_the_owner_of_the_tables() -> None:
    assert {name for name, given in _given().items() if "DATABASE_OWNER_URL" in given} == {
        "ecs migrate",
        "cloud-run migrate migrate",
    }


def test_every_container_runs_a_command_that_there_is() -> None:
    commands = [x["Command"] for x in clouds.ecs_containers()]
    commands += [x["args"] for name in ("service", "worker", "migrate") for x in clouds.cloud_run_containers(name)]
    commands += [x["command"] for x in clouds.beanstalk()["services"].values()]

    for command in commands:
        words = " ".join(command)
        if "/etc/nginx/" in words:
            assert all((NGINX / name).exists() for name in re.findall(r"/etc/nginx/(\S+\.conf)", words))
        else:
            called = re.findall(r"scribe\.cli (\S+)", words) or [command[0]]
            assert set(called) <= set(_WHERE)


def test_workers_are_given_the_time_that_they_take() -> None:
    (shutdown,) = [y["Value"] for y in _ecs("worker")["Environment"] if y["Name"] == "JOB_SHUTDOWN_SECONDS"]  # type: ignore[attr-defined]
    left = worker._LEAVE_BEHIND_AFTER_SECONDS

    assert int(str(_ecs("worker")["StopTimeout"])) > int(shutdown) + left
    assert int(str(_ecs("backend")["StopTimeout"])) > serve._DRAIN_SECONDS
    assert int(str(_ecs("nginx")["StopTimeout"])) > shutdown_seconds("behind_proxy.conf")
    (on_cloud_run,) = clouds.cloud_run_containers("worker")
    # Cloud Run waits ten seconds.
    (shutdown,) = [y["value"] for y in on_cloud_run["env"] if y["name"] == "JOB_SHUTDOWN_SECONDS"]
    assert int(shutdown) + left < 10


def test_probes_ask_what_is_answered() -> None:
    nginx, backend = clouds.cloud_run_containers("service")

    assert nginx["startupProbe"]["httpGet"] == {"path": "/", "port": 8080}
    assert backend["startupProbe"]["httpGet"] == {"path": "/health/ready", "port": 8000}
    assert "/health/ready" in str(_ecs("backend")["HealthCheck"])
    assert "server 127.0.0.1:8000 " in (NGINX / "sidecar.conf").read_text()


def test_each_platform_has_a_checklist_that_says_that_it_was_not_run() -> None:
    # `compose` is no platform of another's: its scripts are run by tests_prod/compose.
    for folder in (path for path in DEPLOY.iterdir() if path.is_dir() and path.name != "compose"):
        checklist = (folder / "README.md").read_text()
        assert "(not run)" in checklist.splitlines()[0]
        assert checklist.count("[ ]") >= 6


def test_the_beanstalks_options_are_names_and_values() -> None:
    config = yaml.safe_load((DEPLOY / "elastic-beanstalk" / ".ebextensions" / "scribe.config").read_text())

    assert {"option_settings", "Resources"} == set(config)
    assert all(name.startswith("aws:") for name in config["option_settings"])
    assert config["option_settings"]["aws:elbv2:listener:443"]["Protocol"] == "HTTPS"

"""docker-compose.prod.yml: no root, nothing writable but what must be, limits for all, one way in."""

import re
from typing import Any

import pytest
import yaml

from scribe.core.settings import Settings
from tests.ops_files.watching import ROOT

PROD = yaml.safe_load((ROOT / "docker-compose.prod.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = PROD["services"]
DOCKERFILE = (ROOT / "backend/Dockerfile").read_text()
# They do their work and end.
ENDING = {"migrate", "backup-role", "seaweedfs-volume"}
each = pytest.mark.parametrize(("name", "service"), SERVICES.items(), ids=SERVICES)


@each
def test_a_container_can_do_nothing_that_it_need_not(name: str, service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not any("docker.sock" in volume for volume in service.get("volumes", ()))


@each
def test_no_container_runs_as_root(name: str, service: dict[str, Any]) -> None:
    user = service.get("user") or re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1]

    assert int(user.partition(":")[0]) > 0


@each
def test_a_container_has_its_bounds(name: str, service: dict[str, Any]) -> None:
    assert service["mem_limit"]
    assert service["pids_limit"]
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}
    assert service["init"] is True


@each
def test_what_stays_up_says_whether_it_is_well(name: str, service: dict[str, Any]) -> None:
    assert service["restart"] == ("no" if name in ENDING else "unless-stopped")
    assert ("healthcheck" in service) is (name not in ENDING)
    for needed, how in service.get("depends_on", {}).items():
        assert how["condition"] == ("service_completed_successfully" if needed in ENDING else "service_healthy")


def test_only_nginx_is_published_and_the_database_sees_no_outside() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["nginx"]
    assert PROD["networks"]["inside"] == {"internal": True}
    assert SERVICES["postgres"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]
    assert SERVICES["seaweedfs"]["networks"] == ["inside"]


def test_several_of_the_services_that_scale_can_stand_beside_each_other() -> None:
    for name in ("backend", "worker"):
        assert not {"container_name", "ports", "hostname"} & set(SERVICES[name])


@pytest.mark.parametrize("name", ["backend", "worker", "migrate", "backup"])
def test_every_variable_of_a_container_is_one_that_scribe_reads(name: str) -> None:
    groups = [field.annotation for field in Settings.model_fields.values()]
    known = {setting.upper() for group in groups for setting in group.model_fields}  # type: ignore[union-attr]

    given = SERVICES[name]["environment"]
    # BACKUP_STATUS_FILE names a file itself.
    secrets = {name: path for name, path in given.items() if name.endswith("_FILE") and name not in known}
    assert {variable if variable in known else variable.removesuffix("_FILE") for variable in given} <= known
    assert {path.removeprefix("/run/secrets/") for path in secrets.values()} == set(SERVICES[name]["secrets"])


def test_every_secret_is_a_file_of_the_one_directory_that_is_never_kept_in_git() -> None:
    assert all(secret["file"].startswith("./secrets/") for secret in PROD["secrets"].values())
    assert "secrets/" in (ROOT / ".gitignore").read_text().splitlines()


def test_only_migrations_own_the_tables() -> None:
    owners = [name for name, service in SERVICES.items() if "database_owner_url" in service.get("secrets", ())]

    assert owners == ["migrate"]


def _mounts(name: str) -> dict[str, str]:
    """What is mounted where in the service's container."""
    return {target: source for source, target, *_ in (each.split(":") for each in SERVICES[name]["volumes"])}


def test_a_new_volume_belongs_to_whom_writes_into_it() -> None:
    nginx = (ROOT / "nginx/Dockerfile").read_text()

    assert SERVICES["seaweedfs"]["user"].partition(":")[0] in re.findall(r"--uid (\d+)", DOCKERFILE)
    (target,) = (where for where, volume in _mounts("seaweedfs-volume").items() if volume == "seaweedfs")
    assert f" {target} " in DOCKERFILE
    assert _mounts("seaweedfs")[target] == "seaweedfs"
    assert SERVICES["acme"]["user"] == SERVICES["nginx"]["user"]
    (target,) = (where for where, volume in _mounts("nginx").items() if volume == "challenges")
    assert re.search(rf"install -d -o 101 -g 101 {target}$", nginx, re.MULTILINE)
    assert _mounts("acme")[target] == "challenges"


def test_the_acme_client_writes_the_files_that_nginx_reads() -> None:
    read = {PROD["secrets"][name]["file"] for name in SERVICES["nginx"]["secrets"]}

    assert read < set(_mounts("acme").values())


def test_the_scripts_that_containers_run_are_there() -> None:
    mounted = {
        source for name in SERVICES for source in (_mounts(name) if SERVICES[name].get("volumes") else {}).values()
    }

    scripts = {source for source in mounted if source.endswith(".sh")}
    assert len(scripts) >= 4
    assert all((ROOT / source).is_file() for source in scripts)

"""The manifests in k8s/ fit together, and fit the program that they start."""

import copy
import tomllib
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI

from scribe.cli.main import _WHERE
from scribe.core import settings as scribe
from tests.http.cells import routes_of
from tests.ops_files import manifests
from tests.ops_files.manifests import K8S, Thing, named
from tests.ops_files.nginx import NGINX

OVERLAYS = sorted(path.name for path in (K8S / "overlays").iterdir())


def _external() -> list[Thing]:
    return manifests.read(K8S / "components" / "secrets-external" / "secrets.yaml")


def _keys() -> dict[str, set[str]]:
    return {x["metadata"]["name"]: {row["secretKey"] for row in x["spec"]["data"]} for x in _external()}


@pytest.fixture
def things() -> list[Thing]:
    return [*manifests.base(), *_external()]


def test_every_selector_takes_the_pods_that_it_means(things: list[Thing]) -> None:
    assert manifests.selects_nothing(things) == []


def test_every_name_names_something(things: list[Thing]) -> None:
    assert manifests.names_nothing(things) == []


def test_every_probe_asks_what_is_answered(things: list[Thing], app: FastAPI) -> None:
    assert manifests.probes_nothing(things, {path for verb, path in routes_of(app) if verb == "GET"}) == []


def test_every_setting_is_one_of_scribes(things: list[Thing]) -> None:
    given = set(manifests.config(things))
    for overlay in OVERLAYS:
        given |= {name for name, _ in manifests.environment(K8S / "overlays" / overlay / "settings.env")}
    for _, pod in manifests.pods(things):
        given |= {x["name"] for container in manifests.containers(pod) for x in container.get("env", [])}

    assert manifests.unknown_settings(given) == []


def test_every_secret_that_a_setting_names_is_mounted_where_it_says(things: list[Thing]) -> None:
    assert manifests.unset_files(things, _keys()) == []


def test_secrets_come_alike_from_files_and_from_a_vault() -> None:
    staging = yaml.safe_load((K8S / "overlays" / "staging" / "kustomization.yaml").read_text())

    made = {x["name"]: {Path(file).name for file in x["files"]} for x in staging["secretGenerator"]}

    assert made == _keys()


def test_only_migrations_get_the_owner_of_the_tables(things: list[Thing]) -> None:
    holders = [name for name, pod in manifests.pods(things) if "scribe-owner" in yaml.dump(pod)]

    assert holders == ["migrate"]
    assert "database_owner_url" not in _keys()["scribe-secrets"]


def test_nothing_is_killed_before_it_can_end(things: list[Thing]) -> None:
    assert manifests.cut_short(things) == []


def test_nothing_may_do_more_than_it_must(things: list[Thing]) -> None:
    assert manifests.loosely_held(things) == []


def test_nothing_is_reached_that_does_not_listen(things: list[Thing]) -> None:
    assert manifests.walled_off(things) == []


def test_every_container_runs_a_command_that_there_is(things: list[Thing]) -> None:
    for _, pod in manifests.pods(things):
        for container in manifests.containers(pod):
            if container["image"] == "scribe-backend":
                assert container["args"][0] in _WHERE
            else:
                assert container["image"] == "scribe-nginx"
                assert (NGINX / Path(container["command"][2]).name).exists()


def test_the_api_is_where_nginx_looks_for_it(things: list[Thing]) -> None:
    port = named(things, "Service", "backend")["spec"]["ports"][0]["port"]

    assert f"server backend:{port} " in (NGINX / "behind_proxy.conf").read_text()


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_scribe_starts_with_the_settings(
    overlay: str, monkeypatch: pytest.MonkeyPatch, root_key_base64: str, tmp_path: Path
) -> None:
    given = manifests.config(manifests.base()) | dict(
        manifests.environment(K8S / "overlays" / overlay / "settings.env")
    )
    secrets = dict.fromkeys(_keys()["scribe-secrets"], "") | {
        "database_url": "postgresql+psycopg2://scribe_app:long-and-random@db.internal:5432/scribe",
        "root_key": root_key_base64,
        "token_key": root_key_base64,
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(value)
        # `load` reads the files into the environment; nothing of that may outlive the test.
        monkeypatch.setenv(name.upper(), "")
        monkeypatch.delenv(name.upper())
    for name, value in given.items():
        monkeypatch.setenv(name, value.replace("/run/secrets/scribe", str(tmp_path)))

    loaded = scribe.load()

    assert loaded.app.public_url.startswith("https://")
    assert loaded.storage.s3_access_key_id is None


def test_overlays_ask_for_the_version_that_they_belong_to() -> None:
    project = tomllib.loads((K8S.parent / "backend" / "pyproject.toml").read_text())["project"]
    production = yaml.safe_load((K8S / "overlays" / "production" / "kustomization.yaml").read_text())

    assert {image["newTag"] for image in production["images"]} == {project["version"]}


def test_the_ingress_keeps_no_log_of_what_is_searched_for() -> None:
    ingress = yaml.safe_load((K8S / "overlays" / "staging" / "ingress.yaml").read_text())

    assert ingress["metadata"]["annotations"]["nginx.ingress.kubernetes.io/enable-access-log"] == "false"


def _break_label(things: list[Thing]) -> None:
    named(things, "Service", "web")["spec"]["selector"][manifests.COMPONENT] = "wbe"


def _break_spread(things: list[Thing]) -> None:
    spread = named(things, "Deployment", "worker")["spec"]["template"]["spec"]["topologySpreadConstraints"]
    spread[0]["labelSelector"]["matchLabels"][manifests.COMPONENT] = "backend"


def _break_peer(things: list[Thing]) -> None:
    peer = named(things, "NetworkPolicy", "backend")["spec"]["ingress"][0]["from"][0]
    peer["podSelector"]["matchLabels"][manifests.COMPONENT] = "nginx"


@pytest.mark.parametrize("fault", [_break_label, _break_spread, _break_peer])
def test_a_wrong_selector_is_found(things: list[Thing], fault: object) -> None:
    broken = copy.deepcopy(things)
    fault(broken)  # type: ignore[operator]

    assert manifests.selects_nothing(broken)


def test_a_probe_of_nothing_is_found(things: list[Thing]) -> None:
    broken = copy.deepcopy(things)
    container = named(broken, "Deployment", "backend")["spec"]["template"]["spec"]["containers"][0]
    container["readinessProbe"]["httpGet"]["path"] = "/healthz"

    found = manifests.probes_nothing(broken, {"/health/live", "/health/ready"})

    assert found == ["backend: readinessProbe asks http /healthz"]


def test_a_worker_that_is_not_given_its_time_is_found(things: list[Thing]) -> None:
    broken = copy.deepcopy(things)
    manifests.config(broken)
    named(broken, "ConfigMap", "scribe-settings")["data"]["JOB_SHUTDOWN_SECONDS"] = "115"

    assert manifests.cut_short(broken) == ["worker needs 120.0, has 120"]


def test_a_secret_that_nobody_brings_is_found(things: list[Thing]) -> None:
    without = {name: keys - {"token_key"} for name, keys in _keys().items()}

    assert "worker/worker: TOKEN_KEY_FILE" in manifests.unset_files(things, without)


def test_a_loose_container_is_found(things: list[Thing]) -> None:
    broken = copy.deepcopy(things)
    container = named(broken, "Deployment", "web")["spec"]["template"]["spec"]["containers"][0]
    container["securityContext"]["readOnlyRootFilesystem"] = False

    assert manifests.loosely_held(broken) == ["web/nginx"]

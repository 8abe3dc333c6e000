"""docker-compose.monitoring.yml: hardened as Scribe is, published to nobody outside, and of one mind with the app."""

import re
from typing import Any

import pytest
import yaml

from scribe.core.settings import Settings
from tests.ops_files.watching import ROOT

PROD = yaml.safe_load((ROOT / "docker-compose.prod.yml").read_text())
WATCH = yaml.safe_load((ROOT / "docker-compose.monitoring.yml").read_text())
OWN = {name: service for name, service in WATCH["services"].items() if name not in PROD["services"]}
each = pytest.mark.parametrize(("name", "service"), OWN.items(), ids=OWN.keys())


@each
def test_a_watcher_can_do_no_more_than_it_must(name: str, service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert {"mem_limit", "cpus", "pids_limit"} <= set(service)
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


@each
def test_what_a_watcher_publishes_is_for_this_machine_only(name: str, service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


def test_prometheus_grafana_and_alertmanager_are_where_the_handbook_says() -> None:
    ports = {name: service["ports"] for name, service in OWN.items() if "ports" in service}

    assert ports == {
        "prometheus": ["127.0.0.1:9090:9090"],
        "grafana": ["127.0.0.1:3001:3000"],
        "alertmanager": ["127.0.0.1:9093:9093"],
    }


@each
def test_files_that_are_mounted_are_there(name: str, service: dict[str, Any]) -> None:
    sources = [re.sub(r"^\$\{\w+:-(.*?)\}", r"\1", mount).split(":")[0] for mount in service.get("volumes", ())]

    for source in sources:
        if source.startswith("./") and not source.startswith("./secrets"):
            assert (ROOT / source).exists(), source
        elif not source.startswith(("/", ".")):
            assert source in WATCH["volumes"]


@each
def test_secrets_and_networks_that_are_used_are_declared(name: str, service: dict[str, Any]) -> None:
    assert set(service.get("secrets", ())) <= set(WATCH["secrets"]) | set(PROD["secrets"])
    assert set(service["networks"]) <= set(WATCH["networks"]) | set(PROD["networks"])


def test_grafana_has_no_password_but_the_one_in_its_file() -> None:
    environment = OWN["grafana"]["environment"]

    assert environment["GF_SECURITY_ADMIN_PASSWORD__FILE"] == "/run/secrets/grafana_admin_password"
    assert "GF_SECURITY_ADMIN_PASSWORD" not in environment
    assert environment["GF_AUTH_ANONYMOUS_ENABLED"] == environment["GF_USERS_ALLOW_SIGN_UP"] == "false"


def test_what_the_watch_tells_scribe_s_services_is_a_setting_of_theirs() -> None:
    known = {
        name.upper()
        for group in Settings.model_fields.values()
        for name in group.annotation.model_fields  # type: ignore[union-attr]
    }
    given = {
        name
        for service, changed in WATCH["services"].items()
        if service in PROD["services"]
        for name in changed.get("environment", {})
    }

    assert given == {"BACKUP_STATUS_FILE"}
    assert given <= known


def test_whom_prometheus_asks_is_a_service_at_the_port_it_listens_on() -> None:
    services = set(WATCH["services"]) | set(PROD["services"]) | {"localhost"}
    config = yaml.safe_load((ROOT / "prometheus.yml").read_text())
    hosts = {
        re.sub(r"^https?://", "", target).split(":")[0]
        for job in config["scrape_configs"]
        for static in job.get("static_configs", ())
        for target in static["targets"]
    } | {name for job in config["scrape_configs"] for found in job.get("dns_sd_configs", ()) for name in found["names"]}

    assert len(hosts) >= 9
    assert hosts <= services
    worker = next(job for job in config["scrape_configs"] if job["job_name"] == "scribe-worker")
    assert str(worker["dns_sd_configs"][0]["port"]) == PROD["services"]["worker"]["environment"]["WORKER_METRICS_PORT"]


def test_every_image_can_be_named_in_env() -> None:
    example = (ROOT / ".env.example").read_text()
    variables = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.monitoring.yml").read_text()))

    assert {name for name in variables if f"\n{name}=" not in example} == set()


def test_nginx_lets_its_own_figures_in_where_they_are_mounted() -> None:
    (mount,) = WATCH["services"]["nginx"]["volumes"]
    target = mount.split(":")[1]

    assert f"include {target.rpartition('/')[0]}/*.conf;" in (ROOT / "nginx/nginx.conf").read_text()

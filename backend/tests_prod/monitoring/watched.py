"""A running Scribe behind a running nginx, with the whole watch beside it."""

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psycopg2
import yaml

from scribe.cli.embedded.processes import free_port
from scribe.cli.embedded.redis import EmbeddedRedis, find_server
from scribe.cli.embedded.sample import Client
from tests.journey import steps
from tests.journey.product import Product
from tests.ops_files.watching import MONITORING, ROOT
from tests.waiting import wait_until
from tests_prod.monitoring.hurried import write_rules
from tests_prod.monitoring.programs import Program, exporter, run

# Ends a hang; says nothing about speed.
PATIENCE = 150
_NGINX = """
daemon off;
pid {home}/nginx.pid;
error_log {home}/nginx-error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {home}/t1; proxy_temp_path {home}/t2; fastcgi_temp_path {home}/t3;
    uwsgi_temp_path {home}/t4; scgi_temp_path {home}/t5;
    server {{
        listen 127.0.0.1:{tls} ssl;
        ssl_certificate {home}/certificate.pem;
        ssl_certificate_key {home}/key.pem;
        location / {{ proxy_pass {url}; }}
    }}
    include {home}/status.conf;
}}
"""


@dataclass
class Watched:
    """Scribe and its watch, with the means to break and to ask them."""

    product: Product
    home: Path
    worker_port: int
    redis: EmbeddedRedis
    programs: dict[str, Program]

    @cached_property
    def doctor(self) -> Client:
        """A signed-in doctor of the demo."""
        return steps.client_of(self.product, "Ellis")

    def ask(self, expr: str) -> list[dict[str, Any]]:
        """What Prometheus answers."""
        answer = httpx.get(f"http://{self.programs['prometheus'].address}/api/v1/query", params={"query": expr})
        assert answer.status_code == 200, (expr, answer.text)
        return list(answer.json()["data"]["result"])

    def firing(self, name: str) -> list[dict[str, str]]:
        """The labels of each alert of the name that fires."""
        return [found["metric"] for found in self.ask(f'ALERTS{{alertname="{name}", alertstate="firing"}}')]

    def wait_for(self, *names: str, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Until each of them has fired; `meanwhile` is done again and again."""
        left = set(names)

        def have_fired() -> bool:
            meanwhile()
            left.difference_update([name for name in left if self.firing(name)])
            return not left

        wait_until(have_fired, f"{names} fire", seconds=PATIENCE, every=0.3)

    def wait_for_end_of(self, *names: str) -> None:
        """Until none of them fires."""
        wait_until(lambda: not any(self.firing(name) for name in names), f"{names} clear", seconds=PATIENCE, every=0.3)

    @contextlib.contextmanager
    def database(self, name: str = "scribe") -> Iterator[Any]:
        """A cursor of the superuser; what it does is committed at once."""
        port, password = self.product.database()
        connection = psycopg2.connect(host="127.0.0.1", port=port, dbname=name, user="postgres", password=password)
        connection.autocommit = True
        try:
            yield connection.cursor()
        finally:
            connection.close()

    @contextlib.contextmanager
    def paused(self, *words: str) -> Iterator[None]:
        """A process of the product that does nothing for as long as the block lasts."""
        victim = self.product.child(*words)
        victim.suspend()
        try:
            yield
        finally:
            victim.resume()

    @contextlib.contextmanager
    def locked(self, *tables: str, mode: str = "ACCESS EXCLUSIVE") -> Iterator[None]:
        """The tables, held in an open transaction."""
        with self.database() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {', '.join(tables)} IN {mode} MODE")
            yield

    def backed_up(self, **ages_in_hours: float) -> None:
        """Write down when each kind of backup, and the drill, last succeeded."""
        times = {
            kind: (datetime.now(UTC) - timedelta(hours=hours)).isoformat() for kind, hours in ages_in_hours.items()
        }
        drill = {"drill_last_success": times.pop("drill")} if "drill" in times else {}
        path = self.home / "backup-status.json"
        path.with_suffix(".new").write_text(json.dumps({"last_success": times, **drill}))
        path.with_suffix(".new").replace(path)

    def use_certificate(self, days: int) -> None:
        """Give nginx a certificate that ends so soon."""
        make_certificate(self.home, days)
        run("nginx", "-c", str(self.home / "nginx.conf"), "-s", "reload")


def make_certificate(home: Path, days: int) -> None:
    subprocess.run(
        [
            *"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost".split(),
            *("-days", str(days), "-keyout", str(home / "key.pem"), "-out", str(home / "certificate.pem")),
        ],
        check=True,
        capture_output=True,
    )


def start_nginx(home: Path, url: str) -> tuple[Program, int, int]:
    """nginx with TLS before Scribe, and the status page of the compose file; with both ports."""
    tls, status = free_port(), free_port()
    make_certificate(home, 90)
    (home / "status.conf").write_text(
        (MONITORING / "nginx/status.conf").read_text().replace("listen 8081", f"listen 127.0.0.1:{status}")
    )
    (home / "nginx.conf").write_text(_NGINX.format(home=home, tls=tls, url=url))
    nginx = Program(["nginx", "-c", str(home / "nginx.conf")], home / "nginx.log", port=status)
    nginx.start("/status")
    return nginx, tls, status


def start_watch(product: Product, home: Path, worker_port: int) -> Watched:
    """The exporters and Prometheus, on the real configuration with other addresses."""
    nginx, tls, status = start_nginx(home, f"http://127.0.0.1:{product.port}")
    redis_program = find_server()
    assert redis_program is not None
    (home / "redis").mkdir()
    redis = EmbeddedRedis(redis_program, home / "redis", free_port())
    redis.start()
    port, password = product.database()
    uri = f"postgresql://postgres:{password}@127.0.0.1:{port}/scribe?sslmode=disable"
    listen = "web.listen-address"
    exporters = {
        "postgres": exporter("prometheus-postgres-exporter", listen, home, DATA_SOURCE_NAME=uri),
        "redis": exporter("prometheus-redis-exporter", listen, home, REDIS_ADDR=redis.url),
        "nginx": exporter(
            "prometheus-nginx-exporter", listen, home, f"--nginx.scrape-uri=http://127.0.0.1:{status}/status"
        ),
        "host": exporter("prometheus-node-exporter", listen, home),
        "page": exporter(
            "prometheus-blackbox-exporter", listen, home, f"--config.file={MONITORING / 'blackbox/blackbox.yml'}"
        ),
    }
    for each in exporters.values():
        each.start("/metrics")
    addresses = {
        "backend": f"127.0.0.1:{product.port}",
        "worker": f"127.0.0.1:{worker_port}",
        "https://nginx:8443/health/live": f"https://127.0.0.1:{tls}/health/live",
        "postgres-exporter:9187": exporters["postgres"].address,
        "redis-exporter:9121": exporters["redis"].address,
        "nginx-exporter:9113": exporters["nginx"].address,
        "node-exporter:9100": exporters["host"].address,
        "blackbox-exporter:9115": exporters["page"].address,
    }
    prometheus = start_prometheus(home, addresses)
    programs = exporters | {"prometheus": prometheus, "proxy": nginx}
    return Watched(product, home, worker_port, redis, programs)


def start_prometheus(home: Path, addresses: dict[str, str]) -> Program:
    """Prometheus on prometheus.yml, with these addresses for its names, asking each second."""
    port = free_port()
    write_rules(home / "rules")
    (home / "token").write_text("")
    config = yaml.safe_load((ROOT / "prometheus.yml").read_text())
    config["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s", "scrape_timeout": "1s"}
    config["rule_files"] = [f"{home}/rules/*.yml"]
    del config["alerting"]
    config["scrape_configs"] = [job for job in config["scrape_configs"] if job["job_name"] != "alertmanager"]
    addresses = addresses | {"localhost:9090": f"127.0.0.1:{port}"}
    for job in config["scrape_configs"]:
        found = [name for each in job.pop("dns_sd_configs", ()) for name in each["names"]]
        found += [target for each in job.pop("static_configs", ()) for target in each["targets"]]
        job["static_configs"] = [{"targets": [addresses[name] for name in found]}]
        for change in job.get("relabel_configs", ()):
            change["replacement"] = addresses.get(change.get("replacement", ""), change.get("replacement", "$1"))
        if "authorization" in job:
            job["authorization"]["credentials_file"] = str(home / "token")
    (home / "prometheus.yml").write_text(yaml.safe_dump(config))
    words = ["prometheus", f"--config.file={home}/prometheus.yml", f"--storage.tsdb.path={home}/prometheus"]
    prometheus = Program([*words, f"--web.listen-address=127.0.0.1:{port}"], home / "prometheus.log", port=port)
    prometheus.start("/-/ready")
    return prometheus


def stop_watch(watched: Watched) -> None:
    """End all that was started beside the product."""
    for each in watched.programs.values():
        each.stop()
    watched.redis.stop()

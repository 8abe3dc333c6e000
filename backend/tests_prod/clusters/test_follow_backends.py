"""The real nginx as docker-compose.prod.yml starts it: what it follows without a restart or a failed request."""

import http.server
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest

from scribe.cli.embedded.processes import free_port
from scribe.cli.ops import certificates
from tests.ops_files.nginx import NGINX
from tests.waiting import wait_until

# One port for all of them, as in the containers; each has an address of its own.
ADDRESSES = ("127.0.1.1", "127.0.1.2", "127.0.1.3")


class Api(http.server.BaseHTTPRequestHandler):
    """Says at which address it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = str(self.server.server_address[0]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Proxy:
    """nginx with follow_backends.sh in a directory of its own. `names` stands for Docker's name server."""

    def __init__(self, home: Path, api_port: int) -> None:
        self.home, self.ports = home, (free_port(), free_port())
        places = {
            "/tmp/": f"{home}/tmp/",
            "/usr/share/nginx/scribe": f"{home}/site",
            "/run/secrets": f"{home}/secrets",
            "/var/lib/scribe/challenges": f"{home}/challenges",
            "listen 8080": f"listen 127.0.0.1:{self.ports[0]}",
            "listen 8443": f"listen 127.0.0.1:{self.ports[1]}",
            ":8000": f":{api_port}",
        }
        for name in ("tmp", "site", "secrets", "bin", "challenges/.well-known/acme-challenge", "nginx"):
            (home / name).mkdir(parents=True)
        for file in (*NGINX.glob("*.conf"), NGINX / "follow_backends.sh"):
            text = file.read_text()
            for before, after in places.items():
                text = text.replace(before, after)
            (home / "nginx" / file.name).write_text(re.sub(r"/etc/nginx/(?!mime)", f"{home}/nginx/", text))
        # In the container all of it is one user.
        (home / "nginx/nginx.conf").write_text("user root;\n" + (home / "nginx/nginx.conf").read_text())
        (home / "bin/getent").write_text(f"#!/bin/sh\nsed 's/$/ STREAM backend/' {home}/names\n")
        (home / "bin/getent").chmod(0o755)

    def names(self, *addresses: str) -> None:
        self._write("names", "".join(f"{each}\n" for each in addresses))

    def leave(self, *addresses: str) -> None:
        self._write("tmp/leaving", "".join(f"{each}\n" for each in addresses))

    def certify(self, pair: certificates.Pair) -> None:
        """In place, the certificate first: as operators and the ACME client do it."""
        (self.home / "secrets/tls_certificate").write_text(pair.chain)
        (self.home / "secrets/tls_key").write_text(pair.key)

    def _write(self, name: str, text: str) -> None:
        (self.home / "part").write_text(text)
        (self.home / "part").replace(self.home / name)

    def asked(self) -> list[str]:
        return (self.home / "tmp/asked").read_text().split()

    def ask(self, path: str = "/health/live") -> str:
        context = ssl._create_unverified_context()
        with urllib.request.urlopen(f"https://127.0.0.1:{self.ports[1]}{path}", context=context, timeout=30) as answer:
            return str(answer.read().decode())

    def serial(self) -> int:
        pem = ssl.get_server_certificate(("127.0.0.1", self.ports[1]))
        return int(certificates.leaf(pem).serial_number)


def new_pair() -> certificates.Pair:
    return certificates.self_signed("localhost", datetime.now(UTC))


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    assert shutil.which("nginx"), "there is no nginx on the PATH: apt-get install nginx-light"
    port = free_port()
    apis = [http.server.ThreadingHTTPServer((address, port), Api) for address in ADDRESSES]
    for api in apis:
        threading.Thread(target=api.serve_forever, daemon=True).start()
    proxy = Proxy(tmp_path, port)
    proxy.names(ADDRESSES[0])
    proxy.certify(new_pair())
    command = ["sh", str(tmp_path / "nginx/follow_backends.sh")]
    surroundings = os.environ | {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    server = subprocess.Popen(command, env=surroundings, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        wait_until(lambda: server.poll() is not None or proxy.ask(), "nginx", passing=(OSError,))
        assert server.poll() is None
        yield proxy
    finally:
        os.killpg(server.pid, 15)
        server.wait()
        for api in apis:
            api.shutdown()
            api.server_close()


class Asking:
    """Asks all the time, each time anew, and counts what did not come back."""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy, self._ending = proxy, threading.Event()
        self.answers: list[str] = []
        self.failures: list[str] = []
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _ask(self) -> None:
        while not self._ending.is_set():
            try:
                self.answers.append(self._proxy.ask())
            except OSError as error:
                self.failures.append(repr(error))


def test_new_addresses_are_asked_and_those_that_leave_are_not(proxy: Proxy) -> None:
    proxy.names(*ADDRESSES)
    wait_until(lambda: proxy.asked() == list(ADDRESSES), "all three are known")
    assert {proxy.ask() for _ in range(30)} == set(ADDRESSES)

    proxy.leave(ADDRESSES[1])

    wait_until(lambda: proxy.asked() == [ADDRESSES[0], ADDRESSES[2]], "one has left")
    assert {proxy.ask() for _ in range(30)} == {ADDRESSES[0], ADDRESSES[2]}


def test_what_was_known_stays_where_no_address_is_found(proxy: Proxy) -> None:
    proxy.names()
    proxy.certify(pair := new_pair())

    wait_until(lambda: proxy.serial() == certificates.leaf(pair.chain).serial_number, "it has looked")
    assert proxy.ask() == ADDRESSES[0]


def test_a_replaced_certificate_is_served_without_a_failed_request(proxy: Proxy) -> None:
    with Asking(proxy) as asking:
        wait_until(lambda: len(asking.answers) > 20, "requests")
        for _ in range(3):
            proxy.certify(pair := new_pair())
            serial = certificates.leaf(pair.chain).serial_number
            wait_until(lambda serial=serial: proxy.serial() == serial, "the new certificate")

    assert asking.failures == []


def test_a_certificate_without_its_key_is_left_for_the_next_look(proxy: Proxy) -> None:
    before, pair = proxy.serial(), new_pair()
    (proxy.home / "secrets/tls_certificate").write_text(pair.chain)
    proxy.names(*ADDRESSES[:2])
    wait_until(lambda: (proxy.home / "tmp/servers").read_text().count("server") == 2, "it has looked")
    assert proxy.serial() == before

    (proxy.home / "secrets/tls_key").write_text(pair.key)

    wait_until(lambda: proxy.serial() == certificates.leaf(pair.chain).serial_number, "the pair")


def test_an_issuer_of_certificates_finds_its_answer_without_tls_and_nothing_else(proxy: Proxy) -> None:
    (proxy.home / "challenges/.well-known/acme-challenge/token").write_text("answer")
    with socket.create_connection(("127.0.0.1", proxy.ports[0])) as connection:
        connection.sendall(b"GET /.well-known/acme-challenge/token HTTP/1.0\r\n\r\n")
        found = connection.makefile("rb").read()
    with socket.create_connection(("127.0.0.1", proxy.ports[0])) as connection:
        connection.sendall(b"GET /other HTTP/1.0\r\nHost: scribe.example.org\r\n\r\n")
        other = connection.makefile("rb").read()

    assert found.endswith(b"\r\n\r\nanswer")
    assert b" 301 " in other.splitlines()[0]
    assert b"Location: https://scribe.example.org/other" in other

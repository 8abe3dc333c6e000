"""The real nginx with Scribe's own files, in front of backends that say what they saw."""

import http.client
import http.server
import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from scribe.cli.embedded.processes import free_port
from tests.ops_files.nginx import NGINX
from tests.waiting import wait_until
from tests_prod.proxy.authority import Authority

CHUNK = "/api/recordings/0/segments/1/chunks/1"
STREAM = "/api/consultations/events"


class Backend(http.server.ThreadingHTTPServer):
    """Answers with the headers that it was given, or with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.status = 200
        self.asked = 0
        # Bytes of bodies, as they come; and what a stream waits for before its second hint.
        self.arrived = b""
        self.second_hint = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def end(self) -> None:
        """Gone: its address refuses whoever comes."""
        self.shutdown()
        self.server_close()


class _Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Backend

    def do_GET(self) -> None:
        self.server.asked += 1
        if self.path == STREAM:
            self._stream()
        else:
            self._answer(json.dumps({name.lower(): value for name, value in self.headers.items()}).encode())

    def do_PUT(self) -> None:
        self.server.asked += 1
        wanted = int(self.headers["Content-Length"])
        while wanted and (part := self.rfile.read1(wanted)):
            self.server.arrived += part
            wanted -= len(part)
        self._answer(b"{}")

    def _answer(self, body: bytes) -> None:
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"data: first\n\n")
        self.server.second_hint.wait(120)
        self.wfile.write(b"data: second\n\n")

    def log_message(self, *_: object) -> None:
        pass


class Proxy:
    """One nginx in a directory of its own."""

    def __init__(self, home: Path, authority: Authority, backends: int, *, secured: bool) -> None:
        self.home, self.authority, self._secured = home, authority, secured
        self.plain_port, self.port = free_port(), free_port()
        self.backends = [Backend() for _ in range(backends)]
        (self.home / "site/assets").mkdir(parents=True)
        (self.home / "tmp").mkdir()
        (self.home / "chain.pem").write_text(authority.chain)
        (self.home / "key.pem").write_text(authority.key)
        for file in NGINX.glob("*.conf"):
            (self.home / file.name).write_text(self._placed(file.read_text()))

    def _placed(self, text: str) -> str:
        """The file, as it is, for this directory and these ports."""
        places = {
            "/tmp/": f"{self.home}/tmp/",
            "/usr/share/nginx/scribe": f"{self.home}/site",
            "/run/secrets/tls_certificate": f"{self.home}/chain.pem",
            "/run/secrets/tls_key": f"{self.home}/key.pem",
            "listen 8080": f"listen 127.0.0.1:{self.plain_port}",
            "listen 8443": f"listen 127.0.0.1:{self.port}",
        }
        for before, after in places.items():
            text = text.replace(before, after)
        servers = re.search(r"server (?:backend|127\.0\.0\.1):8000(.*)", text)
        if servers:
            lines = (f"server 127.0.0.1:{backend.server_port}{servers.group(1)}" for backend in self.backends)
            text = text.replace(servers.group(0), "\n".join(lines))
        return re.sub(r"/etc/nginx/(?!mime)", f"{self.home}/", text)

    def trusting(self) -> ssl.SSLContext:
        """What trusts the tests' own authority, and nobody else."""
        return ssl.create_default_context(cadata=self.authority.root)

    def reload(self) -> None:
        """Read its files again, and wait until it has."""
        master = psutil.Process(int((self.home / "tmp/nginx.pid").read_text()))
        before = set(master.children())
        master.send_signal(signal.SIGHUP)
        wait_until(lambda: set(master.children()) and not before & set(master.children()), "new workers")

    def config(self, name: str) -> Path:
        """One of nginx's files, as it runs here."""
        return self.home / name

    @contextmanager
    def connected(self, context: ssl.SSLContext | None = None) -> Iterator[socket.socket]:
        """A connection, over TLS where it is nginx that ends it."""
        if not self._secured:
            with socket.create_connection(("127.0.0.1", self.plain_port), timeout=120) as plain:
                yield plain
            return
        with (
            socket.create_connection(("127.0.0.1", self.port), timeout=120) as plain,
            (context or self.trusting()).wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            yield secured

    def ask(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> "Answer":
        """One request on a connection of its own."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in given.items()]
        with self.connected() as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return Answer(answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read())


@dataclass(frozen=True)
class Answer:
    """What came back; its headers' names in small letters."""

    status: int
    pairs: list[tuple[str, str]]
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """One value for each name."""
        return dict(self.pairs)

    @property
    def told(self) -> dict[str, str]:
        """The headers that the backend was given, or the words of a problem."""
        found: dict[str, str] = json.loads(self.body)
        return found


@contextmanager
def serving(home: Path, authority: Authority, backends: int = 1, main: str = "nginx.conf") -> Iterator[Proxy]:
    """nginx by one of its main files, for as long as the block lasts."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    assert program, "there is no nginx on the PATH: apt-get install nginx-light"
    proxy = Proxy(home, authority, backends, secured=main == "nginx.conf")
    command = [program, "-c", str(home / main), "-g", "daemon off; user root;"]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_until(lambda: server.poll() is not None or proxy.ask("/"), "nginx", passing=(OSError,))
        assert server.poll() is None, (home / "log").read_text()
        yield proxy
    finally:
        server.terminate()
        server.wait()
        for backend in proxy.backends:
            backend.second_hint.set()
            backend.end()

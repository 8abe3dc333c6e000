"""A real nginx that stands behind another's TLS: whose address the API is told, and what may be kept."""

import http.server
import json
import re
import shutil
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.cli.embedded.processes import free_port
from tests.ops_files.nginx import NGINX
from tests.waiting import wait_until


class _Api(http.server.BaseHTTPRequestHandler):
    """Says what it was told."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(params=["behind_proxy.conf", "sidecar.conf"])
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    assert program, "there is no nginx on the PATH: apt-get install nginx-light"
    api, port = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Api), free_port()
    threading.Thread(target=api.serve_forever, daemon=True).start()
    (tmp_path / "site" / "assets").mkdir(parents=True)
    (tmp_path / "site" / "index.html").write_text('<script nonce="__CSP_NONCE__"></script>')
    (tmp_path / "site" / "assets" / "a-1.js").write_text("let a")
    for file in NGINX.glob("*.conf"):
        text = file.read_text().replace("/tmp/", f"{tmp_path}/").replace("/usr/share/nginx/scribe", f"{tmp_path}/site")
        text = re.sub(r"/etc/nginx/(?!mime)", f"{tmp_path}/", text)
        text = text.replace("listen 8080", f"listen 127.0.0.1:{port}")
        text = text.replace("backend:8000", f"127.0.0.1:{api.server_port}")
        (tmp_path / file.name).write_text(text.replace("127.0.0.1:8000", f"127.0.0.1:{api.server_port}"))
    tmp_path.chmod(0o755)
    command = [program, "-c", str(tmp_path / request.param), "-g", "daemon off; user root;"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: server.poll() or _get(url, "/"), "nginx", passing=(urllib.error.URLError,))
        assert server.poll() is None
        yield url
    finally:
        server.terminate()
        server.wait()
        api.shutdown()


def _get(url: str, path: str, **headers: str) -> tuple[dict[str, str], str]:
    asked = urllib.request.Request(url + path, headers={name.replace("_", "-"): x for name, x in headers.items()})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return {name.lower(): value for name, value in answer.headers.items()}, answer.read().decode()


def test_the_api_is_told_the_clients_own_address_and_nothing_that_it_claims(proxy: str) -> None:
    # 203.0.113.9 claims to be 198.51.100.1; the balancer (10.0.0.7) wrote down whence it came.
    told = json.loads(_get(proxy, "/api/x", X_Forwarded_For="198.51.100.1, 203.0.113.9, 10.0.0.7")[1])

    assert told["x-forwarded-for"] == "203.0.113.9"
    assert told["x-forwarded-proto"] == "https"


def test_only_hashed_files_may_be_kept_and_used_elsewhere(proxy: str) -> None:
    (asset, _), (page, text) = _get(proxy, "/assets/a-1.js"), _get(proxy, "/consultations/1")

    assert asset["cache-control"] == "public, max-age=31536000, immutable"
    assert (asset["access-control-allow-origin"], asset["cross-origin-resource-policy"]) == ("*", "cross-origin")
    assert (page["cache-control"], page["cross-origin-resource-policy"]) == ("no-store", "same-origin")
    assert "access-control-allow-origin" not in page
    nonce = text.partition('nonce="')[2].partition('"')[0]
    assert f"script-src 'self' 'nonce-{nonce}'" in page["content-security-policy"]


def test_figures_are_not_for_the_outside(proxy: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        _get(proxy, "/metrics")

    assert refused.value.code == 404

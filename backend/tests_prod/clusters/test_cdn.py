"""The page, built with its files on a CDN, in a real Chromium, under the strict policy."""

import functools
import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from scribe.cli.embedded.processes import free_port
from scribe.core.settings import AppSettings, Settings
from scribe.http.app import create_app
from tests.http.conftest import serve  # noqa: F401 - a fixture
from tests_prod.clusters.tools import ROOT


class _Cdn(http.server.SimpleHTTPRequestHandler):
    """Hands on Scribe's files with the headers that Scribe gives them, as a CDN does."""

    def end_headers(self) -> None:
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cross-Origin-Resource-Policy", "cross-origin")
        super().end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def built(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """The build, and the CDN's address."""
    address = f"http://127.0.0.1:{free_port()}"
    # Another origin than the page's, whose host is localhost.
    command = ["npx", "vite", "build", "--outDir", str(tmp_path), "--emptyOutDir", "--logLevel", "warn"]
    done = subprocess.run(
        command, cwd=ROOT / "frontend", env=os.environ | {"ASSET_BASE_URL": address}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    port = int(address.rpartition(":")[2])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Cdn, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield tmp_path, address
    server.shutdown()


def test_the_page_works_with_its_files_elsewhere(
    built: tuple[Path, str],
    settings: Settings,
    serve,  # noqa: F811
) -> None:
    dist, address = built
    app = create_app(settings.model_copy(update={"app": AppSettings(environment="embedded", frontend_dist=dist)}))
    asked: list[str] = []
    complaints: list[str] = []

    with serve(app) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
        page.goto(url.replace("127.0.0.1", "localhost") + "/nowhere-at-all")
        page.get_by_text("Page not found").wait_for(timeout=60_000)
        browser.close()

    from_cdn = [one for one in asked if one.startswith(address)]
    assert complaints == []
    assert len(from_cdn) > 5
    assert all(one.startswith(f"{address}/assets/") for one in from_cdn)
    assert not [one for one in asked if "/assets/" in one and one not in from_cdn]

"""The page and its files."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from scribe.core.settings import AppSettings, Settings
from scribe.http.app import create_app
from tests.fixtures.app import ORIGIN

PAGE = '<meta property="csp-nonce" nonce="__CSP_NONCE__"><script nonce="__CSP_NONCE__">1</script>'


@pytest.fixture
def page(settings: Settings, tmp_path: Path) -> TestClient:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(PAGE)
    (dist / "assets" / "app-abc123.js").write_text("let a")
    (dist / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (dist / "link.txt").symlink_to(tmp_path / "secret.txt")
    chosen = AppSettings(environment="embedded", public_url=ORIGIN, frontend_dist=dist)
    return TestClient(create_app(settings.model_copy(update={"app": chosen})), base_url=ORIGIN)


@pytest.mark.parametrize("path", ["/", "/consultations/0193", "/settings", "/index.html/x"])
def test_the_page_answers_every_address_with_a_fresh_nonce(page: TestClient, path: str) -> None:
    first, second = page.get(path), page.get(path)

    nonces = [set(re.findall(r'nonce="([^"]+)"', answer.text)) for answer in (first, second)]
    assert [len(found) for found in nonces] == [1, 1]
    assert nonces[0] != nonces[1]
    policy = first.headers["content-security-policy"]
    assert f"script-src 'self' 'nonce-{nonces[0].pop()}'" in policy
    assert "unsafe" not in policy
    assert first.headers["cache-control"] == "no-store"


def test_a_page_built_for_a_cdn_lets_its_files_come_from_there(page: TestClient, tmp_path: Path) -> None:
    built = PAGE + '<script src="https://cdn.example/assets/a.js"></script><link href="https://evil.example/x.css">'
    (tmp_path / "dist" / "index.html").write_text(built)

    policy = page.get("/").headers["content-security-policy"]

    assert "script-src 'self' https://cdn.example 'nonce-" in policy
    assert "font-src 'self' https://cdn.example;" in policy
    assert "connect-src 'self';" in policy
    assert "evil" not in policy


def test_hashed_files_are_kept_for_ever_and_others_are_asked_for_again(page: TestClient) -> None:
    hashed, icon = page.get("/assets/app-abc123.js"), page.get("/favicon.svg")

    assert (hashed.text, hashed.headers["cache-control"]) == ("let a", "public, max-age=31536000, immutable")
    assert hashed.headers["access-control-allow-origin"] == "*"
    assert hashed.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "access-control-allow-origin" not in icon.headers
    assert icon.headers["cross-origin-resource-policy"] == "same-origin"
    assert (icon.headers["content-type"], icon.headers["cache-control"]) == ("image/svg+xml", "no-cache")


@pytest.mark.parametrize(
    "path",
    ["/assets/old-000.js", "/missing.txt", "/api", "/api/nothing", "/.env", "/link.txt", "/%2e%2e/secret.txt"],
)
def test_what_is_not_there_is_not_found(page: TestClient, path: str) -> None:
    assert page.get(path).status_code == 404


def test_an_address_that_no_file_can_have_is_the_pages(page: TestClient) -> None:
    assert page.get("/a%00").status_code == 200


def test_the_page_takes_no_posts(page: TestClient) -> None:
    response = page.post("/settings")

    assert (response.status_code, response.json()["code"]) == (405, "method_not_allowed")


def test_without_a_build_there_is_no_page(client: TestClient) -> None:
    assert client.get("/").status_code == 404

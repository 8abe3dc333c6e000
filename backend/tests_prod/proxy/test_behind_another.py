"""nginx that stands behind another's TLS: whose address the API is told, and what may be kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_prod.proxy.authority import Authority
from tests_prod.proxy.serving import Proxy, serving


@pytest.fixture(params=["behind_proxy.conf", "sidecar.conf"])
def behind(request: pytest.FixtureRequest, authority: Authority, tmp_path: Path) -> Iterator[Proxy]:
    with serving(tmp_path, authority, main=request.param) as running:
        yield running


def test_the_api_is_told_the_clients_own_address_and_nothing_that_it_claims(behind: Proxy) -> None:
    # 203.0.113.9 claims to be 198.51.100.1; the balancer (10.0.0.7) wrote down whence it came.
    told = behind.ask("/api/x", X_Forwarded_For="198.51.100.1, 203.0.113.9, 10.0.0.7").told

    assert told["x-forwarded-for"] == "203.0.113.9"
    assert told["x-forwarded-proto"] == "https"


def test_only_hashed_files_may_be_kept_and_used_elsewhere(behind: Proxy) -> None:
    (behind.home / "site/index.html").write_text('<script nonce="__CSP_NONCE__"></script>')
    (behind.home / "site/assets/a-1.js").write_text("let a")

    asset, page = behind.ask("/assets/a-1.js").headers, behind.ask("/consultations/1")

    assert asset["cache-control"] == "public, max-age=31536000, immutable"
    assert (asset["access-control-allow-origin"], asset["cross-origin-resource-policy"]) == ("*", "cross-origin")
    assert (page.headers["cache-control"], page.headers["cross-origin-resource-policy"]) == ("no-store", "same-origin")
    assert "access-control-allow-origin" not in page.headers
    nonce = page.body.decode().partition('nonce="')[2].partition('"')[0]
    assert nonce
    assert f"script-src 'self' 'nonce-{nonce}'" in page.headers["content-security-policy"]


def test_figures_are_not_for_the_outside(behind: Proxy) -> None:
    assert behind.ask("/metrics").status == 404

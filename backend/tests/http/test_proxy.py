"""What nginx serves by itself carries the same headers as what the API serves, and what it logs names no patient."""

import re
import shlex
from pathlib import Path

import pytest

from scribe.http import security, spa

NGINX = Path(__file__).parents[3] / "nginx"
HEADERS = NGINX / "security_headers.conf"
MAINS = ("nginx.conf", "behind_proxy.conf", "sidecar.conf")


def test_the_page_has_the_same_policy_from_nginx_as_from_the_service() -> None:
    found = re.search(r'Content-Security-Policy "([^"]+)"', (NGINX / "site_scribe.conf").read_text())

    assert found
    policy = found.group(1).replace("$request_id", "{nonce}").replace("$assets_origin", "{assets}")
    assert policy == spa._POLICY


def test_hashed_files_may_be_used_by_the_page_of_another_origin_and_no_others_may() -> None:
    maps = (NGINX / "http_scribe.conf").read_text().partition("map $uri $resource_policy")[2]
    assets = (NGINX / "site_scribe.conf").read_text().partition("location /assets/ {")[2].partition("}")[0]

    assert re.findall(r"^\s+(\S+) (\S+);$", maps, re.MULTILINE) == [
        ("default", "same-origin"),
        ("~^/assets/", "cross-origin"),
    ]
    assert 'Cache-Control "public, max-age=31536000, immutable";' in assets
    assert "Access-Control-Allow-Origin *;" in assets
    assert (NGINX / "site_scribe.conf").read_text().count("Access-Control-Allow-Origin") == 1


def test_static_files_have_the_same_headers_from_nginx_as_from_the_service() -> None:
    lines = [
        shlex.split(line.rstrip(";")) for line in HEADERS.read_text().splitlines() if line.startswith("add_header")
    ]
    served = {name: value.replace("$resource_policy", "same-origin") for _, name, value, *_ in lines}

    expected = {name: value for name, value in security._HEADERS.items() if name != "Content-Security-Policy"}
    assert served.pop("Strict-Transport-Security").startswith("max-age=63072000")
    assert served == expected


@pytest.mark.parametrize("name", MAINS)
def test_the_proxys_error_log_quotes_no_request(name: str) -> None:
    levels = re.findall(r"^\s*error_log\s+\S+\s+(\w+);", (NGINX / name).read_text(), re.MULTILINE)

    # From "error" down nginx adds the request's line, and with it what was searched for.
    assert levels
    assert set(levels) <= {"crit", "alert", "emerg"}


def test_the_proxys_access_log_holds_no_query() -> None:
    text = (NGINX / "http_scribe.conf").read_text()

    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", text.partition("access_log")[0])
    assert not [name for name in (*MAINS, "site_scribe.conf") if "access_log" in (NGINX / name).read_text()]

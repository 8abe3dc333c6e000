"""What nginx serves by itself carries the same headers as what the API serves, and what it logs names no patient."""

import re
import shlex
from pathlib import Path

from scribe.http import security, spa

NGINX = Path(__file__).parents[3] / "nginx"
HEADERS = NGINX / "security_headers.conf"


def test_the_page_has_the_same_policy_from_nginx_as_from_the_service() -> None:
    found = re.search(r'Content-Security-Policy "([^"]+)"', (NGINX / "nginx.conf").read_text())

    assert found
    assert found.group(1).replace("$request_id", "{nonce}") == spa._POLICY


def test_static_files_have_the_same_headers_from_nginx_as_from_the_service() -> None:
    lines = [
        shlex.split(line.rstrip(";")) for line in HEADERS.read_text().splitlines() if line.startswith("add_header")
    ]
    served = {name: value for _, name, value, *_ in lines}

    expected = {name: value for name, value in security._HEADERS.items() if name != "Content-Security-Policy"}
    assert served.pop("Strict-Transport-Security").startswith("max-age=63072000")
    assert served == expected


def test_the_proxys_error_log_quotes_no_request() -> None:
    levels = re.findall(r"^\s*error_log\s+\S+\s+(\w+);", (NGINX / "nginx.conf").read_text(), re.MULTILINE)

    # From "error" down nginx adds the request's line, and with it what was searched for.
    assert levels
    assert set(levels) <= {"crit", "alert", "emerg"}


def test_the_proxys_access_log_holds_no_query() -> None:
    text = (NGINX / "nginx.conf").read_text()

    assert not re.search(r"\$(request|request_uri|args|query_string|http_referer)\b", text.partition("access_log")[0])

"""How nginx speaks TLS: as Mozilla's intermediate profile says, by HTTP/2 where asked, and never without TLS."""

import http.client
import ssl
from pathlib import Path

import pytest

from tests_prod.clusters.tools import passes
from tests_prod.proxy.serving import CHUNK, Proxy


def test_mozillas_intermediate_profile_holds(proxy: Proxy, tmp_path: Path) -> None:
    # The authority is told: of all that is looked at, only who vouches is not as in the world.
    (tmp_path / "root.pem").write_text(proxy.authority.root)
    words = ("--mozilla_config=intermediate", "--certinfo_ca_file", tmp_path / "root.pem")

    said = passes("sslyze", *words, f"localhost:{proxy.port}")

    assert f"localhost:{proxy.port}: OK - Compliant." in said


@pytest.mark.parametrize("main", ["nginx.conf", "behind_proxy.conf", "sidecar.conf"])
def test_gixy_finds_nothing(proxy: Proxy, main: str) -> None:
    passes("gixy", proxy.config(main))


def test_a_browser_gets_http_2(proxy: Proxy) -> None:
    context = proxy.trusting()
    context.set_alpn_protocols(["h2", "http/1.1"])

    with proxy.connected(context) as connection:
        assert connection.selected_alpn_protocol() == "h2"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_both_versions_of_tls_are_spoken(proxy: Proxy, version: ssl.TLSVersion) -> None:
    context = proxy.trusting()
    context.minimum_version = context.maximum_version = version

    with proxy.connected(context) as connection:
        assert connection.version() == version.name.replace("_", ".")


@pytest.mark.parametrize("path", ["/", "/assets/none.js", "/favicon.svg", "/api/me", "/metrics", CHUNK])
def test_every_answer_tells_the_browser_once_to_stay_on_tls(proxy: Proxy, path: str) -> None:
    said = [value for name, value in proxy.ask(path).pairs if name == "strict-transport-security"]

    assert said == ["max-age=63072000; includeSubDomains"]


def test_what_comes_without_tls_is_sent_to_the_same_place_with_it(proxy: Proxy) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=60)
    connection.request("GET", "/login?next=1", headers={"Host": "scribe.example.org"})
    answer = connection.getresponse()
    connection.close()

    assert (answer.status, answer.getheader("Location")) == (301, "https://scribe.example.org/login?next=1")

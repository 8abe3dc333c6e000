"""The page's files: kept for ever where their name is a hash, and as small as the browser can take them."""

import gzip
import subprocess
from pathlib import Path

import pytest

from tests_prod.clusters.tools import ROOT, passes
from tests_prod.proxy.serving import Proxy

SCRIPT = b"export const words = 'dose, daily, dose'\n" * 200
STYLE = b".page { color: black }\n" * 200
BROWSER = "gzip, deflate, br, zstd"


@pytest.fixture
def built(proxy: Proxy) -> Proxy:
    """With files as nginx/Dockerfile leaves them."""
    assets = proxy.home / "site/assets"
    (assets / "page-a1.js").write_bytes(SCRIPT)
    (assets / "page-b2.css").write_bytes(STYLE)
    (assets / "tiny-c3.js").write_bytes(b"1")
    (assets / "font-d4.woff2").write_bytes(b"wOF2" * 100)
    passes("node", "frontend/scripts/precompress.mjs", proxy.home / "site")
    return proxy


def _unpacked(path: Path) -> bytes:
    unpack = "process.stdout.write(require('zlib').brotliDecompressSync(require('fs').readFileSync(process.argv[1])))"
    return subprocess.run(["node", "-e", unpack, path], capture_output=True, check=True).stdout


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [("page-a1.js", "text/javascript", SCRIPT), ("page-b2.css", "text/css", STYLE)],
)
def test_a_file_comes_as_small_as_the_browser_can_take_it(built: Proxy, name: str, kind: str, content: bytes) -> None:
    brotli = built.ask(f"/assets/{name}", Accept_Encoding=BROWSER)
    gzipped = built.ask(f"/assets/{name}", Accept_Encoding="gzip, br;q=0", Via="1.1 cdn")
    plain = built.ask(f"/assets/{name}")

    file = built.home / "site/assets" / f"{name}.br"
    assert (brotli.headers["content-encoding"], brotli.body) == ("br", file.read_bytes())
    assert _unpacked(file) == content
    assert (gzipped.headers["content-encoding"], gzip.decompress(gzipped.body)) == ("gzip", content)
    assert ("content-encoding" in plain.headers, plain.body) == (False, content)
    assert len(brotli.body) < len(gzipped.body) < len(plain.body)
    for answer in (brotli, gzipped, plain):
        assert answer.headers["content-type"].partition(";")[0] == kind
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["tiny-c3.js", "font-d4.woff2"])
def test_what_does_not_get_smaller_comes_as_it_is(built: Proxy, name: str) -> None:
    answer = built.ask(f"/assets/{name}", Accept_Encoding=BROWSER)

    assert (answer.status, answer.body) == (200, (built.home / "site/assets" / name).read_bytes())
    assert "content-encoding" not in answer.headers


def test_a_file_that_is_not_there_is_no_page(built: Proxy) -> None:
    assert built.ask("/assets/gone-e5.js", Accept_Encoding=BROWSER).status == 404


def test_the_image_is_built_with_compressed_files() -> None:
    lines = (ROOT / "nginx/Dockerfile").read_text()

    assert lines.index("npm run build") < lines.index("node scripts/precompress.mjs") < lines.index("COPY --from=build")

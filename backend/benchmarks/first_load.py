"""The JavaScript and CSS that a browser loads before the first screen, gzipped."""

import gzip
import re
from pathlib import Path

DIST = Path(__file__).parents[2] / "frontend" / "dist"


def run() -> None:
    """What index.html names: scripts, preloaded modules and styles."""
    page = (DIST / "index.html").read_text()
    for kind, pattern in (("JS", r'(?:src|href)="/(assets/[^"]+\.js)"'), ("CSS", r'href="/(assets/[^"]+\.css)"')):
        files = sorted(set(re.findall(pattern, page)))
        size = sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in files)
        print(f"first load {kind}: {size / 1000:.0f} kB gz in {len(files)} files")

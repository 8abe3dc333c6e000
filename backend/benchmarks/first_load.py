"""The JavaScript and CSS that a browser loads before the worklist shows, gzipped."""

import gzip
import json
from pathlib import Path
from typing import Any

DIST = Path(__file__).parents[2] / "frontend" / "dist"
# The entry, the frame of signed-in screens, and the list's own route.
FIRST_SCREEN = ("index.html", "src/routes/_app.tsx", "src/routes/_app/index.tsx")


def run() -> None:
    """What the worklist's chunks hold, with all that they import at once."""
    manifest = json.loads((DIST / ".vite" / "manifest.json").read_text())
    files: set[str] = set()
    for name in manifest:
        if name.partition("?")[0] in FIRST_SCREEN:
            _take(manifest, name, files)
    for kind in ("js", "css"):
        named = [name for name in files if name.endswith(f".{kind}")]
        size = sum(len(gzip.compress((DIST / name).read_bytes(), 9)) for name in named)
        print(f"first load {kind.upper()}: {size / 1000:.0f} kB gz in {len(named)} files")


def _take(manifest: dict[str, Any], name: str, files: set[str]) -> None:
    chunk = manifest[name]
    if chunk["file"] in files:
        return
    files.update([chunk["file"], *chunk.get("css", [])])
    for imported in chunk.get("imports", []):
        _take(manifest, imported, files)

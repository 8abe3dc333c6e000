"""What can be read off nginx's files without an nginx."""

import re
from pathlib import Path

NGINX = Path(__file__).parents[3] / "nginx"


def served_paths() -> set[str]:
    """The addresses and prefixes that the site answers."""
    site = (NGINX / "site_scribe.conf").read_text()
    return set(re.findall(r"^location (?:= )?(\S+) \{", site, re.MULTILINE))


def shutdown_seconds(main: str) -> int:
    """How long requests may take to end once nginx is told to."""
    found = re.search(r"^worker_shutdown_timeout (\d+)s;", (NGINX / main).read_text(), re.MULTILINE)
    assert found, f"{main} waits for ever"
    return int(found.group(1))

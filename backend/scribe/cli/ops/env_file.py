""".env: NAME=value lines that Docker Compose reads."""

import re
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"^([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)


def read(path: Path) -> dict[str, str]:
    """The values of the file; quotes around one are not part of it."""
    return {name: value.strip().strip("'\"") for name, value in _LINE.findall(path.read_text())}


def profiles(values: Mapping[str, str]) -> frozenset[str]:
    """What COMPOSE_PROFILES names."""
    return frozenset(filter(None, map(str.strip, values.get("COMPOSE_PROFILES", "").split(","))))


def filled(example: str, values: Mapping[str, str]) -> str:
    """The example with these values in it, and its comments as they are."""
    missing = set(values) - {name for name, _ in _LINE.findall(example)}
    if missing:
        raise ValueError(f".env.example has no line for {', '.join(sorted(missing))}.")
    return _LINE.sub(lambda line: f"{line[1]}={values.get(line[1], line[2])}", example)

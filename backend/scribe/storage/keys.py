"""What an object's key may look like: the same rule for every store."""

import re

_KEY = re.compile(r"[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9.-]*)*")
MAX_KEY = 512


def checked(key: str) -> str:
    """The key itself, or `ValueError`. No part starts with a dot, so no key climbs out of its root."""
    if len(key) > MAX_KEY or not _KEY.fullmatch(key):
        raise ValueError(f"not an object key: {key!r}")
    return key

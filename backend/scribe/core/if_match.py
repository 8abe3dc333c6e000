"""The version that a client has seen, as it says in If-Match."""

from scribe.core.errors import Invalid


class BadIfMatch(Invalid):
    """Without a version nobody's change is safe."""

    code, message = "bad_if_match", "The If-Match header must hold the version that you read."


def version_of(if_match: str) -> int:
    """The version in the header; raises `BadIfMatch`."""
    bare = if_match.strip().removeprefix("W/").strip('"')
    if not (bare.isascii() and bare.isdigit() and len(bare) < 10):
        raise BadIfMatch
    return int(bare)

"""Time-ordered identifiers."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """A UUIDv7 (RFC 9562): unique, and close to its neighbours in an index."""
    return uuid_utils.compat.uuid7()

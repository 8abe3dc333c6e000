"""The chain itself: what is hashed, and with what. Pure functions, so that writer and verifier cannot drift apart."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

FIELDS = (
    "id",
    "clinic_id",
    "sequence",
    "occurred_at",
    "actor_type",
    "actor_id",
    "action",
    "entity_type",
    "entity_id",
    "outcome",
    "request_id",
    "detail",
)


def genesis(key: bytes, clinic_id: UUID) -> bytes:
    """What the first event of a clinic links to."""
    return hmac.digest(key, f"genesis|{clinic_id}".encode(), hashlib.sha256)


def link(key: bytes, previous_hash: bytes, values: dict[str, Any]) -> bytes:
    """The event's HMAC-SHA256 over all its fields and the hash before it; needs the key, not only the database."""
    content = {name: _plain(values[name]) for name in FIELDS}
    content["previous_hash"] = previous_hash.hex()
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.digest(key, canonical.encode(), hashlib.sha256)


def storable(value: Any) -> Any:
    """A detail as JSON that comes back from the database the same, or `TypeError`.

    Floats are refused: JSONB rewrites them, and what comes back would no longer hash to the same.
    """
    if isinstance(value, UUID):
        return str(value)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, (list, tuple)):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {str(name): storable(item) for name, item in value.items()}
    raise TypeError(f"an audit detail cannot hold a {type(value).__name__}")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    return value

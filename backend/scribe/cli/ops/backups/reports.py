"""A drill's report, signed, so that it can be shown to others as what this server found.

Ed25519 (RFC 8032); the key derives from the backup key, so that no further secret need be kept.
"""

import base64
import binascii
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from scribe.core import crypto


def public_key(backup_key: bytes) -> str:
    """What anybody can check this server's reports with."""
    return base64.b64encode(_private(backup_key).public_key().public_bytes_raw()).decode()


def signed(report: dict[str, Any], backup_key: bytes) -> bytes:
    """The report with its signature, as it is written to a file."""
    signature = base64.b64encode(_private(backup_key).sign(_canonical(report))).decode()
    body = {"report": report, "signature": signature, "public_key": public_key(backup_key)}
    return json.dumps(body, indent=1).encode()


def is_genuine(body: bytes, public: str) -> bool:
    """Whether the owner of that public key signed exactly this; the key that the file names itself proves nothing."""
    try:
        found = json.loads(body)
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(public, validate=True))
        key.verify(base64.b64decode(found["signature"], validate=True), _canonical(found["report"]))
    except (InvalidSignature, ValueError, KeyError, TypeError, binascii.Error):
        return False
    return True


def _private(backup_key: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(crypto.derive(backup_key, "drill-reports"))


def _canonical(report: dict[str, Any]) -> bytes:
    return json.dumps(report, sort_keys=True, separators=(",", ":")).encode()

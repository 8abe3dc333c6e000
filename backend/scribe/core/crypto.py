"""Envelope encryption: root key > clinic key > consultation key > what is stored.

All sealing is AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce in front. The context is authenticated, so
a blob moved to another place does not open. Big objects are sealed in segments (after the STREAM construction,
Hoang, Reyhanitabar, Rogaway and Vizar 2015), so that playback can seek and truncation is noticed.
"""

import os
from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
OVERHEAD = NONCE_BYTES + TAG_BYTES
SEGMENT_BYTES = 64 * 1024


class SealBroken(Exception):
    """The blob was changed, cut, moved, or sealed with another key."""


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def derive(key: bytes, purpose: str) -> bytes:
    """A 32-byte key for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Nonce (12) + ciphertext + tag (16)."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, blob: bytes, context: str) -> bytes:
    """The plain bytes, or `SealBroken`."""
    try:
        return AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken(context) from error


class SegmentSealer:
    """Seals what is written to a seekable file in segments of 64 KiB, holding two of them in memory.

    Each is bound to its number and to whether it is the last. The first stays open for corrections until the end, as
    media containers write their header last.
    """

    def __init__(self, key: bytes, context: str, sink: BinaryIO) -> None:
        self._key, self._context, self._sink = key, context, sink
        self._first, self._rest = bytearray(), bytearray()
        self._sealed = 1

    @property
    def size(self) -> int:
        """Plain bytes written so far."""
        return len(self._first) + (self._sealed - 1) * SEGMENT_BYTES + len(self._rest)

    def write(self, offset: int, plain: bytes) -> None:
        """Append at the end, or overwrite within the first segment; anything else is a `ValueError`."""
        if offset != self.size:
            if offset + len(plain) > len(self._first):
                raise ValueError("only the first segment can be written again")
            self._first[offset : offset + len(plain)] = plain
            return
        room = SEGMENT_BYTES - len(self._first)
        self._first += plain[:room]
        self._rest += plain[room:]
        # The last segment is sealed as such, so one is always held back.
        while len(self._rest) > SEGMENT_BYTES:
            self._put(self._sealed, bytes(self._rest[:SEGMENT_BYTES]), is_last=False)
            del self._rest[:SEGMENT_BYTES]
            self._sealed += 1

    def close(self) -> int:
        """Seal what is left; gives the sealed size. The file stays open."""
        self._put(0, bytes(self._first), is_last=not self._rest)
        if self._rest:
            self._put(self._sealed, bytes(self._rest), is_last=True)
        return self.size + OVERHEAD * (1 + (self._sealed if self._rest else 0))

    def _put(self, number: int, plain: bytes, *, is_last: bool) -> None:
        self._sink.seek(number * (SEGMENT_BYTES + OVERHEAD))
        self._sink.write(seal(self._key, plain, _segment_context(self._context, number, is_last=is_last)))


def plain_size(sealed_size: int) -> int:
    """The number of plain bytes in a blob of `SegmentSealer`."""
    count = max(1, -(-sealed_size // (SEGMENT_BYTES + OVERHEAD)))
    return sealed_size - count * OVERHEAD


def unseal_range(
    key: bytes, read: Callable[[int, int], bytes], sealed_size: int, context: str, start: int, end: int
) -> bytes:
    """Plain bytes [start, end) of a segmented blob; `read(a, b)` fetches sealed bytes [a, b)."""
    stride = SEGMENT_BYTES + OVERHEAD
    count = max(1, -(-sealed_size // stride))
    first, last = start // SEGMENT_BYTES, max(start, end - 1) // SEGMENT_BYTES
    sealed = read(first * stride, min((last + 1) * stride, sealed_size))
    plain = b"".join(
        unseal(
            key,
            sealed[(i - first) * stride : (i - first + 1) * stride],
            _segment_context(context, i, is_last=i == count - 1),
        )
        for i in range(first, last + 1)
    )
    return plain[start - first * SEGMENT_BYTES : end - first * SEGMENT_BYTES]


def _segment_context(context: str, number: int, *, is_last: bool) -> str:
    return f"{context}|{number}|{'last' if is_last else 'more'}"


class KeyRing:
    """Opens and makes the keys below the root key."""

    def __init__(self, root_key: bytes) -> None:
        if len(root_key) != KEY_BYTES:
            raise ValueError("the root key must be 32 bytes")
        self._root_key = root_key

    def new_clinic_key(self, clinic_id: UUID) -> bytes:
        """A fresh clinic key, wrapped by the root key."""
        return seal(derive(self._root_key, "wrap-clinic"), new_key(), f"clinic|{clinic_id}")

    def new_consultation_key(self, clinic_id: UUID, clinic_wrapped: bytes, consultation_id: UUID) -> bytes:
        """A fresh consultation key, wrapped by the clinic's key."""
        return seal(self._clinic_key(clinic_id, clinic_wrapped), new_key(), f"consultation|{consultation_id}")

    def consultation_key(
        self, clinic_id: UUID, clinic_wrapped: bytes, consultation_id: UUID, consultation_wrapped: bytes
    ) -> bytes:
        """The consultation's data key. Derive from it per purpose; never log it."""
        return unseal(
            self._clinic_key(clinic_id, clinic_wrapped), consultation_wrapped, f"consultation|{consultation_id}"
        )

    def audit_key(self, clinic_id: UUID) -> bytes:
        """The key of a clinic's audit chain; whoever has only the database cannot forge a link."""
        return derive(self._root_key, f"audit|{clinic_id}")

    def _clinic_key(self, clinic_id: UUID, wrapped: bytes) -> bytes:
        return unseal(derive(self._root_key, "wrap-clinic"), wrapped, f"clinic|{clinic_id}")

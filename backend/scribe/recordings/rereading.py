"""Reading stored chunks again, and proving that they are what was sent."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from scribe.core.crypto import SealBroken, unseal
from scribe.recordings.models import RecordingChunk
from scribe.storage.base import ObjectMissing, ObjectStore

_log = structlog.get_logger()
# The store answers slower than we hash: some reads at once, few enough not to crowd out live recordings.
_READERS = 4


class ChunkLost(Exception):
    """The chunk cannot be read back as it was sent."""


def body(store: ObjectStore, key: bytes, chunk: RecordingChunk) -> bytes:
    """The chunk's plain bytes, hash proved; `ChunkLost` if they are gone or changed."""
    try:
        plain = unseal(key, store.get(chunk.object_key), chunk.object_key)
    except (ObjectMissing, SealBroken) as error:
        raise ChunkLost from error
    if hashlib.sha256(plain).digest() != chunk.sha256:
        raise ChunkLost
    return plain


def restored(key: bytes, chunk: RecordingChunk) -> bytes | None:
    """The plain bytes from the copy in the chunk's row, if it has one that holds what was sent."""
    if chunk.sealed_copy is None:
        return None
    try:
        plain = unseal(key, chunk.sealed_copy, chunk.object_key)
    except SealBroken:
        return None
    return plain if hashlib.sha256(plain).digest() == chunk.sha256 else None


def lost(store: ObjectStore, key: bytes, chunks: Sequence[RecordingChunk]) -> list[RecordingChunk]:
    """The chunks that the store no longer holds as they were sent; a header that its row still has is put back.

    Raises `StoreUnavailable` where the store does not answer: then nothing is known to be lost.
    """

    def is_lost(chunk: RecordingChunk) -> bool:
        try:
            body(store, key, chunk)
        except ChunkLost:
            if restored(key, chunk) is None or chunk.sealed_copy is None:
                return True
            store.put(chunk.object_key, chunk.sealed_copy)
            _log.warning("chunk_restored_from_its_row", chunk=str(chunk.id))
        return False

    with ThreadPoolExecutor(_READERS) as readers:
        return [chunk for chunk, gone in zip(chunks, readers.map(is_lost, chunks), strict=True) if gone]

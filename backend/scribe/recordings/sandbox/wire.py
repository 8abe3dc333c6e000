"""What parent and child say to each other over their one socket."""

import enum
import json
import struct
from typing import Any

# Kind, index of the input, offset, length; a payload of `length` bytes follows WRITE, DONE and FAILED.
HEADER = struct.Struct(">BHQI")
LENGTH = struct.Struct(">I")
MAX_PAYLOAD = 4 * 1024 * 1024


class Kind(enum.IntEnum):
    """What the child says."""

    READY = 1
    READ = 2
    WRITE = 3
    PROGRESS = 4
    DONE = 5
    FAILED = 6
    NEXT = 7


class Failure(enum.StrEnum):
    """Why the child could not do its job."""

    CONFINEMENT = "confinement"
    NO_AUDIO = "no_audio"
    CORRUPT = "corrupt"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    MEMORY = "memory"
    # Said by the parent: the child was killed, ran out of time, or broke the rules of the wire.
    KILLED = "killed"
    TIMEOUT = "timeout"


def pack(document: dict[str, Any]) -> bytes:
    """A document as bytes."""
    return json.dumps(document).encode()

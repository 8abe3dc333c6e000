"""What is sealed in parts opens whole and by range."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.core import crypto

KEY = bytes(32)
SEGMENT = crypto.SEGMENT_BYTES


def _read(blob: bytes, start: int, end: int) -> bytes:
    return crypto.unseal_range(KEY, lambda a, b: blob[a:b], len(blob), "here", start, end)


@given(
    size=st.sampled_from([0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 3 * SEGMENT + 7]),
    step=st.sampled_from([1000, SEGMENT, SEGMENT + 3, 10 * SEGMENT]),
)
def test_what_is_sealed_in_parts_opens_whole(size: int, step: int) -> None:
    plain = bytes(n % 251 for n in range(size))
    sink = io.BytesIO()
    sealer = crypto.SegmentSealer(KEY, "here", sink)

    for at in range(0, size, step):
        sealer.write(at, plain[at : at + step])
    sealed_size = sealer.close()

    blob = sink.getvalue()
    assert len(blob) == sealed_size == size + crypto.OVERHEAD * max(1, -(-size // SEGMENT))
    assert crypto.plain_size(len(blob)) == size
    assert _read(blob, 0, size) == plain


def test_the_head_may_be_corrected_until_the_end() -> None:
    sink = io.BytesIO()
    sealer = crypto.SegmentSealer(KEY, "here", sink)
    sealer.write(0, bytes(3 * SEGMENT))

    sealer.write(10, b"corrected")
    sealer.close()

    assert _read(sink.getvalue(), 8, 21) == b"\0\0corrected\0\0"


def test_what_is_sealed_already_is_not_written_again() -> None:
    sealer = crypto.SegmentSealer(KEY, "here", io.BytesIO())
    sealer.write(0, bytes(3 * SEGMENT))

    with pytest.raises(ValueError, match="first segment"):
        sealer.write(SEGMENT - 1, b"xx")


def test_a_blob_cut_at_a_segment_does_not_open() -> None:
    sink = io.BytesIO()
    sealer = crypto.SegmentSealer(KEY, "here", sink)
    sealer.write(0, bytes(2 * SEGMENT))
    sealer.close()

    with pytest.raises(crypto.SealBroken):
        _read(sink.getvalue()[: SEGMENT + crypto.OVERHEAD], 0, SEGMENT)

"""How long an Opus packet sounds, by its first byte or two (RFC 6716, 3.1 and 3.2)."""

RATE = 48_000
# In samples at 48 kHz, by configuration number: SILK, hybrid, CELT.
_FRAME = (
    *(480, 960, 1920, 2880) * 3,
    *(480, 960) * 2,
    *(120, 240, 480, 960) * 4,
)
_LONGEST = 5760


def samples_of(packet: bytes) -> int:
    """Samples at 48 kHz; 0 if it is no valid packet."""
    if not packet:
        return 0
    count = (1, 2, 2, 0)[packet[0] & 3]
    if count == 0:
        count = packet[1] & 63 if len(packet) > 1 else 0
    samples = count * _FRAME[packet[0] >> 3]
    return samples if samples <= _LONGEST else 0

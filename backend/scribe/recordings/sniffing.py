"""What kind of audio bytes are, by their first bytes; never by a name or a client's word."""

from enum import StrEnum

from scribe.recordings.errors import AudioUnsupported

# Fewer bytes than this cannot tell a kind; a browser's first slice may be that short.
ENOUGH = 12
_ID3_HEADER = 10


class Kind(StrEnum):
    """Containers that Scribe takes; the value is the one demuxer that may open it."""

    WEBM = "matroska,webm"
    OGG = "ogg"
    MP4 = "mov,mp4,m4a,3gp,3g2,mj2"
    WAV = "wav"
    FLAC = "flac"
    MP3 = "mp3"
    AAC = "aac"


_MAGIC = (
    # EBML; what kind of it is said some bytes later, which a first slice need not hold.
    (Kind.WEBM, 0, b"\x1a\x45\xdf\xa3"),
    (Kind.OGG, 0, b"OggS"),
    (Kind.WAV, 0, b"RIFF"),
    (Kind.WAV, 0, b"RF64"),
    (Kind.MP4, 4, b"ftyp"),
    (Kind.FLAC, 0, b"fLaC"),
)


def kind_of(head: bytes) -> Kind | None:
    """The kind of a file that starts with these bytes; None if it is none of ours."""
    for kind, at, magic in _MAGIC:
        if head[at : at + len(magic)] == magic and (kind != Kind.WAV or head[8:12] == b"WAVE"):
            return kind
    return _after_tag(head) if head.startswith(b"ID3") else _headerless(head, 0)


def refuse_alien(head: bytes) -> None:
    """Refuse bytes that clearly start no file of ours; what is too short to tell is decided at assembly."""
    if len(head) >= ENOUGH and kind_of(head) is None:
        raise AudioUnsupported


def _after_tag(head: bytes) -> Kind | None:
    # The tag's size is four bytes of seven bits each (ID3v2.4, section 3.1); pictures can make it long.
    if len(head) < _ID3_HEADER:
        return Kind.MP3
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    rest = head[_ID3_HEADER + size :]
    if rest.startswith(b"fLaC"):
        return Kind.FLAC
    return (_headerless(rest, 0) if len(rest) >= ENOUGH else None) or Kind.MP3


def _headerless(head: bytes, at: int) -> Kind | None:
    """Frames of MP3 or ADTS AAC begin with eleven or twelve set bits; the next frame must be where this one says."""
    if len(head) < at + 7 or head[at] != 0xFF:
        return None
    if head[at + 1] & 0xF6 == 0xF0:
        length, kind = (head[at + 3] & 3) << 11 | head[at + 4] << 3 | head[at + 5] >> 5, Kind.AAC
        is_frame = length >= 7 and (head[at + 2] >> 2 & 15) < 13
    else:
        length, kind = _mp3_frame_length(head[at + 1], head[at + 2]), Kind.MP3
        is_frame = length > 0
    if not is_frame:
        return None
    following = head[at + length : at + length + 2]
    if len(following) == 2 and not (following[0] == 0xFF and following[1] == head[at + 1]):
        return None
    return kind


_KBITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (44_100, 48_000, 32_000)


def _mp3_frame_length(second: int, third: int) -> int:
    """Bytes of an MPEG layer III frame (ISO 11172-3, 2.4.2.3), 0 if this is no such frame."""
    version, layer = second >> 3 & 3, second >> 1 & 3
    bitrate, rate, padding = third >> 4, third >> 2 & 3, third >> 1 & 1
    if second & 0xE0 != 0xE0 or version == 1 or layer != 1 or bitrate in {0, 15} or rate == 3:
        return 0
    if version == 3:
        return 144_000 * _KBITS_1[bitrate] // _RATES[rate] + padding
    hertz = _RATES[rate] // (2 if version == 2 else 4)
    return 72_000 * _KBITS_2[bitrate] // hertz + padding

"""How large a server a clinic needs: a small model, of which every constant was measured.

docs/operations/scale.md says by which command, and on what. It counts what is counted below, and adds no comfort.
"""

import math
from dataclasses import dataclass

# `make bench-prod PARTS=recordings`: nginx, service, PostgreSQL and Redis together, for one recording.
CORES_OF_RECORDING = 0.0026
# `python -m benchmarks stop_to_draft`, 300 s of audio on 2 cores: seconds of a worker for one second of audio.
ENGINE_FACTOR = 52.2 / 300
CORES_OF_ENGINE = 2
# `make bench`: the most that each process had, in GB; PostgreSQL and Redis as docker-compose.prod.yml lets them have.
SERVICE_GB, ENGINE_GB, DECODER_GB = 0.22, 0.76, 0.05
DATABASE_GB, CACHE_GB, PROXY_GB, SYSTEM_GB = 2.0, 0.4, 0.5, 1.0
# What Chromium makes of a second of speech (32 kbit/s Opus). It is kept as chunks, and as the file that is played.
AUDIO_BYTES, TIMES_KEPT = 4_300, 2
# A recording sends a chunk this often (frontend/src/features/capture/upload/chunk-length.ts).
CHUNK_SECONDS = 3
# `make bench-prod PARTS="growth recordings"`, with indexes: what a second of a consultation adds to the database
# (words, turns, a note), and what a chunk does; and what both write to its log.
SECOND_BYTES, CHUNK_BYTES = 1_000, 1_300
SECOND_LOG_BYTES, CHUNK_LOG_BYTES = 1_600, 2_800
# `python -m benchmarks backups`: 17 MB kept of a database of 74 MB. The log is counted as if it were not compressed.
FULL_SET_SHARE = 17 / 74
DAYS_KEPT = 30
# Of twenty doctors, nineteen wait no longer than was asked for.
_SHARE_LATE = 0.05
GB = 1e9


class Impossible(Exception):
    """No server does that; the text says why, and what to ask for instead."""


@dataclass(frozen=True)
class Clinic:
    """What a server is for."""

    doctors: int
    consultations: int  # a day
    minutes: float = 15  # of each
    hours: float = 8  # of a day, in which they are held
    days: float = 21  # of a month
    peak: float = 2  # the busiest hour, in average ones

    def __post_init__(self) -> None:
        most = self.doctors * self.hours * 60 / self.minutes
        if self.consultations > most:
            raise Impossible(
                f"{self.doctors} doctors can hold {math.floor(most)} consultations of {self.minutes:g} minutes in"
                f" {self.hours:g} hours, not {self.consultations}."
            )

    @property
    def recordings_at_once(self) -> float:
        """In the busiest hour; never more than there are doctors."""
        average = self.consultations * self.minutes / (self.hours * 60)
        return min(self.doctors, average * self.peak)

    @property
    def ended_a_second(self) -> float:
        """Consultations that end in the busiest hour."""
        return self.recordings_at_once / (self.minutes * 60)

    @property
    def hours_of_audio(self) -> float:
        """In a month."""
        return self.consultations * self.days * self.minutes / 60


@dataclass(frozen=True)
class Disk:
    """Bytes that are there at the end of a month."""

    audio: float
    database: float
    backups: float

    @property
    def total(self) -> float:
        """All of it, wherever it is."""
        return self.audio + self.database + self.backups


def workers(clinic: Clinic, wait_seconds: float) -> int:
    """Workers of two cores each, so that of twenty drafts nineteen are there in time in the busiest hour.

    Consultations end at random (M/M/c, Erlang's C): a little worse than a clinic's are.
    """
    busy_seconds = clinic.minutes * 60 * ENGINE_FACTOR
    patience = wait_seconds - busy_seconds
    if patience <= 0:
        raise Impossible(
            f"A draft of {clinic.minutes:g} minutes takes this server's own engine {busy_seconds:.0f} s, however many"
            f" workers there are. Ask for --wait {math.ceil(busy_seconds) + 30}, or for --engine assemblyai."
        )
    load = clinic.ended_a_second * busy_seconds
    count = math.floor(load) + 1
    while _late(load, count) * math.exp(-(count - load) * patience / busy_seconds) > _SHARE_LATE:
        count += 1
    return count


def _late(load: float, count: int) -> float:
    """How probable it is that all are busy (Erlang's C, by way of B)."""
    blocked = 1.0
    for servers in range(1, count + 1):
        blocked = load * blocked / (servers + load * blocked)
    return count * blocked / (count - load * (1 - blocked))


def cores(clinic: Clinic, engines: int) -> float:
    """Of the whole server in the busiest hour; `engines` workers transcribe on it."""
    return clinic.recordings_at_once * CORES_OF_RECORDING + engines * CORES_OF_ENGINE


def memory_gb(engines: int) -> float:
    """Of the whole server; a worker that has others transcribe decodes only."""
    worker = engines * (ENGINE_GB + DECODER_GB) if engines else SERVICE_GB + DECODER_GB
    return SERVICE_GB + worker + DATABASE_GB + CACHE_GB + PROXY_GB + SYSTEM_GB


def megabits_in(clinic: Clinic) -> float:
    """Audio that arrives in the busiest hour."""
    return clinic.recordings_at_once * AUDIO_BYTES * 8 / 1e6


def disk(clinic: Clinic, months: int) -> Disk:
    """After so many months. Scribe deletes nothing by itself but old backups."""
    seconds = clinic.hours_of_audio * 3600
    chunks = seconds / CHUNK_SECONDS
    audio = months * seconds * AUDIO_BYTES * TIMES_KEPT
    database = months * (seconds * SECOND_BYTES + chunks * CHUNK_BYTES)
    log = seconds * SECOND_LOG_BYTES + chunks * CHUNK_LOG_BYTES
    return Disk(audio, database, audio + DAYS_KEPT * FULL_SET_SHARE * database + log)

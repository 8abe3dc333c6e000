"""Takes the write-ahead log from the server as it is written, and tells the server only of what is safely kept.

The replication slot keeps on the server whatever the repository does not have, so that a crash of ours, of the network
or of the store makes no hole. Written here, not left to pg_receivewal: that one tells the slot once the log is on *its*
disk, in clear, and whole segments only could then be copied on.
"""

import contextlib
import select
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg2
import structlog
from psycopg2.extras import REPLICATION_PHYSICAL

from scribe.cli.ops.backups import sets, wal
from scribe.cli.ops.backups.errors import BackupFailed
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.server import SLOT, Server
from scribe.storage.base import StoreUnavailable

_AGAIN_SECONDS = 1.0
# So many pieces of one segment are made one: a quiet night would else leave thousands.
_MERGE_AT = 64
_STOP_SECONDS = 60
# Rounds between two notes of how far we are.
_NOTE_EVERY = 5

_log = structlog.get_logger(__name__)


class SlotTaken(BackupFailed):
    """Somebody else receives the log."""


class Segment:
    """One segment as it fills, and what of it is kept."""

    def __init__(self, repository: Repository, name: str) -> None:
        self.name, self.body, self.kept_until = name, bytearray(), 0
        self._repository = repository
        # Of an earlier run, maybe: they go once what replaces them is there.
        self._pieces = wal.held(repository, name).get(name, [])

    @property
    def is_full(self) -> bool:
        """Whether its last byte came."""
        return len(self.body) == wal.SEGMENT

    def keep(self) -> None:
        """Keep what came since; the whole as one piece when it is full, or when there are many."""
        end = len(self.body)
        start = 0 if self.is_full or len(self._pieces) >= _MERGE_AT else self.kept_until
        piece = wal.Piece(self.name, start, end)
        self._repository.put(piece.name, bytes(self.body[start:end]), passing=not self.is_full)
        self.kept_until = end
        if start > 0:
            self._pieces.append(piece)
            return
        # A longer piece of an earlier run stays until this one has as much.
        for old in [each for each in self._pieces if each.end <= end and each != piece]:
            self._repository.delete(old.name)
        self._pieces = [each for each in self._pieces if each.end > end] + [piece]


class Receiver(threading.Thread):
    """Receives until it is told to stop; after any failure it begins again where the repository ends.

    `note` is told, every few rounds, until when all that was committed is kept.
    """

    def __init__(self, server: Server, repository: Repository, every: float, note: Callable[[datetime], None]) -> None:
        super().__init__(name="wal-receiver", daemon=True)
        self._server, self._repository, self._every, self._note = server, repository, every, note
        self._stopping = threading.Event()
        self.taken = False

    def run(self) -> None:
        """The thread's work."""
        while not self._stopping.is_set():
            try:
                self._receive()
            except SlotTaken:
                self.taken = True
                _log.info("wal_received_elsewhere")
            except BackupFailed as error:
                _log.error("wal_refused", reason=str(error))
            except (psycopg2.Error, StoreUnavailable, OSError) as error:
                _log.warning("wal_interrupted", error=type(error).__name__)
            self._stopping.wait(_AGAIN_SECONDS)

    def stop(self) -> None:
        """Keep what came, and end."""
        self._stopping.set()
        self.join(timeout=_STOP_SECONDS)

    def _receive(self) -> None:
        identity = self._server.identity()
        # Its segments have the same names as another's, and would take their place.
        sets.refuse_another_cluster(self._repository, identity.system_id)
        start = self._start()
        segment = Segment(self._repository, wal.segment_of(identity.timeline, start))
        with contextlib.closing(self._server.replicate()) as connection:
            cursor = connection.cursor()
            try:
                cursor.start_replication(
                    slot_name=SLOT, slot_type=REPLICATION_PHYSICAL, start_lsn=start, timeline=identity.timeline
                )
            except psycopg2.errors.ObjectInUse as error:
                raise SlotTaken("The log is received by another backup service.") from error
            self.taken = False
            _log.info("wal_receiving", segment=segment.name)
            self._follow(connection, cursor, identity.timeline, segment)

    def _follow(self, connection: Any, cursor: Any, timeline: int, segment: Segment) -> None:
        with contextlib.closing(self._server.connect()) as asking:
            horizon, rounds, next_round = _horizon(asking), 0, time.monotonic() + self._every
            while not self._stopping.is_set():
                message = cursor.read_message()
                if message is not None:
                    segment = self._take(cursor, timeline, segment, message)
                else:
                    select.select([connection], [], [], max(0.0, next_round - time.monotonic()))
                if time.monotonic() < next_round:
                    continue
                next_round, rounds = time.monotonic() + self._every, rounds + 1
                kept = _keep(cursor, segment)
                if kept >= horizon[1] and rounds % _NOTE_EVERY == 0:
                    self._note(horizon[0])
                if kept >= horizon[1]:
                    horizon = _horizon(asking)
            _keep(cursor, segment)

    def _take(self, cursor: Any, timeline: int, segment: Segment, message: Any) -> Segment:
        """Add what came; whole segments are kept at once."""
        payload = message.payload
        if message.data_start != wal.start_of(segment.name) + len(segment.body):
            raise psycopg2.OperationalError("the log came with a hole")
        while payload:
            room = wal.SEGMENT - len(segment.body)
            segment.body += payload[:room]
            payload = payload[room:]
            if segment.is_full:
                _keep(cursor, segment)
                segment = Segment(self._repository, wal.segment_of(timeline, wal.start_of(segment.name) + wal.SEGMENT))
        return segment

    def _start(self) -> int:
        """Where to go on: the start of a segment. The slot is made where there is none."""
        with contextlib.closing(self._server.connect()) as connection:
            cursor = connection.cursor()
            cursor.execute("SELECT restart_lsn, wal_status FROM pg_replication_slots WHERE slot_name = %s", (SLOT,))
            slot: Any = cursor.fetchone()
            if slot is not None and slot[1] == "lost":
                _log.error("wal_lost", reason="the server kept no more of it: max_slot_wal_keep_size")
                cursor.execute("SELECT pg_drop_replication_slot(%s)", (SLOT,))
                slot = None
            if slot is None:
                cursor.execute("SELECT lsn FROM pg_create_physical_replication_slot(%s, true)", (SLOT,))
                slot = cursor.fetchone()
                _log.info("wal_slot_made")
        reserved = wal.parse_lsn(slot[0])
        return reserved - reserved % wal.SEGMENT


def _horizon(connection: "psycopg2.extensions.connection") -> tuple[datetime, int]:
    """A moment by the server's clock, and where the log of all that was committed by then ends."""
    cursor = connection.cursor()
    cursor.execute("SELECT clock_timestamp(), pg_current_wal_flush_lsn()")
    row: Any = cursor.fetchone()
    return row[0], wal.parse_lsn(row[1])


def _keep(cursor: Any, segment: Segment) -> int:
    """Keep what came since, and only then let the server forget it."""
    if len(segment.body) > segment.kept_until:
        segment.keep()
    kept = wal.start_of(segment.name) + segment.kept_until
    cursor.send_feedback(write_lsn=kept, flush_lsn=kept, apply_lsn=0, force=True)
    return kept

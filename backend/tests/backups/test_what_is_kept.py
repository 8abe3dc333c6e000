"""Nothing can be read, changed, moved or taken away unseen."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scribe.cli.ops.backups import keys, objects, reports, sets, verifying, wal
from scribe.cli.ops.backups.errors import BackupFailed, Tampered
from scribe.cli.ops.backups.parts import PART_BYTES, PartReader, PartWriter
from scribe.cli.ops.backups.repository import Repository
from scribe.cli.ops.backups.sets import BackupSet
from scribe.core.settings import BackupSettings
from tests.fixtures.fakes import MemoryStore

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SECRETS = {"ROOT_KEY": "the-root-key-of-this-test", "TOKEN_KEY": "another"}


def incompressible(count: int) -> bytes:
    return b"".join(hashlib.sha256(bytes([n % 256, n // 256 % 256, n // 65536])).digest() for n in range(count // 32))


@pytest.fixture
def settings() -> BackupSettings:
    _, public = keys.new_recovery_key()
    return BackupSettings(backup_key=base64.b64encode(bytes(32)).decode(), backup_recovery_public=public)


@pytest.fixture
def whole(repository: Repository, settings: BackupSettings) -> Repository:
    """A repository with a set of two parts, its log in three pieces, two objects, and a bundle."""
    writer = PartWriter(repository, "sets/a")
    writer.write(incompressible(PART_BYTES + 1000))
    made = BackupSet(
        id="a",
        kind="full",
        parent=None,
        system_id="1",
        timeline=1,
        started_at=NOON,
        finished_at=NOON + timedelta(seconds=5),
        start_lsn=wal.SEGMENT + 40,
        end_lsn=wal.SEGMENT + 300,
        schema_version="0010",
        plain_bytes=1,
        parts=writer.finish(),
    )
    repository.put("sets/a/manifest", b"{}")
    source = MemoryStore()
    for key in ("clinics/one", "clinics/two"):
        source.put(key, key.encode())
    objects.copy(source, repository, NOON, timedelta(days=30))
    objects.note_all(source, repository, "sets/a")
    first = wal.segment_of(1, wal.SEGMENT)
    repository.put(wal.Piece(first, 0, wal.SEGMENT).name, bytes(wal.SEGMENT))
    second = wal.segment_of(1, 2 * wal.SEGMENT)
    repository.put(wal.Piece(second, 0, 100).name, bytes(100))
    repository.put(wal.Piece(second, 100, 300).name, bytes(200))
    keys.keep(repository, settings, SECRETS, NOON)
    sets.keep(repository, made)
    return repository


def problems(repository: Repository, settings: BackupSettings) -> list[str]:
    return verifying.verify(repository, settings, SECRETS, every_set=True).problems


def test_what_is_whole_verifies(whole: Repository, settings: BackupSettings) -> None:
    found = verifying.verify(whole, settings, SECRETS)

    assert (found.sets, found.segments, found.objects, found.problems) == (1, 2, 2, [])


def flip(body: bytes) -> bytes:
    return body[:-1] + bytes([body[-1] ^ 1])


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("sets/a/part-000001", flip),
        ("sets/a/part-000000", lambda body: body[:-100]),
        ("sets/a/set", flip),
        ("sets/a/manifest", flip),
        ("objects/clinics/one", flip),
        (f"wal/{wal.segment_of(1, wal.SEGMENT)}/00000000-01000000", flip),
        (f"wal/{wal.segment_of(1, 2 * wal.SEGMENT)}/00000064-0000012c", flip),
    ],
)
def test_one_changed_byte_is_found(
    whole: Repository, memory: MemoryStore, settings: BackupSettings, name: str, change: Callable[[bytes], bytes]
) -> None:
    memory.objects[name] = change(memory.objects[name])

    [told] = problems(whole, settings)

    assert name in told


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sets/a/part-000001", "is missing"),
        ("sets/a/manifest", "no manifest"),
        ("objects/clinics/two", "is missing"),
        (f"wal/{wal.segment_of(1, wal.SEGMENT)}/00000000-01000000", "lacks the log"),
    ],
)
def test_what_was_taken_away_is_missed(
    whole: Repository, memory: MemoryStore, settings: BackupSettings, name: str, words: str
) -> None:
    del memory.objects[name]

    assert any(words in told for told in problems(whole, settings))


def test_a_hole_in_the_log_is_named(whole: Repository, settings: BackupSettings) -> None:
    later = wal.segment_of(1, 5 * wal.SEGMENT)
    whole.put(wal.Piece(later, 0, 10).name, bytes(10))

    [told] = problems(whole, settings)

    assert f"hole at {wal.segment_of(1, 2 * wal.SEGMENT)}" in told


def test_two_objects_that_change_places_do_not_open(whole: Repository, memory: MemoryStore) -> None:
    one, two = "objects/clinics/one", "objects/clinics/two"
    memory.objects[one], memory.objects[two] = memory.objects[two], memory.objects[one]

    with pytest.raises(Tampered):
        whole.get(one)


def test_a_stream_that_was_changed_is_never_handed_on(whole: Repository, memory: MemoryStore) -> None:
    [made] = sets.all_of(whole)
    genuine = PartReader(whole, made.parts).readall()
    memory.objects["sets/a/part-000001"] = whole.store.get("sets/a/part-000000")

    with pytest.raises(Tampered):
        PartReader(whole, made.parts).readall()
    assert genuine == incompressible(PART_BYTES + 1000)


def test_what_was_put_again_under_its_own_name_is_found(whole: Repository, settings: BackupSettings) -> None:
    whole.put("sets/a/part-000001", b"sealed by the same key")

    [told] = problems(whole, settings)

    assert "its hash differs" in told


def test_a_set_whose_parent_is_gone_is_no_backup(whole: Repository, settings: BackupSettings) -> None:
    [made] = sets.all_of(whole)
    sets.keep(whole, replace(made, id="b", kind="incremental", parent="lost"))

    assert any("builds upon lost" in told for told in problems(whole, settings))


def test_nothing_is_readable_without_the_key(whole: Repository, memory: MemoryStore) -> None:
    kept = b"".join(memory.objects.values())

    assert not [word for word in (b"clinics/one", b"0010", b"the-root-key", b"system_id") if word in kept]


def test_only_the_recovery_key_opens_the_bundle_and_only_its_own(repository: Repository) -> None:
    private, public = keys.new_recovery_key()
    settings = BackupSettings(backup_key=base64.b64encode(bytes(32)).decode(), backup_recovery_public=public)
    keys.keep(repository, settings, SECRETS, NOON)
    [name] = keys.names_of(repository)

    opened = keys._opened(repository.sealed(name), private)

    assert opened == SECRETS
    assert keys._opened(repository.sealed(name), keys.new_recovery_key()[0]) is None
    with pytest.raises(BackupFailed, match="no recovery key"):
        keys._opened(repository.sealed(name), "tulip")


def test_a_bundle_is_kept_once_a_day_and_whenever_a_secret_changed(
    repository: Repository, settings: BackupSettings
) -> None:
    made = [
        keys.keep(repository, settings, SECRETS, NOON),
        keys.keep(repository, settings, SECRETS, NOON + timedelta(hours=1)),
        keys.keep(repository, settings, SECRETS | {"ROOT_KEY": "new"}, NOON + timedelta(hours=2)),
        keys.keep(repository, settings, SECRETS | {"ROOT_KEY": "new"}, NOON + timedelta(days=1)),
    ]

    assert made == [True, False, True, True]
    assert not keys.is_current(repository, settings, SECRETS)
    assert keys.is_current(repository, settings, SECRETS | {"ROOT_KEY": "new"})


def test_pieces_cover_a_segment_however_they_came() -> None:
    name = wal.segment_of(1, 0)
    pieces = [wal.Piece(name, *span) for span in ((0, 10), (10, 20), (0, 15), (15, 40), (50, 60))]

    assert [(piece.start, piece.end) for piece in wal.tiling(pieces)] == [(0, 15), (15, 40)]
    assert wal.end_of(pieces) == 40


@pytest.mark.parametrize(
    ("timeline", "lsn", "name"),
    [
        (1, "0/1000000", "000000010000000000000001"),
        (2, "16/B374D848", "0000000200000016000000b3"),
        (1, "1/0", "000000010000000100000000"),
    ],
)
def test_segments_are_named_as_postgresql_names_them(timeline: int, lsn: str, name: str) -> None:
    place = wal.parse_lsn(lsn)

    assert wal.segment_of(timeline, place) == name
    assert wal.start_of(name) == place - place % wal.SEGMENT


def test_a_report_is_genuine_only_as_it_was_signed(settings: BackupSettings) -> None:
    public = reports.public_key(settings.key)
    body = reports.signed({"passed": False, "total_seconds": 4.5}, settings.key)
    forged = json.loads(body)
    forged["report"]["passed"] = True

    assert reports.is_genuine(body, public)
    assert not reports.is_genuine(json.dumps(forged).encode(), public)
    assert not reports.is_genuine(body, reports.public_key(bytes(31) + b"\1"))
    assert not reports.is_genuine(b"{}", public)

"""Faults on the way from a chunk to a transcript: each alert fires in a real Prometheus, and clears again."""

import contextlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.waiting import wait_until
from tests_prod.monitoring.causes import causes
from tests_prod.monitoring.recording import begin, cancel, put, record, record_rubbish, status
from tests_prod.monitoring.watched import PATIENCE, Watched


@contextlib.contextmanager
def storeless(watched: Watched) -> Iterator[None]:
    """The place of the audio is no directory any more."""
    objects = watched.product.home / "objects"
    away = objects.with_name("objects-away")
    objects.rename(away)
    objects.touch()
    try:
        yield
    finally:
        objects.unlink()
        away.rename(objects)


@causes("RecordingHasHole")
def test_a_chunk_that_does_not_come(watched: Watched) -> None:
    sent = begin(watched.doctor)
    assert [put(watched.doctor, sent, number) for number in (0, 1, 3)] == [200, 200, 200]
    with watched.database() as cursor:
        cursor.execute(
            "UPDATE recording_chunks SET created_at = now() - interval '6 minutes' WHERE recording_id = %s",
            [sent.recording_id],
        )
    watched.wait_for("RecordingHasHole")

    put(watched.doctor, sent, 2)
    watched.wait_for_end_of("RecordingHasHole")
    cancel(watched.doctor, sent)


@causes("RecordingSilent", "RecordingNotClosed")
def test_a_browser_that_is_gone(watched: Watched) -> None:
    sent = begin(watched.doctor)
    put(watched.doctor, sent, 0)

    def fell_silent(minutes: int) -> None:
        with watched.database() as cursor:
            cursor.execute(
                "UPDATE recordings SET last_chunk_at = now() - make_interval(mins => %s) WHERE id = %s",
                [minutes, sent.recording_id],
            )

    fell_silent(16)
    watched.wait_for("RecordingSilent")
    too_early = watched.firing("RecordingNotClosed")
    fell_silent(50)
    watched.wait_for("RecordingNotClosed")

    put(watched.doctor, sent, 1)
    watched.wait_for_end_of("RecordingSilent", "RecordingNotClosed")
    cancel(watched.doctor, sent)
    assert too_early == []


@causes("RecordingNotAssembled", "RecordingNotTranscribed", "DatabaseLongTransaction")
def test_a_recording_that_gets_stuck_on_its_way(watched: Watched) -> None:
    with watched.locked("transcripts", mode="EXCLUSIVE"), contextlib.ExitStack() as before_the_audio:
        with watched.paused("scribe.cli", "worker"):
            sent = record(watched.doctor)
            with watched.database() as cursor:
                cursor.execute(
                    "UPDATE recordings SET sealed_at = now() - interval '2 hours' WHERE id = %s", [sent.recording_id]
                )
            before_the_audio.enter_context(watched.locked("pipelines", mode="EXCLUSIVE"))
        watched.wait_for("RecordingNotAssembled")
        before_the_audio.close()
        watched.wait_for("RecordingNotTranscribed", "DatabaseLongTransaction")
        watched.wait_for_end_of("RecordingNotAssembled")

    watched.wait_for_end_of("RecordingNotTranscribed", "DatabaseLongTransaction")


@causes("RecordingFailed", "StagesFail")
def test_audio_that_nothing_can_read(watched: Watched) -> None:
    sent = [record_rubbish(watched.doctor) for _ in range(8)]
    watched.wait_for("StagesFail", "RecordingFailed")
    stages = {found["stage"] for found in watched.firing("StagesFail")}

    wait_until(lambda: {status(watched.doctor, each) for each in sent} == {"failed"}, "all failed", seconds=PATIENCE)
    cancel(watched.doctor, *sent)
    watched.wait_for_end_of("StagesFail", "RecordingFailed")
    assert stages <= {"assemble"}


@causes("StorageErrors", "ChunksFail", "ApiErrors")
def test_a_store_that_takes_nothing(watched: Watched) -> None:
    sent = begin(watched.doctor)
    assert put(watched.doctor, sent, 0) == 200
    answers: set[int] = set()

    with storeless(watched):
        watched.wait_for(
            "StorageErrors", "ChunksFail", "ApiErrors", meanwhile=lambda: answers.add(put(watched.doctor, sent, 1))
        )

    assert answers == {503}
    assert put(watched.doctor, sent, 1) == 200
    watched.wait_for_end_of("StorageErrors", "ChunksFail", "ApiErrors")
    cancel(watched.doctor, sent)


@causes("ChunksSlow", "ApiSlow")
def test_a_database_that_keeps_everyone_waiting(watched: Watched) -> None:
    sent = begin(watched.doctor)
    put(watched.doctor, sent, 0)

    def round_of_waiting() -> None:
        with watched.database() as cursor, ThreadPoolExecutor(12) as browsers:
            cursor.execute("BEGIN; LOCK TABLE recordings IN ACCESS EXCLUSIVE MODE")
            answers = [browsers.submit(put, watched.doctor, sent, 1 + number) for number in range(8)]
            # Not a wait for something: it is the fault.
            cursor.execute("SELECT pg_sleep(4); COMMIT")
            assert {answer.result() for answer in answers} == {200}

    watched.wait_for("ChunksSlow", "ApiSlow", meanwhile=round_of_waiting)

    watched.wait_for_end_of("ChunksSlow", "ApiSlow")
    cancel(watched.doctor, sent)


@causes("JobsLost")
def test_workers_that_vanish_in_the_middle_of_their_work(watched: Watched) -> None:
    sent = record(watched.doctor)
    killed: set[str] = set()

    def kill_one_at_work() -> None:
        with watched.database() as cursor:
            cursor.execute(
                "SELECT FROM pipelines WHERE consultation_id = %s AND state = 'running' AND stage = 'transcribe'",
                [sent.consultation_id],
            )
            is_at_work = cursor.fetchone() is not None
        # Only one that Prometheus has met: here a worker lives for seconds, where its alert thinks of an hour.
        births = {found["value"][1] for found in watched.ask('process_start_time_seconds{job="scribe-worker"}')}
        if is_at_work and births - killed:
            killed.update(births)
            watched.product.kill("scribe.cli", "worker")

    watched.wait_for("JobsLost", meanwhile=kill_one_at_work)

    assert len(killed) >= 3
    settled = {"ready", "failed"}
    wait_until(lambda: status(watched.doctor, sent) in settled, "the recording is settled", seconds=PATIENCE)
    cancel(watched.doctor, sent)
    watched.wait_for_end_of("JobsLost")

"""The queue: jobs travel on their session's transaction, and lost ones are found by the database's clock."""

from datetime import timedelta

from sqlalchemy import text

from scribe.core.ids import new_id
from scribe.jobs import make_queue, queries


def _started(session, job_id: int, *, silent_seconds: float | None) -> None:
    """Give the job to a worker that beat so long ago; None: to one that was struck off."""
    worker = None
    if silent_seconds is not None:
        worker = session.scalar(
            text(
                "INSERT INTO procrastinate_workers (last_heartbeat)"
                " VALUES (now() - make_interval(secs => :seconds)) RETURNING id"
            ),
            {"seconds": silent_seconds},
        )
    session.execute(
        text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :worker WHERE id = :id"),
        {"worker": worker, "id": job_id},
    )


def _deferred(session, **options) -> int:
    make_queue().defer(session, "a.task", **{"consultation_id": new_id(), **options})
    return session.scalar(text("SELECT max(id) FROM procrastinate_jobs"))


def test_a_job_exists_if_and_only_if_its_transaction_commits(session_factory):
    with session_factory() as session:
        session.begin()
        _deferred(session)
        session.rollback()
    with session_factory.begin() as session:
        _deferred(session)

    with session_factory() as session:
        assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1


def test_depth_and_age_count_what_is_due(session_factory):
    with session_factory.begin() as session:
        _deferred(session, delay=timedelta(hours=1))
        late, running = _deferred(session), _deferred(session)
        _started(session, running, silent_seconds=0)
        session.execute(
            text("UPDATE procrastinate_events SET at = now() - interval '90 s' WHERE job_id = :id"), {"id": late}
        )

        depth = queries.depth_and_age(session)

    assert (depth.waiting, depth.running) == (2, 1)
    assert 90 <= depth.oldest_seconds < 120


def test_an_empty_queue_has_no_depth_and_no_age(session_factory):
    with session_factory.begin() as session:
        assert queries.depth_and_age(session) == queries.QueueDepth(0, 0, 0.0)


def test_only_jobs_of_silent_or_struck_off_workers_are_lost(session_factory):
    with session_factory.begin() as session:
        waiting, beating, silent, orphaned = (_deferred(session) for _ in range(4))
        _started(session, beating, silent_seconds=5)
        _started(session, silent, silent_seconds=60)
        _started(session, orphaned, silent_seconds=None)

        assert queries.lost(session, silent_seconds=30) == [silent, orphaned]
        assert queries.take_lost(session, beating, silent_seconds=30) is None
        assert queries.take_lost(session, waiting, silent_seconds=30) is None
        assert queries.take_lost(session, silent, silent_seconds=30).task == "a.task"


def test_a_buried_job_is_lost_no_more(session_factory):
    with session_factory.begin() as session:
        job = _deferred(session)
        _started(session, job, silent_seconds=60)

        queries.bury(session, job)

        assert queries.lost(session, silent_seconds=30) == []
        assert queries.live(session, "consultation_id") == set()


def test_live_names_what_waits_and_runs(session_factory):
    with session_factory.begin() as session:
        consultation_id = new_id()
        job = _deferred(session, consultation_id=consultation_id)
        assert queries.live(session, "consultation_id") == {str(consultation_id)}
        _started(session, job, silent_seconds=0)

        assert queries.live(session, "consultation_id") == {str(consultation_id)}


def test_only_jobs_long_ended_are_forgotten(session_factory):
    with session_factory.begin() as session:
        old, recent, waiting = (_deferred(session) for _ in range(3))
        for job in (old, recent):
            _started(session, job, silent_seconds=60)
            queries.bury(session, job)
        for job in (old, waiting):
            session.execute(
                text("UPDATE procrastinate_events SET at = now() - interval '40 days' WHERE job_id = :id"), {"id": job}
            )

        queries.forget_ended(session, days=30)

        assert session.scalars(text("SELECT id FROM procrastinate_jobs ORDER BY id")).all() == [recent, waiting]

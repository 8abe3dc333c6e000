"""Faults of processes, of the proxy, and of backups: each alert fires in a real Prometheus, and clears again."""

from tests_prod.monitoring.causes import causes
from tests_prod.monitoring.recording import record
from tests_prod.monitoring.watched import Watched


@causes("Watchdog")
def test_one_alert_says_that_alerts_work(watched: Watched) -> None:
    watched.wait_for("Watchdog")


@causes("BackupMissing", "WalBehind", "BackupDrillMissing")
def test_backups_that_are_missing_old_or_untried(watched: Watched) -> None:
    watched.wait_for("BackupMissing", "BackupDrillMissing")

    watched.backed_up(full=27, audio=1, wal=0, drill=1)
    watched.wait_for_end_of("BackupDrillMissing")
    watched.wait_for("BackupMissing")
    kinds = {found["kind"] for found in watched.firing("BackupMissing")}

    watched.backed_up(full=1, audio=1, wal=0.1, drill=27)
    watched.wait_for("WalBehind", "BackupDrillMissing")
    watched.wait_for_end_of("BackupMissing")

    watched.backed_up(full=1, audio=1, wal=0, drill=1)
    watched.wait_for_end_of("WalBehind", "BackupDrillMissing", "BackupMissing")
    assert kinds == {"full"}


@causes("CertificateExpiresSoon", "CertificateExpiresNow")
def test_a_certificate_that_was_not_renewed(watched: Watched) -> None:
    watched.use_certificate(days=10)
    watched.wait_for("CertificateExpiresSoon")
    in_time = watched.firing("CertificateExpiresNow")

    watched.use_certificate(days=2)
    watched.wait_for("CertificateExpiresNow")

    watched.use_certificate(days=90)
    watched.wait_for_end_of("CertificateExpiresSoon", "CertificateExpiresNow")
    assert in_time == []


@causes("ScribeUnreachable")
def test_a_proxy_that_is_gone(watched: Watched) -> None:
    watched.programs["proxy"].stop()
    watched.wait_for("ScribeUnreachable")

    watched.programs["proxy"].start("/status")
    watched.wait_for_end_of("ScribeUnreachable")


@causes("ExporterDown", "RedisDown")
def test_an_exporter_and_a_redis_that_are_gone(watched: Watched) -> None:
    watched.redis.stop()
    watched.wait_for("RedisDown")
    watched.redis.start()
    watched.wait_for_end_of("RedisDown")

    watched.programs["redis"].stop()
    watched.wait_for("ExporterDown")
    watched.programs["redis"].start("/metrics")
    watched.wait_for_end_of("ExporterDown")


@causes("ScribeDown")
def test_a_service_that_does_not_answer(watched: Watched) -> None:
    with watched.paused("scribe.cli", "serve"):
        watched.wait_for("ScribeDown", "ScribeUnreachable")

    watched.wait_for_end_of("ScribeDown", "ScribeUnreachable")


@causes("WorkerDown", "JobsWaitTooLong")
def test_a_worker_that_does_nothing(watched: Watched) -> None:
    with watched.paused("scribe.cli", "worker"):
        record(watched.doctor)
        watched.wait_for("WorkerDown", "JobsWaitTooLong")

    watched.wait_for_end_of("WorkerDown", "JobsWaitTooLong")

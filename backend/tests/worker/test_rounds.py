"""The worker's rounds go on whatever happens in one, and tell when one last went well."""

import threading

import pytest
from prometheus_client import REGISTRY

from scribe.worker.main import _every


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the time is said to be; the figures keep it."""
    clock: list[float] = [100.0]
    monkeypatch.setattr("prometheus_client.metrics.time.time", lambda: clock[0])
    return clock


def last_went_well(name: str) -> float | None:
    return REGISTRY.get_sample_value("scribe_worker_round_timestamp_seconds", {"round": name})


def run_rounds(name: str, clock: list[float], *ends: Exception | None) -> None:
    """Run one round for each end, each a minute long, and stop in the last."""
    stopping, left = threading.Event(), list(ends)

    def act() -> None:
        clock[0] += 60
        end = left.pop(0)
        if not left:
            stopping.set()
        if end is not None:
            raise end

    _every(0, act, name, stopping).join(60)


def test_a_round_that_went_well_is_told_with_its_end(told: list[float]) -> None:
    run_rounds("well", told, None)

    assert last_went_well("well") == 160


def test_of_rounds_that_all_fail_the_worker_s_begin_is_told(told: list[float]) -> None:
    run_rounds("failing", told, RuntimeError(), RuntimeError())

    assert last_went_well("failing") == 100


def test_after_a_failure_the_next_round_is_run_and_told(told: list[float]) -> None:
    run_rounds("mended", told, RuntimeError(), None)

    assert last_went_well("mended") == 220


def test_a_failure_does_not_take_back_what_went_well(told: list[float]) -> None:
    run_rounds("ailing", told, None, RuntimeError())

    assert last_went_well("ailing") == 160

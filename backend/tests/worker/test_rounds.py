"""The worker's rounds go on whatever happens in one, and tell when one last went well."""

import threading
import time

from prometheus_client import REGISTRY

from scribe.worker.main import _every


def last_went_well(name: str) -> float | None:
    return REGISTRY.get_sample_value("scribe_worker_round_timestamp_seconds", {"round": name})


def run_rounds(name: str, *ends: Exception | None) -> None:
    """Run one round for each end, and stop in the last."""
    stopping, left = threading.Event(), list(ends)

    def act() -> None:
        end = left.pop(0)
        if not left:
            stopping.set()
        if end is not None:
            raise end

    _every(0, act, name, stopping).join(60)


def test_a_round_that_went_well_is_told_with_its_time() -> None:
    before = time.time()

    run_rounds("well", None)

    told = last_went_well("well")
    assert told is not None
    assert told >= before


def test_rounds_that_fail_are_not_taken_for_good_ones() -> None:
    run_rounds("failing", RuntimeError(), RuntimeError())

    assert last_went_well("failing") is None


def test_after_a_failure_the_next_round_is_run_and_told() -> None:
    run_rounds("mended", RuntimeError(), None)

    assert last_went_well("mended") is not None

"""Requests counted in this process."""

import pytest

from scribe.http import windows
from scribe.http.windows import Windows


class Watch:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def counted(watch: Watch) -> Windows:
    return Windows(watch)


def test_so_many_pass_in_a_window_and_the_next_one_is_told_when_to_come(counted: Windows, watch: Watch) -> None:
    passed = [counted.wait_seconds("a", 2, 60) for _ in range(2)]
    watch.now = 20.5

    assert passed == [0, 0]
    assert counted.wait_seconds("a", 2, 60) == 40
    assert counted.wait_seconds("b", 2, 60) == 0


def test_when_the_window_is_over_counting_begins_anew(counted: Windows, watch: Watch) -> None:
    for _ in range(3):
        counted.wait_seconds("a", 2, 60)

    watch.now = 60

    assert [counted.wait_seconds("a", 2, 60) for _ in range(3)] == [0, 0, 60]


def test_refused_requests_do_not_prolong_the_window(counted: Windows, watch: Watch) -> None:
    for second in range(60):
        watch.now = second
        counted.wait_seconds("a", 1, 60)

    watch.now = 60

    assert counted.wait_seconds("a", 1, 60) == 0


def test_windows_that_are_over_are_forgotten(counted: Windows, watch: Watch) -> None:
    for number in range(1000):
        counted.wait_seconds(str(number), 1, 60)

    watch.now = 61
    counted.wait_seconds("new", 1, 60)

    assert len(counted._open) == 1


def test_ever_new_callers_do_not_fill_the_memory(counted: Windows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_KEPT", 10)

    for number in range(100):
        counted.wait_seconds(str(number), 1, 60)

    assert list(counted._open) == [str(number) for number in range(90, 100)]

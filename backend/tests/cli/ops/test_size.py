"""`scribe ops size`: more needs more, what was measured comes out again, and what cannot be is refused."""

import dataclasses
import math

import pytest
from typer.testing import CliRunner, Result

from scribe.cli.main import app
from scribe.cli.ops import sizing
from scribe.cli.ops.size import vendor_dollars
from scribe.cli.ops.sizing import Clinic, Impossible
from scribe.core.settings import VendorSettings

CLINIC = Clinic(doctors=20, consultations=200)
# What `make bench-prod` printed (docs/operations/scale.md): recordings, cores of Scribe, Mbit/s that came in.
LOAD_TEST = (300, 0.78, 10.3)


def size(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["ops", "size", *arguments])


def for_hour(recordings: float) -> Clinic:
    """A clinic of which so many record at once."""
    return Clinic(doctors=math.ceil(recordings), consultations=math.ceil(recordings), minutes=60, hours=1, peak=1)


def test_the_model_gives_back_what_the_load_test_measured() -> None:
    recordings, cores, megabits = LOAD_TEST

    clinic = for_hour(recordings)

    assert clinic.recordings_at_once == recordings
    assert sizing.cores(clinic, engines=0) == pytest.approx(cores, rel=0.1)
    assert sizing.megabits_in(clinic) == pytest.approx(megabits, rel=0.05)


@pytest.mark.parametrize("more", [{"consultations": 300}, {"minutes": 20}, {"peak": 3}, {"hours": 6}])
def test_more_needs_no_less_of_anything(more: dict[str, float]) -> None:
    larger = dataclasses.replace(CLINIC, doctors=40, **more)
    smaller = dataclasses.replace(CLINIC, doctors=40)

    assert larger.recordings_at_once > smaller.recordings_at_once
    assert sizing.workers(larger, 600) >= sizing.workers(smaller, 600)
    assert sizing.cores(larger, 1) > sizing.cores(smaller, 1)
    assert sizing.disk(larger, 12).total >= sizing.disk(smaller, 12).total


def test_a_year_holds_twelve_months_of_audio_and_backups_of_thirty_days() -> None:
    month, year = sizing.disk(CLINIC, 1), sizing.disk(CLINIC, 12)

    assert year.audio == pytest.approx(12 * month.audio)
    assert year.database == pytest.approx(12 * month.database)
    assert year.audio < year.backups < 12 * month.backups


def test_who_wants_it_sooner_needs_more_workers() -> None:
    counts = [sizing.workers(CLINIC, wait) for wait in (1200, 600, 300, 200)]

    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_one_worker_is_enough_where_consultations_are_few_and_far_between() -> None:
    assert sizing.workers(Clinic(doctors=1, consultations=4), 300) == 1


def test_workers_can_bear_the_busiest_hour() -> None:
    # Erlang's C by hand: load 1.5 on 2 workers, all busy with probability 9/14.
    assert sizing._late(1.5, 2) == pytest.approx(9 / 14)
    for consultations in (20, 100, 250, 600):
        clinic = Clinic(doctors=100, consultations=consultations)
        load = clinic.ended_a_second * clinic.minutes * 60 * sizing.ENGINE_FACTOR
        assert sizing.workers(clinic, 3600) > load


def test_a_wait_that_is_shorter_than_the_work_is_refused_with_what_is_possible() -> None:
    result = size("--doctors", "20", "--consultations", "200", "--wait", "60")

    assert result.exit_code == 2
    assert "--engine assemblyai" in result.output
    possible = result.output.partition("--wait ")[2].partition(",")[0]
    assert size("--doctors", "20", "--consultations", "200", "--wait", possible).exit_code == 0


def test_more_than_doctors_can_hold_is_refused() -> None:
    with pytest.raises(Impossible, match="can hold 32"):
        Clinic(doctors=1, consultations=33)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--doctors", "0", "--consultations", "1"),
        ("--doctors", "1", "--consultations", "-1"),
        ("--doctors", "1", "--consultations", "many"),
        ("--doctors", "1", "--consultations", "1", "--days", "32"),
        ("--doctors", "1", "--consultations", "1", "--core-price", "-1"),
        ("--doctors", "1", "--consultations", "1", "--engine", "none"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: tuple[str, ...]) -> None:
    assert size(*arguments).exit_code == 2


def test_the_cloud_costs_what_the_price_settings_say() -> None:
    clinic = Clinic(doctors=1, consultations=1, minutes=60, days=10)
    prices = VendorSettings(
        assemblyai_price_universal_2=10, assemblyai_price_universal_3_5_pro=20, assemblyai_price_medical=3,
        assemblyai_price_key_terms=2, assemblyai_price_speaker_labels=1, assemblyai_price_streaming=40,
        assemblyai_price_streaming_speaker_labels=4,
    )  # fmt: skip

    # Ten hours: 10 cents each, or 20 + 6 and 40 + 9.
    assert vendor_dollars(clinic, prices) == (1.0, 7.5)


def test_the_server_is_counted_only_at_prices_that_were_given() -> None:
    wanted = ("--doctors", "20", "--consultations", "200", "--engine", "assemblyai")

    unpriced = size(*wanted)
    priced = size(*wanted, "--core-price", "10", "--memory-price", "0", "--disk-price", "0")

    assert "--core-price" in unpriced.output
    assert "20 in the first month, 20 in the twelfth" in priced.output

"""`scribe ops size`: how large a server a clinic needs, and what it costs a month."""

import math
from collections.abc import Iterator
from typing import Annotated, Literal

import typer

from scribe.accounts import costs
from scribe.cli.ops import sizing
from scribe.cli.ops.sizing import GB, Clinic, Impossible
from scribe.core.settings import VendorSettings

_YEAR = 12
_MODELS = ("universal-3-5-pro", "universal-2")


def size(
    doctors: Annotated[int, typer.Option(min=1, help="How many record.")],
    consultations: Annotated[int, typer.Option(min=1, help="How many all of them hold a day.")],
    minutes: Annotated[float, typer.Option(min=1, max=360, help="How long one is.")] = 15,
    hours: Annotated[float, typer.Option(min=1, max=24, help="Hours of a day in which they are held.")] = 8,
    days: Annotated[float, typer.Option(min=1, max=31, help="Days of a month on which they are.")] = 21,
    peak: Annotated[float, typer.Option(min=1, max=24, help="The busiest hour, in average ones.")] = 2,
    engine: Annotated[Literal["local", "assemblyai"], typer.Option(help="Where it is transcribed.")] = "local",
    wait: Annotated[float, typer.Option(min=1, help="Seconds from stop to draft, with the local engine.")] = 300,
    core_price: Annotated[float | None, typer.Option(min=0, help="What a core costs you a month.")] = None,
    memory_price: Annotated[float | None, typer.Option(min=0, help="What a GB of memory costs you a month.")] = None,
    disk_price: Annotated[float | None, typer.Option(min=0, help="What a GB of disk costs you a month.")] = None,
) -> None:
    """Say how many cores, how much memory, disk and network a clinic needs, what it costs, and what that assumes."""
    try:
        clinic = Clinic(doctors, consultations, minutes, hours, days, peak)
        engines = sizing.workers(clinic, wait) if engine == "local" else 0
    except Impossible as impossible:
        typer.echo(str(impossible), err=True)
        raise typer.Exit(2) from impossible
    prices = core_price, memory_price, disk_price
    for line in (
        *_server(clinic, engines),
        *_disk(clinic),
        *_cost(clinic, engines, prices),
        *_assumed(clinic, engines, wait),
    ):
        typer.echo(line)


def _server(clinic: Clinic, engines: int) -> Iterator[str]:
    cores = sizing.cores(clinic, engines)
    ended = clinic.ended_a_second * 3600
    yield f"In the busiest hour {clinic.recordings_at_once:.0f} record at once, and {ended:.0f} end."
    yield f"Cores       {_whole(cores)} ({cores:.2f}, of which {engines * sizing.CORES_OF_ENGINE} for the local engine)"
    yield f"Workers     {max(1, engines)}" + ("" if engines else " (they only wait; two, if one may fail)")
    yield f"Memory      {math.ceil(sizing.memory_gb(engines))} GB"
    yield f"Network     {sizing.megabits_in(clinic):.1f} Mbit/s of audio in"


def _disk(clinic: Clinic) -> Iterator[str]:
    yield ""
    yield "Disk             audio   database    backups (elsewhere)"
    for name, months in (("a month", 1), ("a year", _YEAR)):
        room = sizing.disk(clinic, months)
        yield f"after {name:<8}{_gb(room.audio)} {_gb(room.database)} {_gb(room.backups)}"


def _cost(clinic: Clinic, engines: int, prices: tuple[float | None, float | None, float | None]) -> Iterator[str]:
    yield ""
    per_core, per_memory, per_disk = prices
    if per_core is None or per_memory is None or per_disk is None:
        yield "Server      say --core-price, --memory-price and --disk-price, and it is counted"
    else:
        fixed = _whole(sizing.cores(clinic, engines)) * per_core + math.ceil(sizing.memory_gb(engines)) * per_memory
        first, last = (fixed + sizing.disk(clinic, months).total / GB * per_disk for months in (1, _YEAR))
        yield f"Server      {first:.0f} in the first month, {last:.0f} in the twelfth"
    if engines:
        yield "Cloud       nothing: all is done on this server"
    else:
        low, high = vendor_dollars(clinic, VendorSettings())
        yield f"AssemblyAI  {low:.0f} to {high:.0f} US dollars a month for {clinic.hours_of_audio:.0f} hours of audio"
        yield "            (the cheapest model alone, to the dearest with all extras and with live captions throughout)"
        yield "            a language model's tokens are not counted"


def vendor_dollars(clinic: Clinic, prices: VendorSettings) -> tuple[float, float]:
    """The least and the most that AssemblyAI's part of a month costs, by the price settings."""
    seconds = round(clinic.hours_of_audio * 3600)

    def transcripts(model: str, *, extras: bool) -> int:
        return costs.transcription(
            prices, seconds=seconds, model=model, medical=extras, key_terms=extras, speaker_labels=extras
        )

    captions = costs.captions(prices, seconds=seconds, medical=True, key_terms=True, speaker_labels=True)
    least = min(transcripts(model, extras=False) for model in _MODELS)
    most = max(transcripts(model, extras=True) for model in _MODELS) + captions
    return least / costs.MICROCENTS / 100, most / costs.MICROCENTS / 100


def _assumed(clinic: Clinic, engines: int, wait: float) -> Iterator[str]:
    yield f"\nAssumed: {clinic.minutes:g} min each, {clinic.days:g} days of {clinic.hours:g} hours a month;"
    yield f"  the busiest hour is {clinic.peak:g} average ones"
    if engines:
        yield f"  a worker of {sizing.CORES_OF_ENGINE} cores takes {sizing.ENGINE_FACTOR:.2f} s for a second of audio"
        yield f"  of 20 drafts 19 are there {wait:g} s after the stop; live captions are not counted"
    yield f"  a recording takes {sizing.CORES_OF_RECORDING} cores and {sizing.AUDIO_BYTES * 8 / 1000:.0f} kbit/s"
    yield f"  nothing is deleted but backups after {sizing.DAYS_KEPT} days"
    yield "  measured on 2 cores (docs/operations/scale.md); measure yours: make bench, make bench-prod"


def _whole(cores: float) -> int:
    """No server has fewer than two."""
    return max(2, math.ceil(cores))


def _gb(size: float) -> str:
    return f"{size / GB:7.1f} GB"

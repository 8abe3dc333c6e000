"""The way of a job from its submit to its end."""

import asyncio
import traceback
from datetime import UTC, datetime

from tests.emulators.assemblyai.hearing.heard import Heard, NotHeard
from tests.emulators.assemblyai.prerecorded import results, webhooks
from tests.emulators.assemblyai.prerecorded.jobs import Job
from tests.emulators.assemblyai.world import World

_NOT_FOUND = (
    "Download error, unable to download {}. Please make sure the file exists and is accessible from the internet."
)
_NO_SPEECH = "language_detection cannot be performed on files with no spoken audio."
_LITTLE_SPEECH = "Audio speech threshold {:.4f} is below the requested speech threshold value {}"


def admit(world: World, job: Job) -> None:
    """What a submit is told: usually "processing", "queued" where there is no room."""
    is_full = world.slots_of(job.key).locked()
    if is_full or job.life.queued_polls:
        job.status, job.throttled = "queued", is_full or job.life.throttled


async def run(world: World, job: Job) -> None:
    """Queue, hear, end, and tell the webhook."""
    slots = world.slots_of(job.key)
    if job.life.queued_polls:
        await _polled(job, job.life.queued_polls)
    async with slots:
        job.status, job.throttled = "processing", False
        await _work(world, job)
    job.done.set()
    await webhooks.tell(world, job)
    job.told.set()
    job.over.set()


async def _work(world: World, job: Job) -> None:
    try:
        heard = await _hear(world, job)
        job.heard, result = heard, results.completed(job, heard)
    except NotHeard as error:
        job.error = str(error)
    except (LookupError, TypeError, ValueError) as error:
        job.error = f"the emulator's script does not fit this transcript: {error!r}"
    except Exception as error:  # noqa: BLE001  # a job that nobody ends would keep its client waiting for ever
        traceback.print_exc()
        job.error = f"the emulator broke: {error!r}"
    if job.life.takes_s:
        await asyncio.sleep(job.life.takes_s)
    await _polled(job, job.life.queued_polls + job.life.processing_polls)
    if job.life.forever:
        await job.released.wait()
    job.completed = datetime.now(UTC)
    if job.error is None and job.life.error is None:
        job.result, job.status = result, "completed"
    else:
        job.error, job.status = job.life.error or job.error, "error"


async def _hear(world: World, job: Job) -> Heard:
    asked, upload = job.request, job.upload
    if upload is None or upload.is_deleted:
        # Nothing is ever fetched from outside.
        raise NotHeard(_NOT_FOUND.format(asked["audio_url"]))
    language = (asked.get("language_code") or "en_us").split("_")[0]
    try:
        heard = await world.ears.file(upload.path, upload.sha256, language)
    except FileNotFoundError as error:
        # Deleted since.
        raise NotHeard(_NOT_FOUND.format(asked["audio_url"])) from error
    if asked.get("language_detection") and not heard.words:
        raise NotHeard(_NO_SPEECH)
    least = asked.get("speech_threshold")
    share = sum(word.end - word.start for word in heard.words) / max(1, heard.duration_ms)
    if least is not None and share < least:
        raise NotHeard(_LITTLE_SPEECH.format(share, least))
    return heard


async def _polled(job: Job, times: int) -> None:
    """Wait until so many GETs have come, or a hand releases the job."""
    while job.polls < times and not job.released.is_set():
        job.polled.clear()
        await job.polled.wait()

"""From sound that comes in to turns that are said: by a reference, or by hearing each stretch between pauses."""

import asyncio
import hashlib
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from tests.emulators.assemblyai.hearing.ears import Ears
from tests.emulators.assemblyai.hearing.heard import Heard, NotHeard, Word
from tests.emulators.assemblyai.hearing.references import References
from tests.emulators.assemblyai.hearing.sound import RATE, Samples
from tests.emulators.assemblyai.streaming.params import Params

# The words of the turn that is being said, and whether it has ended.
Say = Callable[[list[Word], bool], Awaitable[None]]
_LOUD, _FRAME = 0.006, 320
_PARTIAL_MS, _LONGEST_MS, _BEFORE_MS, _BETWEEN_WORDS_MS = 1_500, 20_000, 200, 60


class Listening(Protocol):
    """Is fed samples, and says what it hears."""

    async def feed(self, samples: Samples) -> None:
        """More sound."""
        ...

    async def endpoint(self) -> None:
        """The turn ends here, whatever follows."""
        ...

    async def catch_up(self) -> None:
        """Return when the turns that have ended are said."""
        ...

    async def finish(self) -> None:
        """There is no more: all that was heard is said when this returns."""
        ...

    def stop(self) -> None:
        """Nobody listens to what would be said."""
        ...


class ByReference:
    """Says the words of a reference when the sound has come as far as each."""

    def __init__(self, heard: Heard, params: Params, say: Say) -> None:
        self._turns, self._params, self._say = list(heard.turns()), params, say
        # How far the sound is; which turn is being said, its words that are in earlier frames, and in the last partial.
        self._at_ms, self._said, self._count, self._partial = 0.0, 0, 0, 0

    async def feed(self, samples: Samples) -> None:
        """The time of the sound is what matters, not what it is."""
        self._at_ms += len(samples) * 1000 / RATE
        while self._said < len(self._turns):
            turn = self._turns[self._said]
            heard = [word for word in turn[self._count :] if word.end <= self._at_ms]
            if not heard:
                return
            ends = heard[-1] is turn[-1] and self._at_ms >= turn[-1].end + self._params.min_turn_silence
            if not ends and len(heard) == self._partial:
                return
            await self._tell(heard, ends=ends)

    async def endpoint(self) -> None:
        """What was heard of the turn is a turn."""
        if self._said < len(self._turns):
            turn = self._turns[self._said]
            heard = [word for word in turn[self._count :] if word.end <= self._at_ms]
            if heard:
                await self._tell(heard, ends=True)

    async def catch_up(self) -> None:
        """It never lags."""

    async def finish(self) -> None:
        """The last turn ends with the sound, and turns that the sound has passed are all said."""
        while self._said < len(self._turns):
            before = (self._said, self._count)
            await self.endpoint()
            if before == (self._said, self._count):
                return

    def stop(self) -> None:
        """Nothing runs."""

    async def _tell(self, heard: list[Word], *, ends: bool) -> None:
        if ends:
            self._count, self._partial = self._count + len(heard), 0
            if self._count == len(self._turns[self._said]):
                self._said, self._count = self._said + 1, 0
        else:
            self._partial = len(heard)
        await self._say(heard, ends)


class ByEar:
    """Hears stretches of sound between pauses, one after the other, while more comes in."""

    def __init__(self, ears: Ears, params: Params, say: Say) -> None:
        self._ears, self._params, self._say = ears, params, say
        self._sound, self._start = np.zeros(0, np.float32), 0
        self._speech, self._quiet, self._tried = False, 0, 0
        self._waiting: asyncio.Queue[tuple[Samples, int, bool]] = asyncio.Queue()
        self._worker = asyncio.create_task(self._work())

    async def feed(self, samples: Samples) -> None:
        """Look for where speech begins and ends."""
        self._sound = np.concatenate([self._sound, samples])
        frames = len(samples) // _FRAME or 1
        for part in np.array_split(samples, frames):
            if part.size and float(np.sqrt(np.mean(part**2))) > _LOUD:
                self._speech, self._quiet = True, 0
            else:
                self._quiet += len(part)
        if not self._speech:
            self._forget(keep=_BEFORE_MS)
        elif self._ms(self._quiet) >= self._pause_ms():
            self._hand_over(ends=True)
        elif self._ms(len(self._sound) - self._tried) >= _PARTIAL_MS and self._waiting.empty():
            self._hand_over(ends=False)

    async def endpoint(self) -> None:
        """The stretch ends here."""
        if self._speech:
            self._hand_over(ends=True)

    async def catch_up(self) -> None:
        """Hear what was handed over."""
        await self._waiting.join()

    async def finish(self) -> None:
        """Hear the rest."""
        await self.endpoint()
        await self.catch_up()

    def stop(self) -> None:
        """Hear no more."""
        self._worker.cancel()

    def _pause_ms(self) -> int:
        """The silence that ends a stretch: a short one where it is long, and none where it is too long."""
        length = self._ms(len(self._sound))
        if length >= 2 * _LONGEST_MS:
            return 0
        return _BETWEEN_WORDS_MS if length >= _LONGEST_MS else self._params.min_turn_silence

    def _hand_over(self, *, ends: bool) -> None:
        self._waiting.put_nowait((self._sound, self._start, ends))
        self._tried = len(self._sound)
        if ends:
            self._forget(keep=0)
            self._speech = False

    def _forget(self, keep: int) -> None:
        gone = max(0, len(self._sound) - keep * RATE // 1000)
        self._sound, self._start, self._tried, self._quiet = self._sound[gone:], self._start + gone, 0, 0

    async def _work(self) -> None:
        while True:
            samples, start, ends = await self._waiting.get()
            try:
                await self._hear(samples, self._ms(start), ends=ends)
            except (NotHeard, ConnectionError):
                # Nothing to say, or nobody to say it to.
                pass
            except Exception:  # noqa: BLE001  # a stretch that nobody ends would keep the session open for ever
                traceback.print_exc()
            finally:
                self._waiting.task_done()

    async def _hear(self, samples: Samples, start_ms: int, *, ends: bool) -> None:
        heard = await self._ears.piece(samples, self._params.language)
        turns = [
            [replace(word, start=word.start + start_ms, end=word.end + start_ms) for word in turn]
            for turn in heard.turns()
        ]
        if ends:
            for turn in turns:
                await self._say(turn, True)
        elif turns:
            await self._say(turns[0], False)

    @staticmethod
    def _ms(samples: int) -> int:
        return samples * 1000 // RATE


class Undecided:
    """Holds the sound back until its first bytes have shown which reference it is, if any."""

    def __init__(self, references: References, choose: Callable[[Heard | None], Listening]) -> None:
        self._prefixes, self._choose = list(references.by_prefix), choose
        self._received, self._held = b"", list[Samples]()
        self._chosen: Listening | None = None

    def received(self, data: bytes) -> None:
        """Raw bytes, before they are decoded."""
        if self._chosen is not None:
            return
        self._received += data
        for count, digest, heard in self._prefixes:
            if len(self._received) >= count and hashlib.sha256(self._received[:count]).hexdigest() == digest:
                self._chosen = self._choose(heard)
                return
        if len(self._received) >= max(count for count, _, _ in self._prefixes):
            self._chosen = self._choose(None)

    async def feed(self, samples: Samples) -> None:
        """On to the one that was chosen."""
        self._held.append(samples)
        if self._chosen is not None:
            held, self._held = self._held, []
            for part in held:
                await self._chosen.feed(part)

    async def endpoint(self) -> None:
        """As the chosen one does."""
        if self._chosen is not None:
            await self._chosen.endpoint()

    async def catch_up(self) -> None:
        """As the chosen one does."""
        if self._chosen is not None:
            await self._chosen.catch_up()

    async def finish(self) -> None:
        """Too short to tell: no reference."""
        self._chosen = self._chosen or self._choose(None)
        await self.feed(np.zeros(0, np.float32))
        await self._chosen.finish()

    def stop(self) -> None:
        """As the chosen one does."""
        if self._chosen is not None:
            self._chosen.stop()

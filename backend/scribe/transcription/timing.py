"""How long is waited for a vendor."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

# Jobs that failed together must not all come again together.
_JITTER = 0.2
_chance = random.SystemRandom()


@dataclass(frozen=True)
class Timing:
    """All in seconds."""

    # Between looks at what the vendor works on. With a webhook they only make up for one that was lost.
    looks: Sequence[float] = (30, 60, 120, 300, 600)
    looks_without_webhook: Sequence[float] = (2, 2, 3, 4, 5, 10, 15, 30, 60, 120)
    # A vendor that says that it works is given this long, or as long as the recording is; while it says "queued", more.
    least_deadline: float = 900
    queued_deadline: float = 6 * 3600
    # After a call that was never answered: how soon to look for what became of it, and for how long.
    uncertain: float = 5
    uncertain_for: float = 45
    # Between tries while the vendor does not answer, and when that has gone on for too long to be called waiting.
    outage: Sequence[float] = (5, 10, 20, 40, 80, 160, 300)
    gives_up: float = 24 * 3600
    # Between tries while an admin has to act: the key, the account's money, the clinic's budget.
    refused: float = 300
    # Before a recording is sent anew.
    anew: float = 3
    # Submissions of one recording, before a doctor is asked to retry.
    attempts: int = 3
    # Between tries to delete, and when what never ends is deleted all the same.
    deletion: Sequence[float] = (5, 30, 60, 300, 900, 3600)
    unended: float = 12 * 3600
    # A late transcript is kept so long for a doctor's Retry.
    kept: float = 24 * 3600


def delay(steps: Sequence[float], number: int) -> timedelta:
    """The wait after so many, the last for all that follow."""
    return jittered(steps[min(number, len(steps) - 1)])


def jittered(seconds: float) -> timedelta:
    """So long, or a little longer."""
    return timedelta(seconds=seconds * (1 + _JITTER * _chance.random()))

"""How many guesses a password stands, by zxcvbn: its dictionaries, rows of keys, repeats and dates.

Its words are English; a saying in another language counts as if its letters were random.
"""

import re
from collections.abc import Iterable
from threading import Lock

from zxcvbn import zxcvbn

# Four random words of the 2,000 most common are about as many. Thirty years at the 10,000 guesses a second that zxcvbn
# reckons with for a hash that is slow on purpose.
ENOUGH_GUESSES = 10**13
# What a good password needs, it has by here. Of 64 characters that could all stand for letters (4@8) the reckoning
# takes seconds; of these half a second at the worst, and otherwise milliseconds.
_LOOKED_AT = 32
# What everybody knows of this service, and the one passphrase that everybody has read of.
_SERVICE = ("scribe", "medical transcription", "clinic", "consultation")
_FAMOUS = "correcthorsebatterystaple"
# Each blank counts as a guess of its own, so that the same saying with blanks would be the better one.
_BETWEEN_WORDS = re.compile(r"(?<=[^\W\d_])[\s._-]+(?=[^\W\d_])")
# The library keeps the names of a call in a global of its own.
_one_at_a_time = Lock()


def is_guessable(password: str, personal: Iterable[str]) -> bool:
    """Whether fewer than `ENOUGH_GUESSES` find it; `personal` are names that a guesser would try first."""
    tried_first = [form for name in (*personal, *_SERVICE) for form in _forms(name)]
    joined = _BETWEEN_WORDS.sub("", password)[:_LOOKED_AT]
    with _one_at_a_time:
        found = zxcvbn(joined, user_inputs=[*tried_first, _FAMOUS])
    return bool(found["guesses"] < ENOUGH_GUESSES)


def _forms(name: str) -> Iterable[str]:
    """A name in one word, and each of its words."""
    yield re.sub(r"[\W_]", "", name.casefold())
    yield from re.findall(r"\w{3,}", name.casefold())

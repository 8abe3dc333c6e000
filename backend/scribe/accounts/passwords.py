"""Passwords by NIST SP 800-63B-4: long, not guessable, and otherwise the user's own choice."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scribe.accounts.errors import PasswordGuessable, PasswordTooLong, PasswordTooShort

# The only factor, so 15 at least (3.1.1.2); the upper bound keeps hashing cheap.
MINIMUM, MAXIMUM = 15, 256

# RFC 9106's second recommended profile: argon2id, 64 MiB, 3 passes.
hasher = PasswordHasher()
# Verified where there is no user, so that an unknown address takes as long as a wrong password. Of random bytes.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$OD/7ZTTY9zdZ37F1m3MTOw$kV5gr6muVN8S4liK4JfMgEa0HPYj9DWCNTi+/ywYjWc"
# 64 MiB each: a burst of sign-ins must not take the machine's memory.
_slots = BoundedSemaphore(4)

_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm")
_LOOK_ALIKES = str.maketrans("@4301!5$7", "aaeoiisst")
# After all that is easily guessed is taken away, so much must be left.
_LEFT_OVER = 6


def hashed(password: str) -> str:
    """The password as it is stored."""
    with _slots:
        return hasher.hash(_normal(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one. Does the same work where nothing is stored."""
    with _slots:
        try:
            hasher.verify(stored or NOBODYS, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return hasher.check_needs_rehash(stored)


def refuse_weak(password: str, *, personal: Iterable[str]) -> None:
    """Raise if a new password is too short, too long, or made of common, personal or repeated parts only.

    `personal` are names that a guesser would try first: the user's, the clinic's, the address's.
    """
    password = _normal(password)
    if len(password) < MINIMUM:
        raise PasswordTooShort(minimum=MINIMUM)
    if len(password) > MAXIMUM:
        raise PasswordTooLong(maximum=MAXIMUM)
    words = {word for text in personal for word in re.findall(r"\w{3,}", text.casefold())}
    rest = _without_words(_without_patterns(_letters(password.casefold())), words)
    rest = _without_words(rest.translate(_LOOK_ALIKES), words)
    if len(rest) < _LEFT_OVER or len(set(rest)) < _LEFT_OVER - 2:
        raise PasswordGuessable


def _normal(password: str) -> str:
    # The same password typed on another keyboard may come in another Unicode form.
    return unicodedata.normalize("NFKC", password)


def _letters(text: str) -> str:
    return re.sub(r"[^\w@!$]|_", "", text)


def _without_patterns(text: str) -> str:
    """Without repeats (abcabcabc) and runs along the alphabet, the digits or a keyboard row."""
    text = re.sub(r"(.{1,8}?)\1{2,}", r"\1", text)
    for row in _ROWS:
        for line in (row, row[::-1]):
            for length in range(len(line), 3, -1):
                for start in range(len(line) - length + 1):
                    text = text.replace(line[start : start + length], "")
    return text


def _without_words(text: str, words: set[str]) -> str:
    for word in sorted(words | _common_words(), key=len, reverse=True):
        text = text.replace(word, "")
    return text


@cache
def _common_words() -> frozenset[str]:
    lines = Path(__file__).with_name("common_words.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#")) | {"scribe"}

"""Passwords by NIST SP 800-63B-4: long, not guessable, and otherwise the user's own choice."""

import unicodedata
from collections.abc import Iterable
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scribe.accounts.errors import PasswordGuessable, PasswordTooLong, PasswordTooShort
from scribe.accounts.guessing import is_guessable

# The only factor, so 15 at least (3.1.1.2); the upper bound keeps hashing cheap.
MINIMUM, MAXIMUM = 15, 256

# RFC 9106's second recommended profile: argon2id, 64 MiB, 3 passes.
hasher = PasswordHasher()
# Verified where there is no user, so that an unknown address takes as long as a wrong password. Of random bytes.
NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$OD/7ZTTY9zdZ37F1m3MTOw$kV5gr6muVN8S4liK4JfMgEa0HPYj9DWCNTi+/ywYjWc"
# 64 MiB each: a burst of sign-ins must not take the machine's memory.
_slots = BoundedSemaphore(4)


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
    """Raise if a new password is too short, too long, or found by too few guesses.

    `personal` are names that a guesser would try first: the user's, the clinic's, the address's.
    """
    password = _normal(password)
    if len(password) < MINIMUM:
        raise PasswordTooShort(minimum=MINIMUM)
    if len(password) > MAXIMUM:
        raise PasswordTooLong(maximum=MAXIMUM)
    if is_guessable(password, personal):
        raise PasswordGuessable


def _normal(password: str) -> str:
    # The same password typed on another keyboard may come in another Unicode form.
    return unicodedata.normalize("NFKC", password)

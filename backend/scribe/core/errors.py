"""One family of errors: each has a stable `code` that the SPA switches on, and words for its user."""

from typing import Any, ClassVar


class ScribeError(Exception):
    """What a user is told when something cannot be done.

    `message` says in plain words what happened and what to do next; it never holds patient data.
    `details` are machine-readable facts for the client (numbers, ids, field names).
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    message: ClassVar[str] = "Something went wrong on our side. Nothing you recorded is lost. Try again."

    def __init__(self, message: str | None = None, **details: Any) -> None:
        self.text = message or self.message
        self.details = details
        super().__init__(self.text)


class Invalid(ScribeError):
    """The request cannot be understood or breaks a rule of the field."""

    status, code, message = 422, "invalid", "Some of what was sent is not valid."


class Unstorable(Invalid):
    """A text holds what PostgreSQL keeps in no text."""

    code, message = "unstorable_text", "The text holds a character that cannot be stored (NUL). Remove it."


class Unauthenticated(ScribeError):
    """Nobody is signed in."""

    status, code, message = 401, "not_signed_in", "Sign in to continue."


class Forbidden(ScribeError):
    """The signed-in user's role does not allow this."""

    status, code, message = 403, "not_allowed", "Your role does not allow this."


class NotFound(ScribeError):
    """Missing, or somebody else's: the answer is the same, byte for byte."""

    status, code, message = 404, "not_found", "There is nothing here, or it is not yours to see."


class Conflict(ScribeError):
    """The thing is in a state in which this cannot be done."""

    status, code, message = 409, "conflict", "This cannot be done in the current state."


class Stale(ScribeError):
    """The client's copy is older than the server's (If-Match)."""

    status, code, message = 412, "stale", "Someone changed this in the meantime. Compare both versions."


class TooLarge(ScribeError):
    """More bytes than the limit allows."""

    status, code, message = 413, "too_large", "This is larger than the limit."


class UnsupportedMedia(ScribeError):
    """Bytes of a kind that Scribe does not take."""

    status, code, message = 415, "unsupported_media", "This kind of file is not supported."


class Busy(ScribeError):
    """More is asked than can be answered.

    Not a 503: nginx would take that for a backend that is broken, and send it nothing for a while, not even chunks.
    """

    status, code, message = 429, "busy", "Scribe is very busy. Recordings go on. Try again in a moment."

    def __init__(self) -> None:
        super().__init__(retry_after=2)


class Unavailable(ScribeError):
    """Something that Scribe depends on does not answer."""

    status, code, message = 503, "unavailable", "A part of Scribe is not answering. Try again in a moment."

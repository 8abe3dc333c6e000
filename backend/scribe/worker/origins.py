"""Where an error came from, for the log: kinds and lines, never its message, which may hold what a patient said."""

import traceback

_FRAMES = 8


def origin(error: BaseException) -> dict[str, object]:
    """The error's kind, its cause's kind, and the innermost lines of code it passed through."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    cause = error.__cause__ or error.__context__
    return {
        "error": type(error).__name__,
        "cause": type(cause).__name__ if cause else None,
        "lines": [f"{frame.filename.rpartition('/scribe/')[2]}:{frame.lineno}" for frame in frames],
    }

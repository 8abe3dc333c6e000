"""JSON logs: a constant event name and ids. Never a name, a word of a note, an address with a token."""

import logging
import logging.handlers
import sys
import traceback
from typing import Any

import structlog

from scribe.core.request_context import request_id
from scribe.core.settings import LogSettings

ROTATE_BYTES, KEPT_FILES = 10 * 1024**2, 5
# The innermost ones tell what happened.
_FRAMES = 10
# Their lines hold addresses as requested, or what our own request log says better.
_SILENT = (
    *("uvicorn.access", "asyncio", "httpx", "httpx2", "httpcore", "httpcore2", "openai", "botocore", "urllib3"),
    "faster_whisper",
)


def configure(settings: LogSettings) -> None:
    """Send all logs of this process to stdout and, where LOG_FILE is set, to a rotating file."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_the_request,
        _frames_only,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if settings.log_format == "console" else structlog.processors.JSONRenderer()
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
    )
    root = logging.getLogger()
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in _handlers(settings):
        handler.setFormatter(formatter)
        root.addHandler(handler)
    root.setLevel(settings.log_level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.WARNING)


def frames(error: BaseException) -> list[str]:
    """Where an error came from, without its text: the text may quote what a user typed."""
    found = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return [f"{frame.filename.rpartition('/backend/')[2]}:{frame.lineno} {frame.name}" for frame in found]


def _handlers(settings: LogSettings) -> list[logging.Handler]:
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stdout)]
    if settings.log_file is not None:
        settings.log_file.parent.mkdir(parents=True, exist_ok=True)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                settings.log_file, maxBytes=ROTATE_BYTES, backupCount=KEPT_FILES, encoding="utf-8"
            )
        )
    return handlers


def _name_the_request(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    line.setdefault("request_id", request_id.get())
    return line


def _frames_only(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Turn an exception into its type and its frames."""
    raised = line.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()
    error = raised[1] if isinstance(raised, tuple) else raised
    if isinstance(error, BaseException):
        line["error"], line["frames"] = type(error).__name__, frames(error)
    return line

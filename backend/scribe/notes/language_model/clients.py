"""One client for each endpoint, made when it is first needed and closed with its process."""

import threading
from collections.abc import Callable

from scribe.notes.language_model.base import Endpoint, LanguageModel


def connect(endpoint: Endpoint) -> LanguageModel:
    """A client of its own for an endpoint."""
    # Imported here: the official client takes seconds, which a clinic without a language model does not spend.
    from scribe.notes.language_model.openai import OpenAiLanguageModel  # noqa: PLC0415

    return OpenAiLanguageModel(endpoint)


class LanguageModels:
    """The clients of a process."""

    def __init__(self, make: Callable[[Endpoint], LanguageModel] = connect) -> None:
        self._make, self._lock = make, threading.Lock()
        self._made: dict[Endpoint, LanguageModel] = {}

    def at(self, endpoint: Endpoint) -> LanguageModel:
        """The client of an endpoint."""
        with self._lock:
            if endpoint not in self._made:
                self._made[endpoint] = self._make(endpoint)
            return self._made[endpoint]

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            for made in self._made.values():
                made.close()
            self._made.clear()

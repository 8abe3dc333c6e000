"""A model that answers what it was told to: for tests, and for trying screens without one."""

from collections.abc import Callable
from typing import Any

from scribe.notes.language_model.base import Completion, LanguageModelFailed

Reply = dict[str, Any] | LanguageModelFailed


class FakeLanguageModel:
    """Gives `reply(system, user)` as its answer, and remembers in `asked` what it was sent."""

    def __init__(self, reply: Callable[[str, str], Reply], name: str = "fake-model") -> None:
        self.name, self._reply = name, reply
        self.asked: list[tuple[str, str]] = []
        self.closed = False

    def complete(self, *, system: str, user: str, schema: dict[str, Any], max_tokens: int) -> Completion:
        """The scripted answer, or the scripted failure. A word counts as a token."""
        self.asked.append((system, user))
        reply = self._reply(system, user)
        if isinstance(reply, LanguageModelFailed):
            raise reply
        if any(key not in reply for key in schema.get("required", ())):
            raise LanguageModelFailed("llm_bad_answer", "The scripted answer does not fit what was asked for.")
        return Completion(reply, len(user.split()), min(max_tokens, len(str(reply).split())), self.name)

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

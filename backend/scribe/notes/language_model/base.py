"""The seam to a language model: two texts in, one JSON object out. No tools, no memory, nothing else."""

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from pydantic import SecretStr


@dataclass(frozen=True)
class Endpoint:
    """Where a model is asked, and how. Equal endpoints share a client."""

    base_url: str
    model: str
    api_key: SecretStr = field(default=SecretStr(""), repr=False)
    # `raw` sends the key alone, as AssemblyAI's gateway wants it.
    auth: Literal["bearer", "raw"] = "bearer"
    # Asks AssemblyAI's gateway to keep nothing.
    zero_data_retention: bool = False
    # For each try; an answer that drips in slower ends there too.
    timeout_seconds: float = 60


@dataclass(frozen=True)
class Completion:
    """What a model answered, and what it cost."""

    answer: dict[str, Any]
    input_tokens: int
    output_tokens: int
    # As the endpoint names it.
    model: str


class LanguageModelFailed(Exception):
    """No answer that can be used. `message` is for the doctor or the admin: it holds no word of what was asked.

    Even a useless answer may have cost tokens.
    """

    def __init__(
        self, code: str, message: str, *, retryable: bool = False, input_tokens: int = 0, output_tokens: int = 0
    ) -> None:
        self.code, self.message, self.retryable = code, message, retryable
        self.input_tokens, self.output_tokens = input_tokens, output_tokens
        super().__init__(message)


class LanguageModel(Protocol):
    """One model at one endpoint; may be called from several threads at once."""

    name: str

    def complete(self, *, system: str, user: str, schema: dict[str, Any], max_tokens: int) -> Completion:
        """One JSON object with at least the schema's required keys, or `LanguageModelFailed`.

        `user` is data; the model gets no tools. The caller checks what is inside the object.
        """
        ...

    def close(self) -> None:
        """Close its connections."""
        ...

"""Models behind any OpenAI-compatible endpoint. The one file that imports the official client.

The client's own habits are kept down: it follows no redirect, tells nothing of this machine, takes no header from the
environment, and its errors (which hold requests and answers) end here.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import httpx2
import openai

from scribe.notes.language_model import failures
from scribe.notes.language_model.base import Completion, Endpoint, LanguageModelFailed
from scribe.notes.language_model.reading import find_object

# Tries after the first, by the client itself: busy, failing, silent or unreachable endpoints.
_RETRIES = 2
# An endpoint that asks for a longer pause is not waited for.
_LONGEST_PAUSE_SECONDS = 20.0
# Nobody there is known sooner than a slow answer is.
_CONNECT_SECONDS = 5.0
_MOST_BYTES = 4 * 1024**2
_SENT_HEADERS = frozenset(
    "host authorization content-type content-length accept accept-encoding connection user-agent".split()
)
_Form = Literal["json_schema", "json_object", "text"]
_SIMPLER: dict[_Form, _Form] = {"json_schema": "json_object", "json_object": "text"}


class OpenAiLanguageModel:
    """One model at one endpoint."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.name = endpoint.model
        self._endpoint = endpoint
        self._dialect = _Dialect()
        self._client = _client(endpoint)

    def complete(self, *, system: str, user: str, schema: dict[str, Any], max_tokens: int) -> Completion:
        """One JSON object with at least the schema's required keys, or `LanguageModelFailed`."""
        dialect = self._dialect
        asked = _Asked(f"{system}\n\n{_in_words(schema)}", user, schema, max_tokens)
        while True:
            outcome = self._ask(asked, dialect)
            if isinstance(outcome, Completion):
                # What was learned spares every later call the refusals.
                self._dialect = dialect
                return outcome
            # Raised here, outside of any handler: no request or answer hangs on as its context.
            if isinstance(outcome, LanguageModelFailed):
                raise outcome
            dialect = outcome

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _ask(self, asked: "_Asked", dialect: "_Dialect") -> "Completion | LanguageModelFailed | _Dialect":
        try:
            answer = self._client.chat.completions.create(
                model=self._endpoint.model,
                messages=[{"role": "system", "content": asked.system}, {"role": "user", "content": asked.user}],
                extra_body={"zero_data_retention": True} if self._endpoint.zero_data_retention else None,
                **dialect.options(asked),
            )
        except openai.APIStatusError as error:
            body = json.dumps(error.body, default=str).lower()
            code = failures.code_of_status(error.status_code, body)
            refused = code == "llm_request_refused"
            return (dialect.after(body) if refused else None) or failures.named(code)
        except openai.APITimeoutError as error:
            nobody = isinstance(error.__cause__, httpx2.ConnectTimeout)
            return failures.named("llm_unreachable" if nobody else "llm_timeout")
        except openai.APIConnectionError:
            return failures.named("llm_unreachable")
        except (openai.OpenAIError, ValueError):
            return failures.named("llm_bad_answer")
        return _read(answer, asked.schema, self.name)


@dataclass(frozen=True)
class _Asked:
    system: str
    user: str
    schema: dict[str, Any]
    max_tokens: int


@dataclass(frozen=True)
class _Dialect:
    """How an endpoint lets itself be asked; learned from what it refuses."""

    form: _Form = "json_schema"
    limit: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    has_temperature: bool = True

    def after(self, refusal: str) -> "_Dialect | None":
        """What to try next; None where nothing is left."""
        if self.limit == "max_tokens" and "max_completion_tokens" in refusal:
            return replace(self, limit="max_completion_tokens")
        if self.has_temperature and "temperature" in refusal:
            return replace(self, has_temperature=False)
        return replace(self, form=_SIMPLER[self.form]) if self.form in _SIMPLER else None

    def options(self, asked: _Asked) -> dict[str, Any]:
        """The request's fields that depend on it."""
        form: dict[str, Any] = {"type": self.form}
        if self.form == "json_schema":
            form["json_schema"] = {"name": "answer", "strict": True, "schema": asked.schema}
        return {
            self.limit: asked.max_tokens,
            **({"temperature": 0} if self.has_temperature else {}),
            **({} if self.form == "text" else {"response_format": form}),
        }


def _in_words(schema: dict[str, Any]) -> str:
    # Also where the endpoint takes the schema itself: some take it and pay it no heed.
    return f"Answer with one JSON object that fits this JSON Schema, and nothing else:\n{json.dumps(schema)}"


def _read(answer: object, schema: dict[str, Any], model: str) -> Completion | LanguageModelFailed:
    # The client fills its classes without looking: an endpoint may have put anything anywhere.
    usage = getattr(answer, "usage", None)
    spent = {
        "input_tokens": _count(usage, "prompt_tokens", "input_tokens"),
        "output_tokens": _count(usage, "completion_tokens", "output_tokens"),
    }
    choices = getattr(answer, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message, finish = getattr(choice, "message", None), getattr(choice, "finish_reason", None)
    if finish == "length":
        return failures.named("llm_truncated", **spent)
    if getattr(message, "refusal", None) or finish == "content_filter":
        return failures.named("llm_refused", **spent)
    text = getattr(message, "content", None)
    found = find_object(text, schema.get("required", ())) if isinstance(text, str) else None
    if found is None:
        return failures.named("llm_bad_answer", **spent)
    named = getattr(answer, "model", None)
    return Completion(answer=found, model=named if isinstance(named, str) else model, **spent)


def _count(usage: object, *names: str) -> int:
    """Tokens, by the first of these names that has a number."""
    found = (getattr(usage, name, None) for name in names)
    return next((max(0, value) for value in found if isinstance(value, int)), 0)


def _client(endpoint: Endpoint) -> openai.OpenAI:
    # A server of one's own may want no key; the client wants one.
    key = endpoint.api_key.get_secret_value() or "none"
    timeout = httpx2.Timeout(endpoint.timeout_seconds, connect=min(_CONNECT_SECONDS, endpoint.timeout_seconds))
    return openai.OpenAI(
        base_url=endpoint.base_url,
        api_key=key,
        default_headers={"Authorization": key} if endpoint.auth == "raw" else None,
        max_retries=_RETRIES,
        timeout=timeout,
        http_client=httpx2.Client(
            follow_redirects=False,
            timeout=timeout,
            event_hooks={"request": [_say_only_what_is_needed], "response": [_bounded(endpoint.timeout_seconds)]},
        ),
    )


def _say_only_what_is_needed(request: httpx2.Request) -> None:
    for name in list(request.headers):
        if name.lower() not in _SENT_HEADERS:
            del request.headers[name]
    request.headers["User-Agent"] = "scribe"


def _bounded(seconds: float) -> Callable[[httpx2.Response], None]:
    """Keep an answer from dripping in for ever, from growing without end, and from asking for long pauses."""

    def bound(response: httpx2.Response) -> None:
        if _pause(response.headers.get("retry-after", "")) > _LONGEST_PAUSE_SECONDS:
            response.headers["x-should-retry"] = "false"
        if isinstance(response.stream, httpx2.SyncByteStream):
            response.stream = _Bounded(response.stream, time.monotonic() + seconds, response.request)

    return bound


def _pause(retry_after: str) -> float:
    try:
        return float(retry_after)
    except ValueError:
        # A date, or nothing: the client's own pauses are short.
        return 0.0


class _Bounded(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, deadline: float, request: httpx2.Request) -> None:
        self._stream, self._deadline, self._request = stream, deadline, request

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in self._stream:
            size += len(piece)
            if size > _MOST_BYTES:
                raise httpx2.ReadError("the answer is too large", request=self._request)
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the answer took too long", request=self._request)
            yield piece

    def close(self) -> None:
        self._stream.close()

"""The client of OpenAI-compatible endpoints: what it sends, what it takes, and what it does not do."""

import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from scribe.notes.language_model.base import Completion, Endpoint, LanguageModelFailed
from scribe.notes.language_model.openai import OpenAiLanguageModel
from tests.notes.language_model.scripted import ANSWER, Answer, Asked, Script, completion, refusal, serving

SCHEMA = {
    "type": "object",
    "properties": {"sentences": {"type": "array"}},
    "required": ["sentences"],
    "additionalProperties": False,
}
TOOL_CALL = {"id": "1", "type": "function", "function": {"name": "sign", "arguments": "{}"}}
KEY, SECRET = "k-7f3a-do-not-tell", "Mrs Quillfeather has a rash"


def ask(script: Script, times: int = 1, **given: Any) -> tuple[Completion | LanguageModelFailed, list[Asked]]:
    """Ask a model behind this script; the last outcome, and all that was sent."""
    with serving(script) as endpoint:
        values = {"api_key": SecretStr(KEY), "timeout_seconds": 20, **given}
        model = OpenAiLanguageModel(Endpoint(endpoint.url, "some-model", **values))
        outcome: Completion | LanguageModelFailed
        for _ in range(times):
            try:
                outcome = model.complete(system="Rules.", user=SECRET, schema=SCHEMA, max_tokens=99)
            except LanguageModelFailed as failed:
                outcome = failed
        model.close()
    return outcome, endpoint.asked


def code(script: Script, **given: Any) -> str:
    outcome, _ = ask(script, **given)
    assert isinstance(outcome, LanguageModelFailed)
    return outcome.code


def good(_: Asked) -> Answer:
    return completion(ANSWER)


def test_a_request_holds_two_texts_a_schema_and_limits_and_no_tools() -> None:
    outcome, (asked,) = ask(good)

    assert isinstance(outcome, Completion)
    assert (outcome.answer, outcome.input_tokens, outcome.output_tokens) == (ANSWER, 120, 30)
    assert asked.path == "/v1/chat/completions"
    assert set(asked.body) == {"model", "messages", "max_tokens", "temperature", "response_format"}
    assert [message["role"] for message in asked.body["messages"]] == ["system", "user"]
    assert asked.body["messages"][1]["content"] == SECRET
    assert asked.body["max_tokens"] == 99
    assert asked.body["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}


@pytest.mark.parametrize(("auth", "sent"), [("bearer", f"Bearer {KEY}"), ("raw", KEY)])
def test_the_key_is_sent_as_the_endpoint_wants_it(auth: str, sent: str) -> None:
    _, (asked,) = ask(good, auth=auth, zero_data_retention=auth == "raw")

    assert asked.headers["authorization"] == sent
    assert asked.body.get("zero_data_retention") == (True if auth == "raw" else None)


def test_nothing_of_this_machine_or_its_environment_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ORG_ID", "org-elsewhere")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "project-elsewhere")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Elsewhere: yes")
    monkeypatch.setenv("OPENAI_API_KEY", "key-elsewhere")

    _, (asked,) = ask(good)

    assert set(asked.headers) <= {
        "host", "authorization", "content-type", "content-length", "accept", "accept-encoding", "connection",
        "user-agent",
    }  # fmt: skip
    assert asked.headers["user-agent"] == "scribe"
    assert "elsewhere" not in json.dumps(asked.headers)


def test_an_endpoint_that_refuses_the_schema_is_asked_for_json_and_then_for_text() -> None:
    def picky(asked: Asked) -> Answer:
        return refusal(400) if "response_format" in asked.body else completion(f"Here you are: {json.dumps(ANSWER)}")

    outcome, asked = ask(picky, times=2)

    assert isinstance(outcome, Completion)
    assert outcome.answer == ANSWER
    forms = [each.body.get("response_format", {}).get("type") for each in asked]
    # What was learned in the first call spares the second the refusals.
    assert forms == ["json_schema", "json_object", None, None]
    assert all("JSON Schema" in each.body["messages"][0]["content"] for each in asked)


def test_an_endpoint_that_wants_its_limit_by_another_name_and_no_temperature_gets_it_so() -> None:
    def modern(asked: Asked) -> Answer:
        if "max_tokens" in asked.body:
            return refusal(400, {"error": {"message": "Use 'max_completion_tokens' instead.", "param": "max_tokens"}})
        if "temperature" in asked.body:
            return refusal(400, {"error": {"message": "Unsupported value.", "param": "temperature"}})
        return completion(ANSWER)

    outcome, asked = ask(modern)

    assert isinstance(outcome, Completion)
    assert asked[-1].body["max_completion_tokens"] == 99
    assert asked[-1].body["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    "said",
    [
        "```json\n{}\n```",
        '<think>{Perhaps} {"sentences" is a key}</think>\n{}',
        'Certainly! {"note": 1} is wrong, so: {} Anything else?',
    ],
)  # fmt: skip
def test_json_amid_prose_is_found(said: str) -> None:
    outcome, _ = ask(lambda _: completion(said.replace("{}", json.dumps(ANSWER))))

    assert isinstance(outcome, Completion)
    assert outcome.answer == ANSWER


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (completion('{"sentences": [{"te', finish="length"), "llm_truncated"),
        (completion(ANSWER, finish="length"), "llm_truncated"),
        (completion(None, refusal="I cannot help with that."), "llm_refused"),
        (completion("", finish="content_filter"), "llm_refused"),
        (completion("I would rather talk about the weather."), "llm_bad_answer"),
        (completion(None, tool_calls=[TOOL_CALL]), "llm_bad_answer"),
        (completion("{" * 5000), "llm_bad_answer"),
        (completion("[" * 100_000), "llm_bad_answer"),
        (Answer(body=b"<html>Sign in</html>", headers={"content-type": "text/html"}), "llm_bad_answer"),
        (Answer(body=b"not json"), "llm_bad_answer"),
        (Answer(body=b""), "llm_bad_answer"),
        (Answer(body=b"{}"), "llm_bad_answer"),
        (Answer(body=b"[]"), "llm_bad_answer"),
        (Answer(body=b'{"choices": null}'), "llm_bad_answer"),
        (Answer(body=b'{"choices": [{}]}'), "llm_bad_answer"),
        (Answer(body=b'{"choices": [{"message": "text"}], "usage": 7}'), "llm_bad_answer"),
        (Answer(body=b'{"choices": 5, "usage": {"prompt_tokens": "many"}}'), "llm_bad_answer"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_used_is_named(answer: Answer, named: str) -> None:
    assert code(lambda _: answer) == named


def test_a_useless_answer_still_says_what_it_cost() -> None:
    outcome, _ = ask(lambda _: completion("No.", finish="length"))

    assert isinstance(outcome, LanguageModelFailed)
    assert (outcome.input_tokens, outcome.output_tokens) == (120, 30)


@pytest.mark.parametrize(
    ("answer", "named", "tries"),
    [
        (refusal(401), "llm_key_refused", 1),
        (refusal(403), "llm_key_refused", 1),
        (refusal(404), "llm_unknown_model", 1),
        (refusal(402), "llm_no_credit", 1),
        (refusal(400, {"message": "Your current account balance is negative."}), "llm_no_credit", 1),
        (refusal(400, {"error": {"code": "context_length_exceeded"}}), "llm_too_long", 1),
        (refusal(413), "llm_too_long", 1),
        (refusal(400), "llm_request_refused", 3),
        (refusal(429), "llm_busy", 3),
        (refusal(429, retry_after="3600"), "llm_busy", 1),
        (refusal(429, {"error": {"code": "insufficient_quota"}}), "llm_no_credit", 3),
        (refusal(500), "llm_unavailable", 3),
        (refusal(503), "llm_unavailable", 3),
        (refusal(504), "llm_timeout", 3),
        (refusal(302, location="http://127.0.0.1:1/v1"), "llm_redirected", 1),
    ],
)
def test_a_refusal_is_named_and_tried_again_only_where_that_may_help(answer: Answer, named: str, tries: int) -> None:
    outcome, asked = ask(lambda _: answer)

    assert isinstance(outcome, LanguageModelFailed)
    assert (outcome.code, len(asked)) == (named, tries)


def test_a_failure_that_passes_is_not_noticed() -> None:
    answers = iter([refusal(503), refusal(429), completion(ANSWER)])

    outcome, asked = ask(lambda _: next(answers))

    assert isinstance(outcome, Completion)
    assert len(asked) == 3


def test_a_redirect_takes_nothing_elsewhere() -> None:
    with serving(good) as elsewhere:
        away = Answer(307, b"", {"location": f"{elsewhere.url}/chat/completions"})

        assert code(lambda _: away) == "llm_redirected"
        assert elsewhere.asked == []


def test_nobody_there_is_named() -> None:
    model = OpenAiLanguageModel(Endpoint("http://127.0.0.1:1/v1", "some-model"))

    with pytest.raises(LanguageModelFailed) as failed:
        model.complete(system="Rules.", user=SECRET, schema=SCHEMA, max_tokens=99)

    assert (failed.value.code, failed.value.retryable) == ("llm_unreachable", True)


def test_a_place_where_nobody_picks_up_is_given_up_long_before_a_slow_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scribe.notes.language_model.openai._CONNECT_SECONDS", 0.2)
    with socket.socket() as deaf, ExitStack() as callers:
        # A line that is full: whoever calls now waits for ever.
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(4):
            caller = callers.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(deaf.getsockname())
        model = OpenAiLanguageModel(Endpoint(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", "m", timeout_seconds=3600))

        with pytest.raises(LanguageModelFailed) as failed:
            model.complete(system="", user="", schema=SCHEMA, max_tokens=9)

        model.close()
    assert failed.value.code == "llm_unreachable"


def test_an_endpoint_that_never_answers_is_given_up() -> None:
    over = threading.Event()

    def silent(_: Asked) -> Answer:
        over.wait()
        return completion(ANSWER)

    with serving(silent) as endpoint:
        model = OpenAiLanguageModel(Endpoint(endpoint.url, "some-model", timeout_seconds=0.2))
        with pytest.raises(LanguageModelFailed) as failed:
            model.complete(system="Rules.", user=SECRET, schema=SCHEMA, max_tokens=99)
        over.set()

    assert failed.value.code == "llm_timeout"


def test_an_answer_that_drips_in_is_given_up() -> None:
    over = threading.Event()

    with serving(lambda _: Answer(body=completion(ANSWER).body + b" " * 100_000, drip=over)) as endpoint:
        model = OpenAiLanguageModel(Endpoint(endpoint.url, "some-model", timeout_seconds=0.3))
        with pytest.raises(LanguageModelFailed) as failed:
            model.complete(system="Rules.", user=SECRET, schema=SCHEMA, max_tokens=99)
        over.set()

    assert failed.value.code == "llm_timeout"


def test_an_answer_without_end_is_not_read() -> None:
    assert code(lambda _: completion("x" * 5_000_000)) == "llm_unreachable"


@pytest.mark.parametrize(
    "script",
    [
        lambda asked: refusal(401, {"error": {"message": f"Bad key {KEY} for {asked.body}"}}),
        lambda asked: refusal(400, {"error": {"message": str(asked.body)}}),
        lambda asked: Answer(body=json.dumps(asked.body).encode()),
        lambda asked: completion(asked.body["messages"][1]["content"]),
    ],
)
def test_no_failure_holds_the_key_or_a_word(script: Script) -> None:
    outcome, _ = ask(script)

    assert isinstance(outcome, LanguageModelFailed)
    told = f"{outcome!r} {outcome} {outcome.args} {outcome.__dict__} {outcome.__cause__!r} {outcome.__context__!r}"
    assert KEY not in told
    assert "Quillfeather" not in told


def test_nothing_is_logged_even_where_the_client_is_told_to_debug() -> None:
    with serving(good) as endpoint:
        program = (
            "import logging; logging.basicConfig(level=1)\n"
            "from pydantic import SecretStr\n"
            "from scribe.core import logging as ours\n"
            "from scribe.core.settings import LogSettings\n"
            "from scribe.notes.language_model.base import Endpoint\n"
            "from scribe.notes.language_model.clients import LanguageModels\n"
            "ours.configure(LogSettings(log_level='DEBUG'))\n"
            f"end = Endpoint({endpoint.url!r}, 'some-model', SecretStr({KEY!r}))\n"
            f"model = LanguageModels().at(end)\n"
            f"model.complete(system='Rules.', user={SECRET!r}, schema={SCHEMA!r}, max_tokens=9)\n"
            "print('done', end)\n"
        )
        child = subprocess.run(
            [sys.executable, "-c", program],
            cwd=Path(__file__).parents[3],
            env={**os.environ, "OPENAI_LOG": "debug"},
            capture_output=True,
            text=True,
            check=False,
        )

    told = child.stdout + child.stderr
    assert "done" in told, told
    assert len(endpoint.asked) == 1
    assert KEY not in told
    assert "Quillfeather" not in told
    assert "Knee pain" not in told

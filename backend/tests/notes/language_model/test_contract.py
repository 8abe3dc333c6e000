"""What every language model keeps to."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from scribe.notes.language_model import failures
from scribe.notes.language_model.base import Endpoint, LanguageModel, LanguageModelFailed
from scribe.notes.language_model.fake import FakeLanguageModel, Reply
from scribe.notes.language_model.openai import OpenAiLanguageModel
from tests.notes.language_model.scripted import completion, serving

SCHEMA = {"type": "object", "properties": {"sentences": {"type": "array"}}, "required": ["sentences"]}
SECRET = "Mrs Quillfeather has a rash"
Make = Callable[[Reply], LanguageModel]


@pytest.fixture(params=["fake", "openai"])
def a_model(request: pytest.FixtureRequest) -> Iterator[Make]:
    """Make a model that gives this reply."""
    with ExitStack() as stack:

        def fake(reply: Reply) -> LanguageModel:
            return FakeLanguageModel(lambda _system, _user: reply, name="model-of-record")

        def real(reply: Reply) -> LanguageModel:
            said = completion("I cannot.", refusal="no") if isinstance(reply, LanguageModelFailed) else None
            endpoint = stack.enter_context(serving(lambda _: said or completion(reply)))
            made = OpenAiLanguageModel(Endpoint(endpoint.url, "model-of-record"))
            stack.callback(made.close)
            return made

        yield fake if request.param == "fake" else real


def complete(model: LanguageModel):
    return model.complete(system="Rules.", user=SECRET, schema=SCHEMA, max_tokens=100)


def test_it_answers_with_an_object_and_what_that_cost(a_model: Make) -> None:
    model = a_model({"sentences": [], "more": 1})

    completion = complete(model)

    assert completion.answer["sentences"] == []
    assert completion.input_tokens > 0
    assert completion.output_tokens > 0
    assert (model.name, completion.model) == ("model-of-record", "model-of-record")


def test_an_object_without_the_required_keys_is_no_answer(a_model: Make) -> None:
    with pytest.raises(LanguageModelFailed) as failed:
        complete(a_model({"note": "signed"}))

    assert failed.value.code == "llm_bad_answer"


def test_a_failure_is_named_and_holds_nothing_of_what_was_asked(a_model: Make) -> None:
    with pytest.raises(LanguageModelFailed) as failed:
        complete(a_model(failures.named("llm_refused")))

    error = failed.value
    assert (error.code, error.retryable) == ("llm_refused", False)
    assert "Quillfeather" not in f"{error!r} {error} {error.message} {error.args} {error.__dict__}"
    assert error.__cause__ is None
    assert error.__context__ is None


def test_it_may_be_asked_from_several_threads_at_once(a_model: Make) -> None:
    model = a_model({"sentences": []})

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: complete(model).answer, range(24)))

    assert answers == [{"sentences": []}] * 24

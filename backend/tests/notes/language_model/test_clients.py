"""One client for each endpoint."""

from scribe.notes.language_model.base import Endpoint
from scribe.notes.language_model.clients import LanguageModels
from scribe.notes.language_model.fake import FakeLanguageModel


def test_an_endpoint_has_one_client_until_all_are_closed() -> None:
    made: list[FakeLanguageModel] = []

    def make(endpoint: Endpoint) -> FakeLanguageModel:
        made.append(FakeLanguageModel(lambda _system, _user: {}, endpoint.model))
        return made[-1]

    models = LanguageModels(make)
    first, again = models.at(Endpoint("https://a/v1", "m")), models.at(Endpoint("https://a/v1", "m"))
    other = models.at(Endpoint("https://b/v1", "m"))
    models.close()

    assert first is again
    assert other is not first
    assert [each.closed for each in made] == [True, True]
    assert models.at(Endpoint("https://a/v1", "m")) is not first

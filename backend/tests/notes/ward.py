"""A doctor who asks for suggestions, and the worker that writes them when it is told to."""

from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from scribe.core.clock import FrozenClock
from scribe.core.settings import LanguageModelSettings
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.language_model.base import LanguageModel
from scribe.notes.language_model.clients import LanguageModels
from scribe.worker.suggestions import SuggestionRuns
from tests.notes.builders import Desk, a_draft
from tests.notes.models import Answer, scripted

MODEL = LanguageModelSettings(llm_base_url="https://models.example/v1", llm_model="m", drafter="llm")

_JOBS = text(
    "SELECT args FROM procrastinate_jobs JOIN note_suggestions s ON args->>'suggestion_id' = s.id::text"
    " WHERE s.state = 'waiting' ORDER BY procrastinate_jobs.id"
)


class Ward:
    """A doctor at a drafted note, on a server whose worker runs when it is told to."""

    def __init__(self, desk: Desk, app: FastAPI, doctor: TestClient, clock: FrozenClock) -> None:
        self.desk, self.app, self.doctor, self.clock = desk, app, doctor, clock
        self.note = f"/api/consultations/{a_draft(desk).id}/note"
        self.model: LanguageModel = scripted(lambda _name, _data: [])

    def with_model(self, *answers: Answer) -> None:
        """From now on the clinic drafts with a model that gives these answers, one after the other."""
        left = list(answers)
        self.model = scripted(lambda _name, _data: left.pop(0))
        self.app.state.settings = self.app.state.settings.model_copy(update={"language_model": MODEL})

    def ask(self, key: str = "plan", instruction: str | None = None, *, work: bool = True) -> Any:
        """Ask for a suggestion, and have the worker write it."""
        response = self.doctor.post(f"{self.note}/sections/{key}/suggestions", json={"instruction": instruction})
        assert response.status_code == 202, response.text
        if work:
            self.work()
        return next(each for each in self.open() if each["section_key"] == key)

    def work(self) -> None:
        """What the worker does with all that waits."""
        models = LanguageModels(lambda _endpoint: self.model)
        choice = ClinicDrafters(self.app.state.settings, models, self.clock)
        with self.desk.session() as session:
            jobs = session.scalars(_JOBS).all()
        for args in jobs:
            SuggestionRuns(self.desk.factory, choice, self.clock).run(**args)

    def open(self) -> list[Any]:
        return self.doctor.get(f"{self.note}/suggestions").json()["suggestions"]

    def accept(self, suggestion: Any, *, remove=(), take=(), version: int = 1):
        body = {"remove": list(remove), "take": list(take)}
        url = f"{self.note}/suggestions/{suggestion['id']}/accept"
        return self.doctor.post(url, json=body, headers={"If-Match": f'"{version}"'})

    def accept_ticked(self, suggestion: Any, version: int = 1):
        return self.accept(
            suggestion, remove=ids(suggestion, "removed"), take=ids(suggestion, "added"), version=version
        )

    def write(self, key: str, text: str, version: int = 1) -> None:
        response = self.doctor.put(
            f"{self.note}/sections/{key}", json={"text": text}, headers={"If-Match": f'"{version}"'}
        )
        assert response.status_code == 200, response.text

    def lines(self, key: str = "plan") -> list[Any]:
        sections = self.doctor.get(self.note).json()["sections"]
        return next(section["sentences"] for section in sections if section["key"] == key)

    def texts(self, key: str = "plan") -> list[str]:
        return [line["text"] for line in self.lines(key)]


def ids(suggestion: Any, kind: str) -> list[str]:
    """The ticked lines of a kind."""
    return [row["sentence"]["id"] for row in suggestion["rows"] if row["kind"] == kind and row["is_ticked"]]


def shown(suggestion: Any) -> list[tuple[str, str, bool]]:
    return [(row["kind"], row["sentence"]["text"], row["is_ticked"]) for row in suggestion["rows"]]

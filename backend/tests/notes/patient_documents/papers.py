"""A doctor with a signed note who writes documents for the patient, and a worker that runs when it is told to."""

import json
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import text

from scribe.core.clock import FrozenClock
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.language_model.base import LanguageModelFailed
from scribe.notes.language_model.clients import LanguageModels
from scribe.notes.language_model.fake import FakeLanguageModel
from scribe.worker.patient_documents import DocumentRuns
from tests.notes.builders import Desk, a_draft
from tests.notes.ward import MODEL

_JOBS = text(
    "SELECT args FROM procrastinate_jobs JOIN patient_documents d ON args->>'document_id' = d.id::text"
    " WHERE d.awaits_model ORDER BY procrastinate_jobs.id"
)
SECTIONS = ("why", "found", "medicines", "plan", "follow_up", "added")
Said = dict[str, list[dict[str, Any]]]


def answer(**sections: list[dict[str, Any]]) -> Said:
    """A model's answer: nothing in the sections that are not named."""
    return {key: sections.get(key, []) for key in SECTIONS}


def said(words: str, *sources: int) -> dict[str, Any]:
    return {"sources": list(sources), "text": words}


class Papers:
    """A doctor at a signed note."""

    def __init__(self, desk: Desk, app: FastAPI, doctor: TestClient, clock: FrozenClock) -> None:
        self.desk, self.app, self.doctor, self.clock = desk, app, doctor, clock
        self.consultation = f"/api/consultations/{a_draft(desk).id}"
        self.all = f"{self.consultation}/patient-documents"
        self.model = FakeLanguageModel(lambda _system, _user: answer())

    def sign(self) -> None:
        body = {"acknowledge_open_items": True}
        note = self.doctor.get(f"{self.consultation}/note").json()
        headers = {"If-Match": f'"{note["version"]}"'}
        response = self.doctor.post(f"{self.consultation}/note/sign", json=body, headers=headers)
        assert response.status_code == 200, response.text

    def amend(self, text: str) -> None:
        assert self.doctor.post(f"{self.consultation}/note/addenda", json={"text": text}).status_code == 201

    def note_says(self, key: str, text: str) -> None:
        """What the doctor types into a section before signing."""
        version = self.doctor.get(f"{self.consultation}/note").json()["version"]
        url = f"{self.consultation}/note/sections/{key}"
        assert self.doctor.put(url, json={"text": text}, headers={"If-Match": f'"{version}"'}).status_code == 200

    def with_model(self, reply: Callable[[str, Any], Said | LanguageModelFailed]) -> None:
        """From now on the clinic drafts with a model that answers `reply(rules, data)`."""
        self.model = FakeLanguageModel(lambda system, user: reply(system, json.loads(user)))
        self.app.state.settings = self.app.state.settings.model_copy(update={"language_model": MODEL})

    def post(self, kind: str = "patient_letter", *, replace: bool = False) -> Response:
        return self.doctor.post(f"{self.all}/{kind}", json={"replace_human_edits": replace})

    def write(self, kind: str = "patient_letter", *, replace: bool = False) -> Any:
        response = self.post(kind, replace=replace)
        assert response.status_code == 200, response.text
        return response.json()

    def read(self, kind: str = "patient_letter") -> Any:
        return self.doctor.get(f"{self.all}/{kind}").json()

    def edit(self, key: str, text: str, version: int = 1, kind: str = "patient_letter") -> Response:
        url, headers = f"{self.all}/{kind}/sections/{key}", {"If-Match": f'"{version}"'}
        return self.doctor.put(url, json={"text": text}, headers=headers)

    def act(self, verb: str, version: int = 1, kind: str = "patient_letter") -> Response:
        return self.doctor.post(f"{self.all}/{kind}/{verb}", headers={"If-Match": f'"{version}"'})

    def pdf(self, kind: str = "patient_letter") -> Response:
        return self.doctor.get(f"{self.all}/{kind}/document.pdf")

    @property
    def runs(self) -> DocumentRuns:
        models = LanguageModels(lambda _endpoint: self.model)
        return DocumentRuns(self.desk.factory, ClinicDrafters(self.app.state.settings, models, self.clock))

    def work(self) -> None:
        """What the worker does with all that waits."""
        with self.desk.session() as session:
            jobs = session.scalars(_JOBS).all()
        for args in jobs:
            self.runs.run(**args)


def lines(document: Any, key: str) -> list[str]:
    return [each["text"] for section in document["sections"] if section["key"] == key for each in section["sentences"]]

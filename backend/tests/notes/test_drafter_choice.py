"""Who drafts for a clinic: what it chose, never silently another, and what it took is on record."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from scribe.accounts.models import ClinicSettings, UsageRecord
from scribe.audit.models import AuditEvent
from scribe.consultations.pipeline import StageFailed
from scribe.core.clock import FrozenClock
from scribe.core.settings import LanguageModelSettings, Settings, VendorSettings
from scribe.notes import queries
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.language_model import failures
from scribe.notes.language_model.base import Endpoint, LanguageModel
from scribe.notes.language_model.clients import LanguageModels
from scribe.notes.language_model.fake import FakeLanguageModel
from scribe.notes.models import NoteVersion
from scribe.notes.tasks import DraftStage
from tests.notes.builders import Desk, Work, turns
from tests.notes.models import scripted, sentence

MODEL = LanguageModelSettings(
    llm_base_url="https://models.example/v1",
    llm_model="some-model",
    llm_price_input=Decimal(300),
    llm_price_output=Decimal(1500),
)
KEYS = VendorSettings(assemblyai_api_key="key-us", assemblyai_api_key_eu="key-eu", assemblyai_region="us")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DOSE = "Prescribed doxycycline 100 mg twice a day for 7 days."


class Server:
    """A server with a language model that is scripted, and a clinic on it."""

    def __init__(self, desk: Desk, settings: Settings, model: FakeLanguageModel) -> None:
        self.desk, self.model = desk, model
        self.endpoints: list[Endpoint] = []

        def connect(endpoint: Endpoint) -> LanguageModel:
            self.endpoints.append(endpoint)
            return model

        self.drafters = ClinicDrafters(settings, LanguageModels(connect), FrozenClock(NOW))

    def choose(self, **chosen: Any) -> None:
        with self.desk.session() as session:
            row = {"speech_models": ["universal-2"], "version": 1} | chosen
            session.add(ClinicSettings(clinic_id=self.desk.clinic.id, **row))

    def draft(self) -> NoteVersion:
        """Draft a consultation; the version that comes out."""
        consultation = self.desk.consultation()
        self.desk.transcribe(consultation.id, turns())
        DraftStage(self.drafters).run(Work(self.desk, consultation.id))
        self.consultation_id: UUID = consultation.id
        with self.desk.session() as session:
            note = queries.get_note(session, consultation.id)
            return queries.get_version(session, note, note.current_version)

    def sent(self) -> list[dict[str, Any]]:
        """What is on record of transcripts that went to a model."""
        with self.desk.session() as session:
            statement = select(AuditEvent.detail).where(AuditEvent.action == "transcript.sent_to_model")
            return list(session.scalars(statement))

    def used(self) -> list[UsageRecord]:
        with self.desk.session() as session:
            return list(session.scalars(select(UsageRecord).order_by(UsageRecord.id)))


Serve = Callable[..., Server]


@pytest.fixture
def a_server(desk: Desk, settings: Settings) -> Serve:
    """Make a server: `a_server(drafter="llm", model=...)`; its default drafter is the extractive one."""

    def make(model: FakeLanguageModel | None = None, **groups: Any) -> Server:
        plan = scripted(lambda name, _data: [sentence(DOSE, 8)] if name == "plan" else [])
        return Server(desk, settings.model_copy(update={"language_model": MODEL, **groups}), model or plan)

    return make


def codes(version: NoteVersion) -> list[str]:
    return [notice["code"] for notice in version.notices]


def test_a_clinic_that_chose_to_draft_without_is_sent_to_no_model(a_server: Serve) -> None:
    server = a_server(language_model=MODEL.model_copy(update={"drafter": "llm"}))
    server.choose(drafter="extractive")

    version = server.draft()

    assert (version.drafter, codes(version)) == ("extractive-1", [])
    assert server.endpoints == []
    assert server.used() == []


def test_that_a_transcript_goes_to_a_model_is_on_record_before_the_first_call(a_server: Serve) -> None:
    on_record: list[list[dict[str, Any]]] = []
    one_at_a_time = threading.Lock()

    def look(name: str, _data: Any) -> list[Any]:
        with one_at_a_time:
            on_record.append(server.sent())
        return [sentence(DOSE, 8)] if name == "plan" else []

    server = a_server(scripted(look))
    server.choose(drafter="llm")

    server.draft()

    assert on_record
    assert all(sent == [{"host": "models.example"}] for sent in on_record)
    assert len(server.sent()) == 1


def test_where_no_model_is_asked_nothing_is_said_to_be_sent(a_server: Serve) -> None:
    server = a_server(language_model=MODEL.model_copy(update={"drafter": "llm"}))
    server.choose(drafter="extractive")

    server.draft()

    assert server.sent() == []


def test_a_clinic_that_chose_nothing_has_its_servers_drafter(a_server: Serve) -> None:
    assert a_server().draft().drafter == "extractive-1"
    assert a_server(language_model=MODEL.model_copy(update={"drafter": "llm"})).draft().drafter == "llm:fake-model"


def test_a_clinic_that_keeps_its_audio_here_keeps_its_transcripts_here_unless_it_chose_otherwise(
    a_server: Serve,
) -> None:
    server = a_server(language_model=MODEL.model_copy(update={"drafter": "llm"}))
    server.choose(engine="local")

    assert server.draft().drafter == "extractive-1"
    assert server.endpoints == []


def test_a_draft_of_the_model_is_named_so_and_what_it_took_is_on_record(a_server: Serve) -> None:
    server = a_server()
    server.choose(drafter="llm")

    version = server.draft()

    assert (version.drafter, codes(version)) == ("llm:fake-model", [])
    assert [s["text"] for s in version.content["sections"][3]["sentences"]] == [DOSE]
    (used,) = server.used()
    assert (used.vendor, used.kind, used.unit) == ("llm", "language_model", "tokens")
    assert used.consultation_id == server.consultation_id
    # The scripted model counts words.
    asked = sum(len(user.split()) for _, user in server.model.asked)
    assert used.quantity > asked
    assert used.estimated_microcents == asked * 300 + (used.quantity - asked) * 1500
    (endpoint,) = server.endpoints
    assert (endpoint.base_url, endpoint.model, endpoint.auth) == ("https://models.example/v1", "some-model", "bearer")
    assert not endpoint.zero_data_retention


@pytest.mark.parametrize(
    ("region", "host"), [("us", "llm-gateway.assemblyai.com"), ("eu", "llm-gateway.eu.assemblyai.com")]
)
def test_the_vendors_gateway_is_the_one_of_the_clinics_region(a_server: Serve, region: str, host: str) -> None:
    server = a_server(vendor=KEYS, language_model=MODEL.model_copy(update={"llm_base_url": "assemblyai"}))
    server.choose(drafter="llm", region=region)

    server.draft()

    (endpoint,) = server.endpoints
    assert endpoint.base_url == f"https://{host}/v1"
    assert endpoint.api_key.get_secret_value() == f"key-{region}"
    assert (endpoint.auth, endpoint.zero_data_retention) == ("raw", True)
    assert [used.vendor for used in server.used()] == ["assemblyai"]


def test_a_server_without_a_model_says_so_and_drafts_without(a_server: Serve) -> None:
    server = a_server(language_model=LanguageModelSettings())
    server.choose(drafter="llm")

    version = server.draft()

    assert (version.drafter, codes(version)) == ("extractive-1", ["llm_not_set_up"])


def test_a_gateway_without_a_key_for_the_region_is_not_replaced_by_the_other_regions(a_server: Serve) -> None:
    only_us = VendorSettings(assemblyai_api_key="key-us")
    server = a_server(vendor=only_us, language_model=MODEL.model_copy(update={"llm_base_url": "assemblyai"}))
    server.choose(drafter="llm", region="eu")

    assert codes(server.draft()) == ["llm_not_set_up"]
    assert server.endpoints == []


def test_a_budget_that_is_used_up_stops_the_model_and_not_the_note(a_server: Serve) -> None:
    server = a_server()
    server.choose(drafter="llm", monthly_budget_cents=0)

    version = server.draft()

    assert (version.drafter, codes(version)) == ("extractive-1", ["budget_reached"])
    assert server.model.asked == []


def test_a_model_that_fails_leaves_the_extractive_draft_and_what_it_took_is_on_record(a_server: Serve) -> None:
    server = a_server(scripted(lambda _name, _data: failures.named("llm_unavailable", input_tokens=40)))
    server.choose(drafter="llm")

    version = server.draft()

    assert (version.drafter, codes(version)) == ("extractive-1", ["llm_not_used"])
    assert [used.quantity for used in server.used()] == [40 * len(server.model.asked)]


def test_what_was_spent_is_on_record_even_where_no_note_comes_out(a_server: Serve, desk: Desk) -> None:
    server = a_server(scripted(lambda _name, _data: []))
    server.choose(drafter="llm")
    consultation = desk.consultation()
    desk.transcribe(consultation.id, turns()[3:4])

    with pytest.raises(StageFailed):
        DraftStage(server.drafters).run(Work(desk, consultation.id))

    assert len(server.used()) == 1

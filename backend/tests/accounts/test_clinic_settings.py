"""Admins choose for their clinic: what is offered, what is refused, and who changed what."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import clinic_service, key_terms
from scribe.accounts.clinic_schemas import ClinicSettingsWrite
from scribe.accounts.key_terms import KeyTermsRefused
from scribe.accounts.models import Clinic, ClinicSettings, Role, User
from scribe.accounts.service import create_clinic
from scribe.audit.models import AuditEvent
from scribe.audit.service import Actor, act_as
from scribe.consultations.models import Patient
from scribe.core.crypto import KeyRing
from scribe.core.errors import Stale
from scribe.core.settings import LanguageModelSettings, Settings, VendorSettings
from scribe.db.session import clinic_session
from tests.fixtures.app import ClientFor
from tests.fixtures.people import MakeUser

UNCHOSEN = {
    "engine": "default",
    "region": "default",
    "speech_models": ["universal-3-5-pro", "universal-2"],
    "key_terms": [],
    "drafter": "default",
    "live_captions": True,
    "monthly_budget_cents": None,
}
US = VendorSettings(assemblyai_api_key="k")
GATEWAY = LanguageModelSettings(llm_base_url="assemblyai", llm_model="claude")
Offer = Callable[..., None]


def _save(client: TestClient, version: int = 0, **chosen: Any) -> Response:
    return client.put("/api/clinic/settings", json=UNCHOSEN | chosen, headers={"If-Match": f'"{version}"'})


@pytest.fixture
def offer(app: FastAPI) -> Offer:
    """Give the server a key or a language model: `offer(vendor=..., language_model=...)`."""

    def change(**groups: Any) -> None:
        app.state.settings = app.state.settings.model_copy(update=groups)

    return change


def _add_patient(factory: sessionmaker[Session], clinic_id: UUID, given: str, family: str, identifier: str) -> None:
    with clinic_session(factory, clinic_id) as session:
        session.add(Patient(clinic_id=clinic_id, given_name=given, family_name=family, identifier=identifier))


def test_a_clinic_that_chose_nothing_reads_what_its_server_has(as_admin: TestClient) -> None:
    response = as_admin.get("/api/clinic/settings")

    body = response.json()
    assert {name: body[name] for name in UNCHOSEN} == UNCHOSEN
    assert (body["version"], response.headers["etag"]) == (0, '"0"')
    assert body["offers"]["defaults"] == {"engine": "local", "region": "us", "drafter": "extractive"}
    assert body["offers"]["no_assemblyai"] == "No AssemblyAI key is set on this server."
    assert body["offers"]["no_language_model"] == "No language model is set on this server."


def test_what_is_saved_is_read_by_all_and_each_save_has_its_version(
    as_admin: TestClient, as_doctor: TestClient, offer: Offer
) -> None:
    offer(vendor=US, language_model=GATEWAY)

    first = _save(as_admin, engine="assemblyai", region="us", drafter="llm", live_captions=False)
    second = _save(as_admin, 1, engine="local", monthly_budget_cents=2500)

    assert (first.status_code, first.json()["version"], first.headers["etag"]) == (200, 1, '"1"')
    assert (second.json()["version"], second.json()["monthly_budget_cents"]) == (2, 2500)
    seen = as_doctor.get("/api/clinic/choices").json()
    assert seen == {"engine": "local", "region": "us", "drafter": "extractive", "live_captions": True}


@pytest.mark.parametrize("version", [0, 2])
def test_a_save_over_another_admins_is_stale(as_admin: TestClient, version: int) -> None:
    _save(as_admin, live_captions=False)

    refused = _save(as_admin, version, monthly_budget_cents=1)

    assert (refused.status_code, refused.json()["code"]) == (412, "stale")
    assert refused.json()["details"] == {"version": 1}
    assert as_admin.get("/api/clinic/settings").json()["monthly_budget_cents"] is None


def _write(
    factory: sessionmaker[Session],
    clinic_id: UUID,
    settings: Settings,
    key_term: str,
    *,
    version: int = 0,
    meanwhile: Callable[[], object] = lambda: None,
) -> None:
    def look_for_patients(*_: Any) -> set[int]:
        # Between the look at the version and the write.
        meanwhile()
        return set()

    wanted = ClinicSettingsWrite(**UNCHOSEN | {"key_terms": [key_term]})
    with clinic_session(factory, clinic_id) as session:
        act_as(session, Actor("system", None))
        clinic_service.write(
            session, settings=settings, version=version, wanted=wanted, patients_named=look_for_patients
        )


@pytest.fixture
def live_clinic(live_sessions: sessionmaker[Session], keyring: KeyRing) -> UUID:
    """A clinic in a database where commits are real."""
    with live_sessions.begin() as session:
        return create_clinic(session, keyring, name="Harbour Street Practice").id


def test_of_two_first_saves_at_the_same_moment_one_is_stale(
    live_sessions: sessionmaker[Session], live_clinic: UUID, settings: Settings
) -> None:
    def overtake() -> None:
        _write(live_sessions, live_clinic, settings, "apixaban")

    with pytest.raises(Stale):
        _write(live_sessions, live_clinic, settings, "warfarin", meanwhile=overtake)

    with clinic_session(live_sessions, live_clinic) as session:
        assert session.scalars(select(ClinicSettings)).one().key_terms == ["apixaban"]


def test_a_save_waits_for_the_one_that_began_before(
    live_sessions: sessionmaker[Session], live_clinic: UUID, settings: Settings
) -> None:
    _write(live_sessions, live_clinic, settings, "apixaban")

    def try_the_row() -> None:
        with clinic_session(live_sessions, live_clinic) as session:
            session.execute(text("SELECT 1 FROM clinic_settings FOR UPDATE NOWAIT"))

    with pytest.raises(OperationalError, match="could not obtain lock"):
        _write(live_sessions, live_clinic, settings, "warfarin", version=1, meanwhile=try_the_row)


def test_a_save_is_on_record_with_the_names_of_what_changed(
    as_admin: TestClient, admin: User, session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    _save(as_admin, engine="local", key_terms=["apixaban"])
    _save(as_admin, 1, engine="local", key_terms=["apixaban"])
    _save(as_admin, 1, engine="local", key_terms=["apixaban"], monthly_budget_cents=10_000)

    with clinic_session(session_factory, clinic.id) as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.sequence)).all()
    # The second changed nothing.
    assert [(each.action, each.actor_id, each.detail) for each in events] == [
        ("clinic.settings_changed", admin.id, {"fields": ["engine", "key_terms"]}),
        ("clinic.settings_changed", admin.id, {"fields": ["monthly_budget_cents"]}),
    ]


@pytest.mark.parametrize(
    ("chosen", "groups", "why"),
    [
        ({"engine": "assemblyai"}, {}, "No AssemblyAI key for the United States is set on this server."),
        ({"engine": "assemblyai", "region": "eu"}, {"vendor": US}, "No AssemblyAI key for the European Union"),
        # The server's own engine, in a region that it has no key for.
        ({"region": "eu"}, {"vendor": US}, "No AssemblyAI key for the European Union"),
        ({"drafter": "llm"}, {"vendor": US}, "No language model is set on this server."),
        (
            {"engine": "local", "drafter": "llm", "region": "eu"},
            {"vendor": US, "language_model": GATEWAY},
            "No AssemblyAI key for the European Union",
        ),
    ],
)
def test_what_the_server_does_not_offer_cannot_be_chosen(
    as_admin: TestClient, offer: Offer, chosen: dict[str, str], groups: dict[str, Any], why: str
) -> None:
    offer(**groups)

    refused = _save(as_admin, **chosen)

    assert (refused.status_code, refused.json()["code"]) == (409, "not_offered")
    assert refused.json()["message"].startswith(why)


def test_a_clinic_that_keeps_its_audio_here_needs_no_model_for_what_the_server_would_have_drafted(
    as_admin: TestClient, offer: Offer
) -> None:
    offer(vendor=US, language_model=GATEWAY.model_copy(update={"drafter": "llm"}))

    refused = _save(as_admin, region="eu", engine="default")
    saved = _save(as_admin, region="eu", engine="local")

    assert refused.status_code == 409
    assert (saved.status_code, as_admin.get("/api/clinic/choices").json()["drafter"]) == (200, "extractive")


def test_a_choice_that_is_no_longer_offered_stays_while_others_change(as_admin: TestClient, offer: Offer) -> None:
    offer(vendor=US)
    _save(as_admin, engine="assemblyai")
    offer(vendor=VendorSettings())

    kept = _save(as_admin, 1, engine="assemblyai", monthly_budget_cents=500)

    assert (kept.status_code, kept.json()["engine"]) == (200, "assemblyai")


@pytest.mark.parametrize(
    ("groups", "us", "eu"),
    [
        (
            {"vendor": US, "language_model": GATEWAY},
            (
                "Audio is sent to AssemblyAI in the United States (api.assemblyai.com).",
                (
                    "Transcripts are sent to AssemblyAI's language models in the United States "
                    "(llm-gateway.assemblyai.com)."
                ),
            ),
            ("Audio is sent to AssemblyAI in the European Union (api.eu.assemblyai.com).", None),
        ),
        (
            {
                "vendor": VendorSettings(assemblyai_base_url="http://127.0.0.1:9123"),
                "language_model": LanguageModelSettings(llm_base_url="https://models.example/v1", llm_model="m"),
            },
            (
                "Audio is sent to 127.0.0.1 on this machine, which stands in for AssemblyAI.",
                "Transcripts are sent to models.example.",
            ),
            (
                "Audio is sent to AssemblyAI in the European Union (api.eu.assemblyai.com).",
                "Transcripts are sent to models.example.",
            ),
        ),
    ],
)
def test_it_is_said_where_audio_and_transcripts_go(
    as_admin: TestClient,
    offer: Offer,
    groups: dict[str, Any],
    us: tuple[str, str | None],
    eu: tuple[str, str | None],
) -> None:
    offer(**groups)

    regions = as_admin.get("/api/clinic/settings").json()["offers"]["regions"]

    assert [(each["audio_goes"], each["transcripts_go"]) for each in regions] == [us, eu]


def test_no_key_is_ever_shown(as_admin: TestClient, offer: Offer) -> None:
    offer(
        vendor=VendorSettings(assemblyai_api_key="very-s3cret"),
        language_model=LanguageModelSettings(llm_base_url="https://x.example", llm_model="m", llm_api_key="s3cret-too"),
    )

    assert "s3cret" not in as_admin.get("/api/clinic/settings").text


def test_key_terms_are_kept_once_each_and_without_stray_spaces(as_admin: TestClient) -> None:
    saved = _save(as_admin, key_terms=["  apixaban ", "", "Saint  Vincent\tHospital", "Apixaban", "   "])

    assert saved.json()["key_terms"] == ["apixaban", "Saint Vincent Hospital"]


def test_all_that_is_wrong_with_key_terms_is_told_with_its_lines(
    as_admin: TestClient, clinic: Clinic, session_factory: sessionmaker[Session]
) -> None:
    _add_patient(session_factory, clinic.id, "Ann", "Bell", "MRN-7")

    refused = _save(
        as_admin,
        key_terms=["apixaban", "", "x" * 51, "one two three four five six seven", "ann bell", "y" * 51, "mrn-7"],
    )

    assert (refused.status_code, refused.json()["code"]) == (422, "key_terms_refused")
    problems = {tuple(each["lines"]): each["problem"] for each in refused.json()["details"]["problems"]}
    assert set(problems) == {(3, 6), (4,), (5, 7)}
    assert "Lines 3, 6: more than 50 characters." in refused.json()["message"]
    assert "bell" not in refused.text.casefold()


def test_only_terms_that_fit_are_looked_up_among_the_patients(
    session_factory: sessionmaker[Session], clinic: Clinic
) -> None:
    asked: list[str] = []

    def look_for_patients(_session: Session, terms: Sequence[str]) -> set[int]:
        asked.extend(terms)
        return {1}

    lines = ["a " * 500_000, "x" * 51, "apixaban", "y", *(f"drug {number}" for number in range(300))]
    with clinic_session(session_factory, clinic.id) as session, pytest.raises(KeyTermsRefused) as refused:
        key_terms.cleaned(session, lines, ["universal-2"], look_for_patients)

    assert asked == ["apixaban", "y", *(f"drug {number}" for number in range(196))]
    told = {each["problem"].split(";")[0]: each["lines"] for each in refused.value.details["problems"]}
    assert told["a patient's name or record number"] == [4]
    assert told["more than 6 words"] == [1]


@pytest.mark.parametrize(("models", "most"), [(["universal-3-5-pro", "universal-2"], 1000), (["universal-2"], 200)])
def test_no_more_key_terms_than_the_model_takes(as_admin: TestClient, models: list[str], most: int) -> None:
    lines = [f"drug {number}" for number in range(most + 1)]

    assert _save(as_admin, speech_models=models, key_terms=lines[:-1]).status_code == 200
    refused = _save(as_admin, 1, speech_models=models, key_terms=lines)

    assert refused.json()["details"]["problems"] == [
        {"problem": f"more than {most} terms; take some out", "lines": [most + 1]}
    ]


@pytest.mark.parametrize("term", ["Zoë Müller", "muller, zoe", "Mrs ZOE MULLER", "the Muller Zoe sign", "a-100"])
def test_a_patient_is_no_key_term(
    as_admin: TestClient, clinic: Clinic, session_factory: sessionmaker[Session], term: str
) -> None:
    _add_patient(session_factory, clinic.id, "Zoë", "Müller", "A-100")

    refused = _save(as_admin, key_terms=["apixaban", term])

    assert refused.json()["code"] == "key_terms_refused"
    assert [each["lines"] for each in refused.json()["details"]["problems"]] == [[2]]


def test_words_that_only_look_like_a_patient_are_key_terms(
    as_admin: TestClient, clinic: Clinic, other_clinic: Clinic, session_factory: sessionmaker[Session]
) -> None:
    _add_patient(session_factory, clinic.id, "Ann", "Parkinson", "12")
    _add_patient(session_factory, other_clinic.id, "Zoë", "Müller", "A-100")

    saved = _save(as_admin, key_terms=["Parkinson", "Parkinson disease", "vitamin B 12", "Zoe Muller"])

    assert saved.status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"engine": "fake"},
        {"speech_models": []},
        {"speech_models": ["nano"]},
        {"monthly_budget_cents": -1},
        {"surprise": 1},
    ],
)
def test_what_is_no_choice_is_not_taken(as_admin: TestClient, wrong: dict[str, Any]) -> None:
    assert _save(as_admin, **wrong).json()["code"] == "invalid"


def test_another_clinic_has_its_own_choices(
    as_admin: TestClient, a_user: MakeUser, client_for: ClientFor, other_clinic: Clinic
) -> None:
    elsewhere = client_for(a_user(Role.ADMIN, clinic=other_clinic))
    _save(as_admin, engine="local", live_captions=False)

    seen = elsewhere.get("/api/clinic/settings").json()

    assert (seen["version"], seen["engine"], seen["live_captions"]) == (0, "default", True)

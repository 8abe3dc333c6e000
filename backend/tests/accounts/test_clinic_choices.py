"""What holds for a clinic: its own choice, else its server's."""

from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from scribe.accounts import clinic_settings
from scribe.accounts.models import Clinic, ClinicSettings
from scribe.core.settings import LanguageModelSettings, Settings, VendorSettings
from scribe.db.session import clinic_session

KEYS = VendorSettings(assemblyai_api_key="k", assemblyai_api_key_eu="k", assemblyai_region="eu")
MODEL = LanguageModelSettings(llm_base_url="https://models.example/v1", llm_model="m", drafter="llm")


def _choose(factory: sessionmaker[Session], clinic: Clinic, **chosen: Any) -> None:
    with clinic_session(factory, clinic.id) as session:
        row = {"speech_models": ["universal-2"], "version": 1} | chosen
        session.add(ClinicSettings(clinic_id=clinic.id, **row))


def _of(factory: sessionmaker[Session], clinic: Clinic, settings: Settings) -> clinic_settings.ClinicChoices:
    with clinic_session(factory, clinic.id) as session:
        return clinic_settings.of(session, settings)


def test_a_clinic_that_chose_nothing_has_what_its_server_has(
    session_factory: sessionmaker[Session], clinic: Clinic, settings: Settings
) -> None:
    with_cloud = settings.model_copy(update={"vendor": KEYS, "language_model": MODEL})

    plain, cloud = _of(session_factory, clinic, settings), _of(session_factory, clinic, with_cloud)

    assert (plain.engine, plain.region, plain.drafter, plain.live_captions) == ("local", "us", "extractive", True)
    assert (cloud.engine, cloud.region, cloud.drafter) == ("assemblyai", "eu", "llm")
    assert (cloud.speech_models, cloud.key_terms) == (("universal-3-5-pro", "universal-2"), ())


@pytest.mark.parametrize("engine", ["local", "assemblyai"])
def test_a_choice_stands_whatever_the_server_has(
    session_factory: sessionmaker[Session], clinic: Clinic, settings: Settings, engine: str
) -> None:
    _choose(session_factory, clinic, engine=engine, region="us", drafter="extractive", live_captions=False)
    with_cloud = settings.model_copy(update={"vendor": KEYS, "language_model": MODEL})

    found = [_of(session_factory, clinic, each) for each in (settings, with_cloud)]

    # Also where the key is gone: the job fails by name, and another engine is not put in its place.
    assert {(each.engine, each.region, each.drafter, each.live_captions) for each in found} == {
        (engine, "us", "extractive", False)
    }


def test_one_clinics_choice_is_none_of_another(
    session_factory: sessionmaker[Session], clinic: Clinic, other_clinic: Clinic, settings: Settings
) -> None:
    _choose(session_factory, clinic, engine="assemblyai", key_terms=["apixaban"])

    found = _of(session_factory, other_clinic, settings)

    assert (found.engine, found.key_terms) == ("local", ())


def test_outside_a_clinic_there_is_no_answer(session_factory: sessionmaker[Session], settings: Settings) -> None:
    # An answer would be the server's default, which may be a cloud.
    with session_factory() as session, pytest.raises(KeyError):
        clinic_settings.of(session, settings)

"""Starting a consultation: consent on record, a key of its own, and once for each idempotency key."""

import threading

import pytest
from sqlalchemy import func, select

from scribe.audit.models import AuditEvent
from scribe.consultations import service, wording
from scribe.consultations.errors import (
    IdempotencyKeyReused,
    LanguageNotOffered,
    OnlyDoctorsRecord,
    WordingOfOtherLanguage,
    WordingUnknown,
)
from scribe.consultations.models import Consent, Consultation
from scribe.consultations.schemas import ConsultationStart
from scribe.core.clock import SystemClock
from scribe.core.errors import NotFound
from scribe.core.ids import new_id
from tests.consultations.builders import a_practice


def _wanted(**given):
    return ConsultationStart(
        **{
            "idempotency_key": new_id(),
            "template_key": "soap",
            "consent": {"method": "verbal", "wording_version": "2026-11.en"},
            **given,
        }
    )


def _start(practice, wanted, doctor=None):
    with practice.session(doctor or practice.doctor) as session:
        return service.start(
            session,
            doctor=doctor or practice.doctor,
            wanted=wanted,
            keyring=practice.keyring,
            clock=SystemClock(),
        )


def test_the_consent_is_kept_word_for_word(practice):
    started = _start(practice, _wanted())

    with practice.session() as session:
        consent = session.scalars(select(Consent).where(Consent.consultation_id == started.consultation.id)).one()
    assert consent.recorded_by == practice.doctor.id
    assert consent.wording.endswith("Do you agree?")


def test_each_consultation_has_a_key_of_its_own(practice):
    one, other = _start(practice, _wanted()), _start(practice, _wanted())

    assert one.data_key != other.data_key
    assert len(one.data_key) == 32


def test_the_same_key_again_gives_the_same_consultation(practice):
    wanted = _wanted()

    first, again = _start(practice, wanted), _start(practice, wanted)

    assert (first.is_new, again.is_new) == (True, False)
    assert first.consultation.id == again.consultation.id
    assert first.data_key == again.data_key
    with practice.session() as session:
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)).all()
    assert actions == ["consultation.started", "consultation.start_repeated"]


def test_the_same_key_for_other_facts_or_by_another_doctor_is_refused(practice):
    wanted = _wanted()
    _start(practice, wanted)

    with pytest.raises(IdempotencyKeyReused):
        _start(practice, wanted.model_copy(update={"template_key": "h_and_p"}))
    with pytest.raises(IdempotencyKeyReused):
        _start(practice, wanted, doctor=practice.other_doctor)


def test_two_starts_at_once_make_one_consultation(live_sessions, keyring):
    practice, wanted = a_practice(live_sessions, keyring), _wanted()
    together, started = threading.Barrier(8), []

    def start() -> None:
        together.wait(10)
        started.append(_start(practice, wanted))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len({each.consultation.id for each in started}) == 1
    assert len(started) == 8
    assert sum(each.is_new for each in started) == 1
    with practice.session() as session:
        assert session.scalar(select(func.count()).select_from(Consultation)) == 1
        assert session.scalar(select(func.count()).select_from(Consent)) == 1


def test_admins_do_not_record(practice):
    with pytest.raises(OnlyDoctorsRecord):
        _start(practice, _wanted(), doctor=practice.admin)


def test_an_unknown_consent_text_is_refused(practice):
    with pytest.raises(WordingUnknown):
        _start(practice, _wanted(consent={"method": "verbal", "wording_version": "1999"}))


def test_consent_to_words_in_another_language_is_refused(practice):
    with pytest.raises(WordingOfOtherLanguage) as refused:
        _start(practice, _wanted(language="de"))

    assert refused.value.code == "consent_wording_of_other_language"
    with practice.session() as session:
        assert session.scalar(select(func.count()).select_from(Consultation)) == 0


def test_a_patient_that_is_not_ours_is_not_found(practice):
    with pytest.raises(NotFound):
        _start(practice, _wanted(patient_id=new_id()))


@pytest.mark.parametrize("language", ["it", "xx"])
def test_a_language_without_consent_words_of_its_own_is_refused(practice, language):
    with pytest.raises(LanguageNotOffered) as refused:
        _start(practice, _wanted(language=language))

    assert refused.value.code == "language_not_offered"
    with practice.session() as session:
        assert session.scalar(select(func.count()).select_from(Consultation)) == 0


@pytest.mark.parametrize("language", [one.code for one in wording.languages()])
def test_every_offered_language_can_be_started_in(practice, language):
    consent = {"method": "verbal", "wording_version": wording.current(language).version}

    started = _start(practice, _wanted(language=language, consent=consent))

    assert started.consultation.language == language

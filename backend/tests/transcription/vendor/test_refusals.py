"""Groups 1 to 3: the key, the money, what is never accepted, and what is asked to come later."""

import pytest

from scribe.transcription import conditions
from scribe.transcription.vendor_models import ServiceCondition, VendorJobState
from tests.transcription.vendor.ward import Ward

FOR_EVER = None


def condition(ward: Ward) -> ServiceCondition:
    with ward.transaction() as session:
        return conditions.rows(session)["us"]


@pytest.mark.parametrize("verb", ["upload", "submit", "get"])
def test_a_refused_key_stops_the_stage_in_words_and_it_goes_on_once_the_key_works(ward: Ward, verb: str) -> None:
    ward.emulator.script({"on": verb, "do": "unauthorized", "times": 3})
    consultation = ward.consult()

    ward.until("vendor_key_refused", consultation)

    row = ward.pipeline(consultation)
    assert (row.state, row.tries) == ("waiting", 0)
    assert "key" in str(row.waiting_message)
    assert "administrator" in str(row.waiting_message)
    assert condition(ward).key_refused_since is not None
    ward.drain()
    assert ward.status(consultation) == "ready"
    assert condition(ward).key_refused_since is None
    assert len(ward.emulator.jobs()) == 1


def test_a_refused_key_is_asked_again_after_minutes_not_seconds(ward: Ward) -> None:
    ward.emulator.script({"on": "upload", "do": "unauthorized", "times": 5})
    consultation, began = ward.consult(), ward.clock.now()

    ward.until("vendor_key_refused", consultation)
    ward.step()
    ward.step()

    assert (ward.clock.now() - began).total_seconds() >= 580
    assert len(ward.emulator.requests("upload")) == 3


def test_a_key_that_is_refused_at_the_deletion_leaves_the_transcript_until_it_works(ward: Ward) -> None:
    ward.emulator.script({"on": "delete", "do": "unauthorized", "times": 2})
    consultation = ward.consult()

    ward.drain()

    assert (ward.status(consultation), ward.left_at_vendor()) == ("ready", [])
    assert ward.job(consultation).delete_tries == 2


@pytest.mark.parametrize("verb", ["upload", "submit"])
def test_an_account_without_money_stops_the_stage_in_words_and_it_goes_on_once_there_is(ward: Ward, verb: str) -> None:
    ward.emulator.script({"on": verb, "do": "broke", "times": 2})
    consultation = ward.consult()

    ward.until("vendor_balance_negative", consultation)

    assert "no money" in str(ward.pipeline(consultation).waiting_message)
    noted = condition(ward)
    assert (noted.balance_negative_since is not None, noted.key_refused_since) == (True, None)
    ward.drain()
    assert ward.status(consultation) == "ready"
    assert condition(ward).balance_negative_since is None


def test_a_budget_that_is_used_up_sends_nothing_and_goes_on_once_it_is_raised(ward: Ward) -> None:
    ward.choose(monthly_budget_cents=0)
    consultation = ward.consult()

    ward.until("budget_reached", consultation)

    assert ward.emulator.requests() == []
    assert "budget" in str(ward.pipeline(consultation).waiting_message)
    ward.choose(monthly_budget_cents=None)
    ward.drain()
    assert ward.status(consultation) == "ready"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ('The "universal-3-pro" speech model(s) have been deprecated.', "vendor_model_refused"),
        ("The following models are not available in this language: speaker_labels", "vendor_language_refused"),
        ("'x' was included in the word boost list but contains unsupported characters", "vendor_key_terms_refused"),
        ("Something that nobody has seen before", "vendor_refused"),
    ],
)
def test_what_is_never_accepted_fails_by_name_at_once(ward: Ward, error: str, code: str) -> None:
    ward.emulator.script({"on": "submit", "do": {"answer": {"status": 400, "json": {"error": error}}}, "times": None})
    consultation = ward.consult()

    ward.drain()

    row = ward.pipeline(consultation)
    assert (row.state, row.error_code) == ("failed", code)
    assert error not in str(row.error_message)
    assert "safe" in str(row.error_message)
    assert len(ward.emulator.requests("submit")) == 1
    assert ward.broken() == {}


@pytest.mark.parametrize("scene", ["rate_limited", "rate_limited_bare"])
@pytest.mark.parametrize("verb", ["upload", "submit", "get", "delete"])
def test_a_vendor_that_asks_to_wait_is_asked_later(ward: Ward, verb: str, scene: str) -> None:
    ward.emulator.script({"on": verb, "do": scene, "times": 2})
    consultation = ward.consult()

    ward.drain()

    assert (ward.status(consultation), ward.left_at_vendor()) == ("ready", [])
    assert len(ward.emulator.jobs()) == 1
    assert len(ward.usage()) == 1


def test_retry_after_is_heeded(ward: Ward) -> None:
    later = {"status": 429, "json": {"error": "Too Many Requests"}, "headers": {"Retry-After": "900"}}
    ward.emulator.script({"on": "upload", "do": {"answer": later}})
    consultation, began = ward.consult(), ward.clock.now()

    ward.until("vendor_busy", consultation)
    ward.until("vendor_processing", consultation)

    assert 890 <= (ward.clock.now() - began).total_seconds() < 1_200
    assert ward.job(consultation).state == VendorJobState.SUBMITTED

"""Groups 8 to 10: what the vendor did less well than asked, heard less of than sent, or worded in a new way."""

import pytest
from sqlalchemy import select

from scribe.consultations.models import Consultation, Stage
from scribe.recordings.models import Recording
from scribe.transcription import rerunning
from scribe.transcription.models import SpeakerRole
from scribe.transcription.vendor_models import VendorJobState
from tests.transcription.vendor.ward import VISIT, Ward, lasts_ms, words_of


@pytest.mark.parametrize(
    ("scene", "warnings"),
    [
        ("job_without_domain", ["medical_mode_skipped"]),
        ("job_of_fallback_model", ["fallback_model"]),
        ("job_without_roles", ["roles_missing"]),
        ("job_of_half_roles", ["roles_partial"]),
        ("job_of_one_voice", ["single_voice"]),
    ],
)
def test_what_was_done_less_well_is_on_the_transcript_in_words(ward: Ward, scene: str, warnings: list[str]) -> None:
    ward.emulator.script({"on": "submit", "do": scene})
    consultation = ward.consult()

    ward.drain()

    assert ward.status(consultation) == "ready"
    assert [code for code in ward.warnings(consultation) if not code.startswith("roles_by")] == warnings
    messages = [each["message"] for each in ward.transcript(consultation)[0].warnings]
    assert all("Check" in message for message in messages)


@pytest.mark.parametrize("scene", ["job_without_roles", "job_of_half_roles"])
def test_roles_that_the_vendor_does_not_know_are_told_by_the_words(ward: Ward, scene: str) -> None:
    ward.emulator.script({"on": "submit", "do": scene})
    consultation = ward.consult()

    ward.drain()

    turns = ward.transcript(consultation)[1]
    assert [turn.role for turn in turns] == [SpeakerRole.CLINICIAN, SpeakerRole.PATIENT] * 3


def test_roles_that_the_vendor_knows_are_kept_against_the_words(ward: Ward) -> None:
    # Whoever asks and prescribes is the doctor by the words; the vendor knows better.
    ward.emulator.script(
        {"on": "submit", "do": {"job": {"edit": {"utterances": [utterance("patient", 0), utterance("doctor", 1)]}}}}
    )
    consultation = ward.consult()

    ward.drain()

    turns = ward.transcript(consultation)[1]
    assert [(turn.speaker, turn.role) for turn in turns] == [("A", SpeakerRole.PATIENT), ("B", SpeakerRole.CLINICIAN)]


def test_roles_that_the_vendor_knows_are_kept_when_their_stage_is_run_again(ward: Ward) -> None:
    ward.emulator.script(
        {"on": "submit", "do": {"job": {"edit": {"utterances": [utterance("patient", 0), utterance("doctor", 1)]}}}}
    )
    consultation = ward.consult()
    ward.drain()

    with ward.transaction() as session:
        held = session.get_one(Consultation, consultation.id)
        rerunning.rerun(session, consultation=held, stage=Stage.ROLES, replace_corrections=False)
    ward.drain()

    assert ward.status(consultation) == "ready"
    turns = ward.transcript(consultation)[1]
    assert [turn.role for turn in turns] == [SpeakerRole.PATIENT, SpeakerRole.CLINICIAN]
    assert len(ward.transcripts(consultation)) == 2


def test_what_is_missing_in_the_audio_is_said_on_the_vendors_transcript_too(ward: Ward) -> None:
    consultation = ward.consult()
    with ward.transaction() as session:
        recording = session.scalars(select(Recording).where(Recording.consultation_id == consultation.id)).one()
        recording.manifest = {"warnings": [{"code": "gap", "message": "Two seconds are missing."}]}

    ward.drain()

    assert ward.warnings(consultation) == ["gap"]


def utterance(speaker: str, line: int) -> dict[str, object]:
    words = [
        {"text": word, "start": number * 300, "end": number * 300 + 300, "confidence": 0.9, "speaker": speaker}
        for number, word in enumerate(VISIT[line][1].split())
    ]
    return {"speaker": speaker, "start": 0, "end": 9_000, "confidence": 0.9, "text": VISIT[line][1], "words": words}


def test_without_turns_they_are_made_of_the_words_and_their_voices(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": "job_without_voices"})
    consultation = ward.consult()

    ward.drain()

    turns = ward.transcript(consultation)[1]
    assert [turn.text for turn in turns] == [line for _, line in VISIT]
    assert [turn.role for turn in turns] == [SpeakerRole.CLINICIAN, SpeakerRole.PATIENT] * 3


def test_without_turns_and_voices_the_words_are_kept_and_it_is_said(ward: Ward) -> None:
    words = [each | {"confidence": 0.9, "speaker": None} for each in words_of(VISIT)]
    for each in words[20:]:
        each["start"], each["end"] = each["start"] + 5_000, each["end"] + 5_000
    ward.emulator.script({"on": "submit", "do": {"job": {"edit": {"utterances": None, "words": words}}}})
    consultation = ward.consult()

    ward.drain()

    turns = ward.transcript(consultation)[1]
    assert " ".join(turn.text for turn in turns) == " ".join(line for _, line in VISIT)
    # A long pause is where a turn ends.
    assert (len(turns), {turn.speaker for turn in turns}) == (2, {"A"})
    assert "single_voice" in ward.warnings(consultation)
    assert "roles_missing" in ward.warnings(consultation)


@pytest.mark.parametrize("do", ["job_without_speech", {"job": {"edit": {"text": "", "words": [], "utterances": None}}}])
def test_where_nobody_speaks_there_is_no_transcript_and_no_note_and_it_is_said(ward: Ward, do: object) -> None:
    ward.emulator.script({"on": "submit", "do": do})
    consultation = ward.consult()

    ward.drain()

    row = ward.pipeline(consultation)
    assert (row.state, row.error_code) == ("failed", "no_speech")
    assert ward.transcripts(consultation) == []
    # It was heard, so it was billed.
    assert (len(ward.usage()), ward.left_at_vendor(), ward.broken()) == (1, [], {})
    assert ward.job(consultation).state == VendorJobState.IMPORTED


def test_what_was_heard_only_in_part_is_sent_once_anew(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": {"job": {"hears_s": 5}}})
    consultation = ward.consult()

    ward.drain()

    assert ward.status(consultation) == "ready"
    assert [turn.text for turn in ward.transcript(consultation)[1]] == [line for _, line in VISIT]
    assert ward.warnings(consultation) == []
    assert [job.error_code for job in ward.jobs(consultation)] == ["audio_shorter", None]
    # Both were made, so both are billed; nothing of either is left.
    assert (len(ward.usage()), ward.left_at_vendor()) == (2, [])


def test_what_was_heard_only_in_part_twice_is_taken_with_a_warning(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": {"job": {"hears_s": 5}}, "times": None})
    consultation = ward.consult()

    ward.drain()

    assert ward.status(consultation) == "ready"
    assert ward.warnings(consultation) == ["audio_shorter"]
    assert len(ward.emulator.requests("submit")) == 2
    assert (len(ward.usage()), ward.left_at_vendor()) == (2, [])


def test_a_second_less_is_the_vendors_rounding(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": {"job": {"edit": {"audio_duration": lasts_ms(VISIT) // 1000 - 1}}}})
    consultation = ward.consult()

    ward.drain()

    assert (ward.status(consultation), ward.warnings(consultation)) == ("ready", [])


@pytest.mark.parametrize(
    "scene",
    [
        "job_of_strange_entity",
        "job_of_model_string",
        "job_of_strange_field",
        "job_of_null_confidence",
        {"job": {"edit": {"audio_duration": 21.6}}},
        {"job": {"edit": {"utterances.0.words.0.confidence": None}}},
        {"job": {"edit": {"words.0.start": None}}},
        {"job": {"edit": {"utterances.0.words": None}}},
    ],
)
def test_a_finished_transcript_that_the_sdk_cannot_parse_is_read_all_the_same(ward: Ward, scene: object) -> None:
    ward.emulator.script({"on": "submit", "do": scene})
    consultation = ward.consult(lasts=lasts_ms(VISIT))

    ward.drain()

    assert ward.status(consultation) == "ready"
    assert [turn.text for turn in ward.transcript(consultation)[1]] == [line for _, line in VISIT]
    assert len(ward.emulator.requests("submit")) == 1


def test_an_unsure_word_is_unsure_where_the_vendor_says_nothing(ward: Ward) -> None:
    ward.emulator.script({"on": "submit", "do": {"job": {"edit": {"utterances.0.words.0.confidence": None}}}})
    consultation = ward.consult()

    ward.drain()

    assert ward.transcript(consultation)[1][0].words[0][3] == 0

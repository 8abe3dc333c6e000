"""Doctor and patient are told apart by what they say."""

import pytest

from scribe.transcription import roles
from scribe.transcription.models import SpeakerRole
from scribe.transcription.roles import Said
from tests.fixtures.german import GERMAN

CLINICIAN, PATIENT, OTHER, UNKNOWN = (
    SpeakerRole.CLINICIAN,
    SpeakerRole.PATIENT,
    SpeakerRole.OTHER,
    SpeakerRole.UNKNOWN,
)

VISIT = [
    Said("A", "Good morning, I'm Dr. Hale. What brings you in today?"),
    Said("B", "I've had this pain in my back for two weeks, and it hurts when I bend."),
    Said("A", "Did you lift anything heavy? Does the pain go down your leg?"),
    Said("B", "Yes, I moved house. No, it stays in my back."),
    Said("A", "Let me examine you. I'd like you to take ibuprofen for a week, and come back if it gets worse."),
    Said("B", "Okay. Thank you, doctor."),
]


def test_the_one_who_asks_is_the_doctor() -> None:
    found = roles.assign(VISIT, language="en")

    assert found.of_turns == (CLINICIAN, PATIENT) * 3
    assert found.confidence >= roles.CONFIDENT


def test_the_labels_of_the_voices_do_not_matter() -> None:
    swapped = [Said({"A": "B", "B": "A"}[turn.speaker], turn.text) for turn in VISIT]

    assert roles.assign(swapped, language="en").of_turns == roles.assign(VISIT, language="en").of_turns


def test_a_third_voice_is_someone_else() -> None:
    turns = [*VISIT, Said("C", "He has been lying down all week.")]

    assert roles.assign(turns, language="en").of_turns[-1] == OTHER


def test_a_patient_who_asks_much_is_still_the_patient() -> None:
    turns = [
        Said("A", "Is it serious, doctor? Should I worry about my heart?"),
        Said("B", "Your blood pressure is fine. I'm going to order an ECG for you."),
        Said("A", "Can I go to work? I feel tired, and my wife is worried."),
        Said("B", "You can. Do you get short of breath when you walk? We'll see you again in a week."),
    ]

    assert roles.assign(turns, language="en").of_turns == (PATIENT, CLINICIAN, PATIENT, CLINICIAN)


def test_small_talk_alone_is_not_certain() -> None:
    found = roles.assign([Said("A", "Hello there."), Said("B", "Hello.")], language="en")

    assert found.confidence < roles.CONFIDENT


def test_one_voice_for_both_is_judged_turn_by_turn() -> None:
    found = roles.assign([Said("A", turn.text) for turn in VISIT], language="en")

    assert found.is_by_turn
    assert found.confidence < roles.CONFIDENT
    assert found.of_turns == (CLINICIAN, PATIENT) * 3


def test_a_dictation_has_no_roles() -> None:
    found = roles.assign(
        [Said("A", "The wound is healing."), Said("A", "There is no tenderness on examination.")], language="en"
    )

    assert found.of_turns == (UNKNOWN, UNKNOWN)


def test_nothing_said_has_no_roles() -> None:
    assert roles.assign([], language="en").of_turns == ()


def test_in_a_language_without_cues_the_one_who_asks_is_the_doctor_but_never_for_certain() -> None:
    long = GERMAN * 10

    found = roles.assign([Said(*turn) for turn in long], language="de")

    assert found.of_turns == tuple({"A": CLINICIAN, "B": PATIENT}[voice] for voice, _ in long)
    assert found.confidence < roles.CONFIDENT


def test_in_a_language_without_cues_english_words_say_nothing() -> None:
    turns = [Said("A", "I'm Dr. Hale, let me examine you."), Said("B", "Was? Wie bitte?")]

    assert roles.assign(turns, language="de").of_turns == (PATIENT, CLINICIAN)


def test_in_a_language_without_cues_a_single_voice_has_no_role() -> None:
    found = roles.assign([Said("A", text) for _, text in GERMAN], language="de")

    assert set(found.of_turns) == {UNKNOWN}
    assert found.is_by_turn


@pytest.mark.parametrize("text", ["", "?", "don\u2019t", "mm-hmm"])
def test_any_text_has_a_leaning(text: str) -> None:
    assert -6 <= roles.leaning(text) <= 6


def test_the_samples_roles_are_found(sample_reference: list[dict[str, str]]) -> None:
    voices = {"clinician": "B", "patient": "A"}
    turns = [Said(voices[turn["role"]], turn["text"]) for turn in sample_reference]

    assert [str(role) for role in roles.assign(turns, language="en").of_turns] == [
        turn["role"] for turn in sample_reference
    ]


def test_what_an_engine_knows_is_completed_and_nobody_gets_a_role_that_is_taken() -> None:
    by_words = roles.Roles((CLINICIAN, PATIENT, OTHER), 0.9, is_by_turn=False)

    # Two are known, so the third is none of them, whatever it says.
    assert roles.completed("ABC", [PATIENT, CLINICIAN, UNKNOWN], by_words) == [PATIENT, CLINICIAN, OTHER]
    # One voice and one role are left.
    two = roles.Roles((CLINICIAN, CLINICIAN), 0.9, is_by_turn=False)
    assert roles.completed("AB", [CLINICIAN, UNKNOWN], two) == [CLINICIAN, PATIENT]
    # Several are left: the words decide, but for what is taken.
    assert roles.completed("ABC", [CLINICIAN, UNKNOWN, UNKNOWN], by_words) == [CLINICIAN, PATIENT, OTHER]

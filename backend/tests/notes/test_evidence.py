"""The evidence checks, each first seen to catch what it is for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.notes import evidence, facts
from scribe.notes.drafting.base import DraftSentence, EvidenceSpan, Turn
from scribe.notes.drafting.extractive import ExtractiveDrafter
from scribe.notes.spans import TurnBook
from tests.notes.builders import DOCTOR, PATIENT, SECTIONS, turn, turns

DOSE = "I'm going to prescribe doxycycline 100 mg twice a day for 7 days."


def problems(text: str, *said: tuple[Turn, str]) -> tuple[str, ...]:
    """The problems of a sentence that rests on these quotes of these turns."""
    book = TurnBook([each for each, _ in said])
    spans = tuple(
        book.span(each.number, each.text.index(quote), each.text.index(quote) + len(quote)) for each, quote in said
    )
    return evidence.check(DraftSentence("plan", text, spans), book)


def whole(*texts: str, role=PATIENT) -> list[tuple[Turn, str]]:
    return [(turn(number, role, text), text) for number, text in enumerate(texts)]


def asked(question: str, answer: str) -> list[tuple[Turn, str]]:
    return [(turn(0, DOCTOR, question), question), (turn(1, PATIENT, answer), answer)]


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        ("Denies chest pain.", "Do you have any chest pain?", "No fever."),
        ("Denies chest pain.", "Do you have any fever? Do you have any chest pain?", "No fever."),
        ("Denies chest pain or shortness of breath.", "Any chest pain or shortness of breath?", "No chest pain."),
        ("Reports chest pain.", "Any chest pain?", "Yes, a cough."),
    ],
)
def test_an_answer_about_something_else_proves_nothing_of_what_was_asked(
    sentence: str, question: str, answer: str
) -> None:
    assert problems(sentence, *asked(question, answer)) != ()


def test_what_was_said_passes() -> None:
    assert problems("I will prescribe doxycycline 100 mg twice a day for 7 days.", *whole(DOSE)) == ()
    assert problems("Denies chest pain.", *asked("Any chest pain?", "No.")) == ()
    assert problems("Reports chest pain.", *asked("Any chest pain?", "Yes.")) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Prescribed doxycycline 200 mg twice a day for 7 days.", "number"),
        ("Prescribed doxycycline 100 mcg twice a day for 7 days.", "unit"),
        ("Prescribed doxycycline 100 mg twice a day for 7 weeks.", "unit"),
        ("Prescribed amoxicillin 100 mg twice a day for 7 days.", "medicine_side_or_frequency"),
        ("Prescribed doxycycline 100 mg once a day for 7 days.", "medicine_side_or_frequency"),
        ("Will not prescribe doxycycline 100 mg twice a day for 7 days.", "negation"),
        ("Referral to a cardiologist for an urgent echocardiogram.", "words_not_said"),
        ("Yes, prescribe doxycycline.", "affirmation"),
    ],
)
def test_a_changed_fact_is_caught(text: str, problem: str) -> None:
    assert problem in problems(text, *whole(DOSE, role=DOCTOR))


def test_a_changed_side_is_caught() -> None:
    assert "medicine_side_or_frequency" in problems("Pain in the left knee.", *whole("I have pain in my right knee."))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Patient has chest pain.", whole("I don't have any chest pain.")),
        ("Patient has no fever and has chest pain.", whole("I have a fever but no chest pain.")),
        ("Patient has chest pain.", asked("Any chest pain?", "No.")),
        ("Denies chest pain.", asked("Any chest pain?", "Yes.")),
        ("Denies chest pain.", asked("Any chest pain?", "No, just when I run.")),
        ("Denies vomiting.", asked("Any vomiting?", "No. I vomited at the start but it stopped.")),
        ("Reports chest pain.", asked("Any chest pain?", "Not really, no.")),
        ("Patient has chest pain.", asked("Any chest pain?", "Since Monday.")),
    ],
)
def test_turning_what_was_said_around_is_caught(text: str, said) -> None:
    assert {"polarity", "negation"} & set(problems(text, *said))


def test_a_quote_that_cuts_off_its_negation_is_caught() -> None:
    said = turn(0, PATIENT, "I don't have any chest pain.")

    assert "polarity" in problems("Patient has chest pain.", (said, "chest pain"))


def test_a_no_that_its_own_turn_takes_back_is_caught() -> None:
    question = turn(0, DOCTOR, "Any vomiting?")
    reply = turn(1, PATIENT, "No. I vomited at the start.")

    assert "polarity" in problems("Denies vomiting.", (question, question.text), (reply, "No."))


def test_a_quote_that_cuts_off_its_condition_is_caught() -> None:
    said = turn(0, DOCTOR, "If you develop chest pain go to the emergency room.")

    assert "condition" in problems("Patient has developed chest pain.", (said, "develop chest pain"))


def test_a_quote_that_cuts_off_its_question_mark_is_caught() -> None:
    said = turn(0, DOCTOR, "Do you have chest pain?")

    assert "polarity" in problems("Patient has chest pain.", (said, "chest pain"))


@pytest.mark.parametrize(
    ("role", "text", "line"),
    [
        (DOCTOR, "Do you have chest pain?", "Clinician: “Do you have chest pain?”"),
        (PATIENT, "Never, no. Why, is it bad?", "Patient states: “Never, no. Why, is it bad?”"),
        (PATIENT, "Nein, 38,5 hatte ich nie.", "Patient states: “Nein, 38,5 hatte ich nie.”"),
    ],
)
def test_whole_sentences_between_marks_claim_only_that_they_were_said(role, text: str, line: str) -> None:
    assert problems(line, *whole(text, role=role)) == ()


@pytest.mark.parametrize(
    ("said", "quote", "line"),
    [
        (
            turn(0, DOCTOR, "Do you have chest pain?"),
            "Do you have chest pain?",
            "Patient states: “Do you have chest pain?”",
        ),
        (turn(0, DOCTOR, "Do you have chest pain?"), "Do you have chest pain", "Clinician: “Do you have chest pain”"),
        (turn(0, PATIENT, "I don't have any chest pain."), "chest pain.", "Patient states: “chest pain.”"),
        (turn(0, PATIENT, "Any chest pain? No."), "Any chest pain?", "Patient states: “I have chest pain.”"),
    ],
)
def test_a_quote_under_the_wrong_name_cut_or_changed_is_caught(said: Turn, quote: str, line: str) -> None:
    assert "polarity" in problems(line, (said, quote))


def test_quotes_times_and_turns_must_be_right() -> None:
    said = turn(3, PATIENT, "My left knee hurts a lot.")
    book = TurnBook([said])
    right = book.span(3, 3, 18)

    def check(**changes) -> tuple[str, ...]:
        span = EvidenceSpan(**{**right.__dict__, **changes})
        return evidence.check(DraftSentence("hpi", "Left knee hurts.", (span,)), book)

    assert (right.quote, right.start_ms, right.end_ms) == ("left knee hurts", 300, 1200)
    assert check() == ()
    assert check(utterance=4) == ("unknown_utterance",)
    assert check(quote="left knee hurt") != ("quote_not_said",)
    assert check(quote="left elbow hurts") == ("quote_not_said",)
    assert check(quote="") == ("quote_not_said",)
    assert check(start_ms=0) == ("wrong_time",)
    assert check(end_ms=99_999) == ("wrong_time",)
    assert evidence.check(DraftSentence("hpi", "Left knee hurts.", ()), book) == ("no_evidence",)
    assert evidence.check(DraftSentence("hpi", "Left\nknee", (right,)), book) == ("not_one_line",)


WORDS = st.sampled_from(
    "i my no not have chest pain left right knee warfarin aspirin 5 mg 10 twice a day fever and or but never cough the "
    "doctor said um yes , . ?".split()
)
SPEECH = st.lists(st.lists(WORDS, min_size=1, max_size=14).map(" ".join), min_size=1, max_size=8)


@given(SPEECH)
def test_whatever_is_said_every_drafted_sentence_is_proven(texts: list[str]) -> None:
    said = turns(tuple((DOCTOR if index % 2 == 0 else PATIENT, text) for index, text in enumerate(texts)))
    book = TurnBook(said)

    for sentence in ExtractiveDrafter().draft(said, SECTIONS, language="en").sentences:
        assert evidence.check(sentence, book) == ()
        spoken = " ".join(span.quote for span in sentence.evidence)
        assert set(re.findall(r"\d+", sentence.text)) <= set(re.findall(r"\d+", spoken))
        assert facts.of(sentence.text).exact <= facts.of(spoken).exact


@given(st.sampled_from(["100", "7"]), st.integers(min_value=1, max_value=9999))
def test_no_other_number_passes(old: str, new: int) -> None:
    # Not even one that was said with another unit: 100 days, 7 mg.
    assert (problems(DOSE.replace(old, str(new)), *whole(DOSE)) == ()) == (str(new) == old)

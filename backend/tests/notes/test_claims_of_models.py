"""What a model could make of a consultation: invented, turned around, or another person's. None of it passes."""

import pytest

from scribe.notes.evidence import Problem
from scribe.notes.patient_documents.base import Source
from scribe.notes.patient_documents.checking import Ground
from scribe.notes.templates import SectionKind
from tests.notes.test_evidence import asked, problems, whole

HUSBAND = "My husband is allergic to penicillin, I am fine with it."
MOTHER = "My mother had diabetes and a stroke when she was seventy."
CHEST = "I get chest pain when I walk upstairs."
TESTS = "Your liver tests are normal."
METFORMIN = "Start metformin 500 mg twice a day."
TWO = "Stop metformin and start gliclazide."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The patient is allergic to penicillin.", HUSBAND),
        ("Allergic to penicillin.", HUSBAND),
        ("The patient has diabetes and a stroke.", MOTHER),
        ("History of stroke.", MOTHER),
        ("Had a stroke.", "My mother was well for years. Then she had a stroke."),
        ("Patient has heart failure.", "I look after my father who has heart failure."),
        ("Patient has diabetes.", "There is diabetes in my family."),
        ("Father had a stroke.", "My mother had a stroke and my father had asthma."),
        ("Mother has asthma.", "My mother had a stroke and I have asthma."),
    ],
)
def test_a_finding_stays_with_whom_it_was_said_of(text: str, said: str) -> None:
    assert Problem.SOMEONE_ELSE in problems(text, *whole(said))


def test_an_answer_about_a_relative_is_no_finding_of_the_patient() -> None:
    assert Problem.SOMEONE_ELSE in problems(
        "Has heart disease.", *asked("Does your mother have heart disease?", "Yes.")
    )
    assert Problem.SOMEONE_ELSE in problems("Had a stroke.", *asked("What about your father?", "He had a stroke."))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Husband is allergic to penicillin.", HUSBAND),
        ("Mother had diabetes and a stroke.", MOTHER),
        ("Family history: mother had diabetes.", MOTHER),
        ("The patient is fine with it.", HUSBAND),
        ("Patient has asthma.", "My mother had a stroke and I have asthma."),
        ("Lives with husband in Leeds.", "I live with my husband in Leeds."),
        ("Patient has chest pain.", "My husband drove me here because I have chest pain."),
        ("Reports that she is allergic to penicillin.", "I am allergic to penicillin."),
        ("Cough for 2 weeks.", "I have had a cough for two weeks."),
        ("Prescribed 100 mg.", "We prescribe 100 milligrams."),
    ],
)
def test_what_was_said_of_each_passes(text: str, said: str) -> None:
    assert problems(text, *whole(said)) == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Crushing chest pain when walking upstairs, likely angina.", CHEST),
        ("Suicidal with chest pain when walking upstairs.", CHEST),
        ("Hypertrophy of the heart.", "I was told I have hypertension of the heart."),
        ("Cancer of the appointment.", "Cancel the appointment."),
    ],
)
def test_one_word_that_nobody_said_is_one_too_many(text: str, said: str) -> None:
    assert Problem.WORDS_NOT_SAID in problems(text, *whole(said))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Your liver tests are abnormal.", TESTS),
        ("The cough is worse.", "The cough is better."),
        ("Stop metformin 500 mg twice a day.", METFORMIN),
        ("Avoid metformin 500 mg twice a day.", METFORMIN),
        ("Continue metformin 500 mg twice a day.", METFORMIN),
        ("Hold metformin 500 mg twice a day.", METFORMIN),
        ("Resume metformin 500 mg twice a day.", METFORMIN),
        ("Increase metformin.", "Decrease metformin."),
        ("Start metformin and stop gliclazide.", TWO),
        ("Stop gliclazide.", TWO),
        ("Take it before breakfast.", "Take it after breakfast."),
    ],
)
def test_start_is_not_stop_and_normal_is_not_abnormal(text: str, said: str) -> None:
    assert Problem.OPPOSITE in problems(text, *whole(said))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Stop metformin.", TWO),
        ("Start gliclazide.", TWO),
        ("Discontinue metformin.", "We will stop the metformin and discontinue the iron."),
        ("Metformin stopped.", "Metformin was stopped."),
    ],
)
def test_what_is_to_be_done_with_each_medicine_passes(text: str, said: str) -> None:
    assert problems(text, *whole(said)) == ()


def letter(text: str, *noted: str) -> tuple[Problem, ...]:
    """The problems of a sentence of a letter that names these sentences of the note."""
    ids = [str(number) for number in range(len(noted))]
    sources = [Source(each, SectionKind.PLAN, words) for each, words in zip(ids, noted, strict=True)]
    return Ground(sources).check(text, ids)


@pytest.mark.parametrize(
    ("text", "noted", "problem"),
    [
        ("You have a chest infection with a dry cough, which may be cancer.",
         "Chest infection with a dry cough for two weeks.", Problem.WORDS_NOT_SAID),
        ("You had breast cancer.", "Mother had breast cancer.", Problem.SOMEONE_ELSE),
        ("You had breast cancer.", "Patient's mother had breast cancer.", Problem.SOMEONE_ELSE),
        ("You will stop doxycycline 100 mg twice a day.", "Prescribed doxycycline 100 mg twice a day.",
         Problem.OPPOSITE),
        ("You may have cancer and will take doxycycline 100 mg twice a day.",
         "Take doxycycline 100 mg twice a day.", Problem.WORDS_NOT_SAID),
        ("Your liver tests are abnormal.", "Liver tests are normal.", Problem.OPPOSITE),
        ("Avoid metformin 500 mg twice a day.", METFORMIN, Problem.OPPOSITE),
    ],
)  # fmt: skip
def test_a_letter_says_nothing_that_its_note_does_not(text: str, noted: str, problem: Problem) -> None:
    assert problem in letter(text, noted)


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("You have a chest infection.", "I think you have a chest infection."),
        ("Your mother had breast cancer.", "Patient's mother had breast cancer."),
        ("You have high blood pressure.", "Patient has HTN."),
        ("You will take doxycycline 100 mg twice a day.", "Take doxycycline 100 mg twice a day."),
    ],
)
def test_a_letter_may_say_what_its_note_does(text: str, noted: str) -> None:
    assert letter(text, noted) == ()

"""A dose belongs to its medicine, a side to its part of the body, whatever else was said."""

import pytest

from scribe.notes import evidence
from scribe.notes.drafting.base import DraftSentence
from scribe.notes.evidence import Problem
from scribe.notes.spans import TurnBook
from tests.notes.builders import PATIENT, turns


def problems(claim: str, *said: str) -> tuple[Problem, ...]:
    book = TurnBook(turns(tuple((PATIENT, text) for text in said)))
    spans = tuple(book.span(number, 0, len(text)) for number, text in enumerate(said))
    return evidence.check(DraftSentence("plan", claim, spans), book)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("I take lisinopril 20 mg daily.", ["I take lisinopril 10 mg and metformin 20 mg daily."]),
        ("I take lisinopril 20 mg.", ["I take lisinopril 10 mg.", "I take metformin 20 mg."]),
        ("Add lisinopril 500.", ["Continue metformin 500 twice a day and add 20 milligrams of lisinopril."]),
    ],
)
def test_a_dose_of_another_medicine_is_caught(claim: str, said: list[str]) -> None:
    assert Problem.NUMBER in problems(claim, *said)


def test_a_frequency_of_another_medicine_is_caught() -> None:
    assert Problem.NUMBER in problems(
        "I take metformin twice daily.", "I take metformin once daily and lisinopril twice daily."
    )


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("My left knee hurts.", ["My right knee hurts, and my left shoulder hurts too."]),
        ("My left knee hurts.", ["My right knee hurts.", "My left shoulder hurts."]),
    ],
)
def test_a_side_of_another_part_is_caught(claim: str, said: list[str]) -> None:
    assert Problem.MEDICINE_SIDE_OR_FREQUENCY in problems(claim, *said)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("I take lisinopril 10 mg daily and metformin 20 mg.", ["I take lisinopril 10 mg daily and metformin 20 mg."]),
        ("Add lisinopril 20 mg.", ["Continue metformin 500 twice a day and add 20 mg of lisinopril."]),
        ("I take lisinopril 20.", ["I take lisinopril.", "20."]),
        ("My left knee hurts.", ["My knee hurts.", "The left."]),
        ("Crackles on the right, in the lungs.", ["I hear crackles on the right, in your lungs."]),
        ("My left knee and right shoulder hurt.", ["My left knee hurts and my right shoulder hurts."]),
    ],
)
def test_what_belongs_together_passes(claim: str, said: list[str]) -> None:
    assert problems(claim, *said) == ()

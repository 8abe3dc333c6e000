"""Which unsure words a doctor must look at."""

import pytest

from scribe.transcription import risk


@pytest.mark.parametrize(
    "word",
    [
        "500",
        "38.2,",
        "milligrams",
        "doxocycline,",
        "Metformin.",
        "lisinopril",
        "no",
        "don't",
        "Don\u2019t",
        "left",
        "twice",
    ],
)
def test_unsure_doses_drugs_negations_and_sides_are_risky(word: str) -> None:
    assert risk.is_risky(word, 0.4)


@pytest.mark.parametrize("word", ["500", "doxycycline", "no", "left"])
def test_what_the_engine_is_sure_of_is_not(word: str) -> None:
    assert not risk.is_risky(word, 0.95)


@pytest.mark.parametrize("word", ["morning", "cough", "Carter.", "april", "and", ""])
def test_other_unsure_words_are_not(word: str) -> None:
    assert not risk.is_risky(word, 0.1)

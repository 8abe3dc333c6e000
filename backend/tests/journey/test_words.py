"""The measure itself: what counts as heard, and as on the right speaker."""

from typing import Any

import pytest

from tests.journey.words import compare, kept_part

SAID = [
    {"role": "clinician", "text": "Do you smoke?", "start_ms": 500, "end_ms": 2_000},
    {"role": "patient", "text": "No, I stopped ten years ago.", "start_ms": 2_500, "end_ms": 5_000},
]


def heard(*turns: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"role": role, "text": text} for role, text in turns]


def test_case_punctuation_and_the_spelling_of_numbers_do_not_count() -> None:
    found = compare(SAID, heard(("clinician", "do you smoke"), ("patient", "No I stopped 10 years ago")))

    assert (found.right, found.right_on_speaker, found.matched_on_speaker) == (1, 1, 1)


def test_a_word_on_the_wrong_turn_is_heard_but_on_the_wrong_speaker() -> None:
    found = compare(SAID, heard(("clinician", "Do you smoke? No, I"), ("patient", "stopped ten years ago.")))

    assert found.right == 1
    assert found.right_on_speaker == found.matched_on_speaker == pytest.approx(7 / 9)


def test_a_misheard_word_counts_for_its_speaker_too() -> None:
    found = compare(SAID, heard(("clinician", "Do you smoke? Know, eye"), ("patient", "stopped ten years ago.")))

    assert found.right == found.matched_on_speaker == pytest.approx(7 / 9)
    assert found.right_on_speaker == 1


def test_a_word_that_was_not_heard_is_not_right_and_on_nobodys_turn() -> None:
    found = compare(SAID, heard(("clinician", "Do you smoke?"), ("patient", "I stopped ten years.")))

    assert found.right == pytest.approx(7 / 9)
    assert found.right_on_speaker == found.matched_on_speaker == 1


def test_only_turns_that_lie_whole_in_the_recording_are_expected() -> None:
    began_later = [{"role": "clinician", "text": "Do you smoke?", "start_ms": 4_500, "end_ms": 6_000}]

    assert kept_part(SAID, began_later, 8_999) == SAID[:1]
    assert kept_part(SAID, began_later, 9_000) == SAID

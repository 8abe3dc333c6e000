"""Words keep their times when a person corrects a turn."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from scribe.transcription import rewording

SPOKEN: list[list[Any]] = [
    ["I", 1000, 1100, 0.9],
    ["take", 1100, 1400, 0.9],
    ["doxocycline,", 1400, 2200, 0.4],
    ["daily.", 2300, 2700, 0.8],
]
words = st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=8), max_size=30)


def test_words_that_stayed_keep_their_times_and_doubts() -> None:
    made = rewording.realigned(SPOKEN, "I take doxycycline, daily.", 1000, 2700)

    assert made == [SPOKEN[0], SPOKEN[1], ["doxycycline,", 1400, 2200, 1.0], SPOKEN[3]]


def test_punctuation_and_case_do_not_make_another_word() -> None:
    made = rewording.realigned(SPOKEN, "i take Doxocycline daily", 1000, 2700)

    assert made == [["i", *SPOKEN[0][1:]], SPOKEN[1], ["Doxocycline", *SPOKEN[2][1:]], ["daily", *SPOKEN[3][1:]]]


def test_an_added_word_lies_between_its_neighbours() -> None:
    made = rewording.realigned(SPOKEN, "I take doxocycline, once daily.", 1000, 2700)

    assert made[3] == ["once", 2200, 2300, 1.0]


def test_several_words_share_the_time_of_the_one_they_replace() -> None:
    made = rewording.realigned(SPOKEN, "I take two pink pills daily.", 1000, 2700)

    assert [word[0] for word in made] == ["I", "take", "two", "pink", "pills", "daily."]
    assert (made[2][1], made[4][2]) == (1400, 2200)


def test_a_turn_without_words_gets_them_over_its_length() -> None:
    assert rewording.realigned([], "all new", 100, 700) == [["all", 100, 400, 1.0], ["new", 400, 700, 1.0]]


@given(old=words, new=words)
def test_whatever_is_typed_the_words_are_the_text_and_times_never_go_back(old: list[str], new: list[str]) -> None:
    spoken: list[list[Any]] = [[word, at * 100, at * 100 + 80, 0.5] for at, word in enumerate(old)]
    text = " ".join(new)

    made = rewording.realigned(spoken, text, 0, 5000)

    assert [word[0] for word in made] == text.split()
    assert all(word[1] <= word[2] for word in made)
    assert [word[1] for word in made] == sorted(word[1] for word in made)

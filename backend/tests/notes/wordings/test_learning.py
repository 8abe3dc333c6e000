"""From an edit to a preference: only wording is ever learned, and putting it in never changes a fact."""

import itertools
import random
import re

import pytest

from scribe.notes import facts
from scribe.notes.drafting.base import DraftSentence
from scribe.notes.evidence import Checked, check
from scribe.notes.spans import TurnBook
from scribe.notes.wordings.applying import apply, in_wording
from scribe.notes.wordings.learning import Replacement, replacements
from scribe.notes.wordings.meaning import groups, meaning
from tests.notes.builders import DOCTOR, PATIENT, turns


def learned(before: str, after: str) -> set[tuple[str, str]]:
    return {(each.instead_of, each.write) for each in replacements(before, after)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Patient complains of a cough.", "Patient reports a cough.", {("complains of", "reports")}),
        ("Patient complains of a cough.", "Pt reports a cough.", {("patient", "pt"), ("complains of", "reports")}),
        ("There is a history of asthma.", "There is a hx of asthma.", {("history of", "hx of")}),
        ("Her blood pressure is 120/80.", "Her BP is 120/80.", {("blood pressure", "BP")}),
        ("I'm going to prescribe it.", "I am going to prescribe it.", {("I'm going to", "I am going to")}),
        ("On examination, well.", "O/E, well.", {("on examination", "O/E")}),
        ("Reports pain, and reports fatigue.", "Reports pain, and states fatigue.", {("reports", "states")}),
    ],
)
def test_a_change_of_wording_is_seen(before: str, after: str, expected: set[tuple[str, str]]) -> None:
    assert learned(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Take 5 mg daily.", "Take 10 mg daily."),
        ("Take aspirin daily.", "Take warfarin daily."),
        ("Pain in the left knee.", "Pain in the right knee."),
        ("Patient has no pain.", "Patient has pain."),
        ("Patient denies pain.", "Patient reports pain."),
        ("Patient takes it twice a day.", "Patient takes it bid."),
        ("Seen on 3 May.", "Seen on 4 May."),
        ("Ann Bell has a cough.", "Patient has a cough."),
        ("Patient has a cough.", "Ann reports a cough."),
        ("Patient has a mild cough.", "Patient has a severe cough."),
        ("Patient may stop it.", "Patient must stop it."),
        ("Continue metformin.", "Stop metformin."),
        ("Patient has fever.", "Patient has vomiting."),
        ("Reports pain. Fever.", "Reports, pain Fever."),
        ("Patient has a really bad cough.", "Patient has a bad cough."),
        ("", "Reports pain."),
    ],
)
def test_a_change_of_anything_else_is_never_learned(before: str, after: str) -> None:
    assert learned(before, after) == set()


def test_a_wording_that_is_the_patients_name_is_not_learned() -> None:
    before, after = "Patient says it hurts.", "Patient states it hurts."

    assert replacements(before, after) != set()
    assert replacements(before, after, never=frozenset({"states", "smith"})) == set()


FACTS = ("metformin 500 mg", "no warfarin", "the left knee", "twice a day", "for 7 days", "Ann Bell", "120/80",
         "on 3 May", "not better", "if it persists", "20 units of insulin", "mild asthma", "her daughter")  # fmt: skip
STYLES = tuple(wording for group in groups() for wording in group)


def a_sentence(dice: random.Random) -> list[str]:
    return [dice.choice(STYLES if dice.random() < 0.5 else FACTS) for _ in range(dice.randint(2, 7))]


@pytest.mark.parametrize("seed", range(40))
def test_whatever_is_edited_only_synonyms_are_learned_and_they_change_no_fact(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(25):
        drafted = a_sentence(dice)
        # Every kind of edit at once: synonyms, other facts, words that come, go and swap.
        signed = [dice.choice((part, dice.choice(STYLES), dice.choice(FACTS))) for part in drafted]
        dice.shuffle(signed) if dice.random() < 0.2 else None
        for change in replacements(" ".join(drafted) + ".", " ".join(signed) + "."):
            before, after = meaning(change.instead_of.split()), meaning(change.write.split())
            assert before is not None
            assert after is not None
            assert [part.group for part in before] == [part.group for part in after]
            other = " ".join(a_sentence(dice)).capitalize() + "."
            ours, theirs = facts.of(other), facts.of(in_wording(other, [change]))
            assert (ours.numbers, ours.quantities, ours.exact, ours.negated) == (
                theirs.numbers, theirs.quantities, theirs.exact, theirs.negated,
            )  # fmt: skip


def test_all_wordings_at_once_leave_every_fact_where_it_was() -> None:
    style = [Replacement(one, other) for group in groups() for one, other in itertools.pairwise(group)]
    for fact, one in itertools.product(FACTS, STYLES):
        text = f"{one} {fact}, and {fact} {one}."

        assert in_wording(text, style).count(fact) == 2


def test_words_are_exchanged_whole_with_their_capital_and_once() -> None:
    style = [Replacement("patient", "pt"), Replacement("pt", "patient"), Replacement("blood pressure", "BP")]

    assert in_wording("Patient is an outpatient. Blood pressure is up; the patient rests.", style) == (
        "Pt is an outpatient. BP is up; the pt rests."
    )


def test_what_somebody_said_stays_as_it_was_said() -> None:
    said = "Patient states: “The patient complains of me.”"

    assert in_wording(said, [Replacement("complains of", "reports"), Replacement("patient", "pt")]) == (
        "Pt states: “The patient complains of me.”"
    )


SAID = (
    (PATIENT, "I have shortness of breath."),
    (DOCTOR, "Your blood pressure is 120 over 80."),
)


def drafted(text: str, number: int) -> tuple[DraftSentence, TurnBook]:
    book = TurnBook(turns(SAID))
    return DraftSentence("plan", text, (book.span(number, 0, len(SAID[number][1])),)), book


def test_a_proven_sentence_is_put_into_the_doctors_wording_and_keeps_the_drafters() -> None:
    sentence, book = drafted("Patient's blood pressure is 120 over 80.", 1)
    assert check(sentence, book) == ()

    (worded,) = apply(Checked((sentence,), ()), [Replacement("blood pressure", "BP")], book).kept

    assert (worded.text, worded.worded_from) == ("Patient's BP is 120 over 80.", sentence.text)
    assert worded.evidence == sentence.evidence


@pytest.mark.parametrize(
    "mutant",
    [
        Replacement("120", "130"),
        Replacement("blood pressure", "pulse 60"),
        Replacement("patient's", "no"),
        Replacement("blood pressure", "left blood pressure"),
        Replacement("blood pressure", "warfarin"),
    ],
)
def test_even_a_wording_that_no_one_could_learn_does_not_get_past_the_checks(mutant: Replacement) -> None:
    sentence, book = drafted("Patient's blood pressure is 120 over 80.", 1)

    (kept,) = apply(Checked((sentence,), ()), [mutant], book).kept

    assert kept == sentence


def test_no_wording_could_name_a_patient() -> None:
    assert all(re.fullmatch(r"[A-Za-z&/'\- ]+", wording) for wording in STYLES)

"""The list of wordings that may be learned: synonyms only, and not one fact in it."""

import pytest

from scribe.notes import addressing, facts, lexicon
from scribe.notes.wordings.meaning import groups, meaning, short_forms, spelled_out

WORDINGS = [wording for group in groups() for wording in group]


def test_no_wording_stands_in_two_groups() -> None:
    folded = [wording.lower() for wording in WORDINGS]

    assert len(folded) == len(set(folded))


@pytest.mark.parametrize("wording", WORDINGS)
def test_a_wording_holds_no_fact(wording: str) -> None:
    found = facts.of(wording)
    words = set(facts.tokens(wording))

    assert (found.numbers, found.exact, found.negated) == (frozenset(), frozenset(), False)
    assert not lexicon.load("drugs").has(wording)
    assert not words & (facts.YES | facts.SIDES | {"if", "unless", "when", "until", "whether", "should", "may", "must"})
    assert addressing.addressed_from(wording) is None


def test_a_known_phrase_has_a_meaning_and_any_other_word_has_none() -> None:
    assert meaning(["Patient", "complains", "of"]) is not None
    assert meaning(["complains", "of", "Ann"]) is None
    assert meaning(["cough"]) is None
    assert meaning([]) is None


def test_short_forms_are_spelled_out_as_they_are_written() -> None:
    assert spelled_out("Pt has SOB, BP 120/80; see the pt's meds.") == (
        "Patient has shortness of breath, blood pressure 120/80; see the patient's medications."
    )
    assert spelled_out("The bp-cuff and a sob story.") == "The bp-cuff and a sob story."
    assert all(spelled_out(form) == plain for form, plain in short_forms().items())

"""No pair of the list changes a sentence in which one of its words means something else."""

import itertools

import pytest

from scribe.notes.wordings.applying import in_wording
from scribe.notes.wordings.learning import Replacement
from scribe.notes.wordings.meaning import groups

OTHER_SENSES = (
    "The nurse will call.",
    "Patient's will is with the solicitor.",
    "Patient is worried about his heart.",
    "See notes from the hospital.",
    "Reports from the lab came back.",
    "The lab reports are in.",
    "Born in the United States.",
    "Return of the symptom after a week.",
    "From the start it was dry.",
    "Patient says that it hurts.",
    "As described by the nurse.",
    "The clinic has returned the form.",
    "The bus stop is near, and stop by the clinic.",
    "Patient continues to feel dizzy; we continue to look.",
    "The swabs come back negative.",
    "Patient works as a temp.",
    "Patient has had a stroke.",
    "The tracing suggested angina.",
    "We will beat it, and we are about to begin.",
)


@pytest.mark.parametrize("text", OTHER_SENSES)
def test_a_word_in_another_sense_stays(text: str) -> None:
    pairs = [Replacement(old, new) for group in groups() for old, new in itertools.permutations(group, 2)]
    # `Patient` may be exchanged anywhere: it has one meaning.
    others = [pair for pair in pairs if "patient" not in pair.instead_of.lower()]

    assert {in_wording(text, [pair]) for pair in others} == {text}


def test_a_patient_who_tells_is_put_in_other_words() -> None:
    assert in_wording("Patient reports fatigue.", [Replacement("reports", "complains of")]) == (
        "Patient complains of fatigue."
    )

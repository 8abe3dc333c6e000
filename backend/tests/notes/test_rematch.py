"""Which lines are which sentences: properties that no edit may break."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe.notes import rematch as module
from scribe.notes.content import NoteSentence
from scribe.notes.drafting.base import EvidenceSpan
from scribe.notes.rematch import lines_of, rematch

SUBJECTS = "cough fever knee asthma warfarin penicillin nausea eczema lungs rash headache insulin".split()
TEXTS = [f"Patient reports {subject} number {index} since last week." for index, subject in enumerate(SUBJECTS)]
NEW = ["Stay off work until Monday.", "Bring a urine sample.", "Wife will drive home."]


def sentences(texts: list[str]) -> list[NoteSentence]:
    return [
        NoteSentence(f"id-{index}", text, "ai", None, (EvidenceSpan(index, 0, 1, text),))
        for index, text in enumerate(texts)
    ]


def edit(previous, text: str, **options):
    numbers = itertools.count()
    return rematch(previous, text, author_id="me", make_id=lambda: f"new-{next(numbers)}", **options)


subsets = st.lists(st.sampled_from(TEXTS), unique=True, max_size=8)
any_text = st.text(alphabet="ab xyz.\n0é", max_size=80)


@given(subsets)
def test_saving_what_is_there_changes_nothing(texts: list[str]) -> None:
    before = sentences(texts)

    assert edit(before, "\n".join(texts)) == tuple(before)


@given(subsets, st.lists(st.sampled_from(NEW), unique=True), st.randoms())
def test_unchanged_lines_keep_id_and_evidence_wherever_they_go(texts: list[str], new: list[str], random) -> None:
    before = sentences(texts)
    kept = [text for text in texts if random.random() < 0.7]
    lines = [*kept, *new]
    random.shuffle(lines)

    after = {sentence.text: sentence for sentence in edit(before, "\n".join(lines))}

    for sentence in before:
        if sentence.text in kept:
            assert after[sentence.text] == sentence
    for text in new:
        assert (after[text].evidence, after[text].origin, after[text].author_id) == ((), "added", "me")


@given(subsets, st.lists(st.sampled_from(TEXTS + NEW), max_size=10))
def test_evidence_never_moves_to_an_unrelated_sentence(texts: list[str], lines: list[str]) -> None:
    after = edit(sentences(texts), "\n".join(lines))

    for sentence in after:
        # Each sentence's evidence quotes what it was drafted as; here all are unrelated to one another.
        assert all(span.quote == sentence.text for span in sentence.evidence)


@given(subsets, any_text)
def test_every_line_comes_back_once_and_ids_stay_apart(texts: list[str], text: str) -> None:
    after = edit(sentences(texts), text)

    assert [sentence.text for sentence in after] == lines_of(text)
    assert len({sentence.id for sentence in after}) == len(after)


@given(subsets, any_text)
def test_saving_twice_is_saving_once(texts: list[str], text: str) -> None:
    once = edit(sentences(texts), text)

    assert edit(once, text) == once


@given(subsets, st.integers(min_value=0, max_value=7))
def test_a_line_deleted_and_typed_back_is_the_same_sentence(texts: list[str], position: int) -> None:
    before = sentences(texts)
    without = edit(before, "\n".join(text for index, text in enumerate(texts) if index != position))

    assert edit(without, "\n".join(texts), earlier=before) == tuple(before)


@given(st.sampled_from(TEXTS), st.sampled_from(["today", "two days", "Monday"]))
def test_a_line_that_changed_a_little_is_edited_and_keeps_its_evidence(text: str, when: str) -> None:
    before = sentences([text])

    (after,) = edit(before, text.replace("last week", when))

    assert (after.id, after.origin, after.author_id, after.evidence) == ("id-0", "edited", "me", before[0].evidence)


def test_a_line_of_the_same_mould_about_something_else_is_new() -> None:
    (after,) = edit(sentences(["Denies fever."]), "Denies cough.")

    assert (after.origin, after.evidence) == ("added", ())


def test_a_split_line_leaves_its_evidence_with_one_part_only() -> None:
    before = sentences(["Patient has had a bad cough for two weeks, and they feel tired all the time."])

    after = edit(before, "Patient has had a bad cough for two weeks.\nThey feel tired all the time.")

    assert sum(bool(sentence.evidence) for sentence in after) == 1


def test_an_added_line_that_is_edited_stays_added() -> None:
    (added,) = edit([], "Stay off work until Monday.")

    (after,) = edit([added], "Stay off work until Tuesday.")

    assert (after.id, after.origin) == (added.id, "added")


def test_a_word_in_common_does_not_make_an_edit() -> None:
    before = sentences(["Patient has had a really bad cough for the last two weeks, and they feel tired all the time."])

    (after,) = edit(before, "Cough.")

    assert (after.origin, after.evidence) == ("added", ())


def test_letters_in_common_do_not_make_an_edit() -> None:
    (after,) = edit(sentences(["Call the office on Monday."]), "Call the offset on Sunday.")

    assert (after.origin, after.evidence) == ("added", ())


def test_no_two_texts_are_compared_when_far_too_many_have_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(module.fuzz, "ratio", lambda *texts: compared.append(texts) or 0.0)
    kept, count = "Stay off work until Monday.", 600
    before = sentences([*(f"Patient reports cough {number}." for number in range(count)), kept])

    after = edit(before, "\n".join([kept, *(f"Denies fever {number}." for number in range(count))]))

    assert compared == []
    assert after[0] == before[-1]
    assert {sentence.origin for sentence in after[1:]} == {"added"}


def test_what_a_text_holds_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    real = module._content_words
    monkeypatch.setattr(module, "_content_words", lambda text: looked.append(text) or real(text))
    texts = [f"Patient reports cough since week {number}." for number in range(20)]

    edit(sentences(texts), "\n".join(text.replace("since", "after") for text in texts))

    assert len(looked) == len(set(looked))

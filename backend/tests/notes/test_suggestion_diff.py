"""Whatever a section and a suggestion hold, no line is lost, and no person's line goes unasked."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from scribe.notes.content import NoteSentence
from scribe.notes.suggestions import diff

TEXTS = st.sampled_from(
    [
        "Takes ramipril 5 mg daily.",
        "Takes ramipril 10 mg daily.",
        "Patient takes ramipril 5 mg every day.",
        "Denies chest pain.",
        "Rest.",
        "Come back in two weeks.",
        "Come back in two weeks if it gets worse.",
        "",
    ]
)
CURRENT = st.lists(st.tuples(TEXTS, st.sampled_from(["ai", "edited", "added"])), max_size=8)
PROPOSED = st.lists(TEXTS, max_size=8)


def sentences(given: list[tuple[str, str]], mark: str) -> list[NoteSentence]:
    return [NoteSentence(f"{mark}{place}", text, origin) for place, (text, origin) in enumerate(given)]


@given(CURRENT, PROPOSED)
def test_no_line_is_lost_and_no_persons_line_goes_unasked(current: list[tuple[str, str]], proposed: list[str]) -> None:
    here = sentences(current, "c")
    there = sentences([(text, "ai") for text in proposed], "p")
    numbers = itertools.count()

    found = diff.rows(here, there)
    ticked = {row.sentence.id for row in found if row.is_ticked}
    untouched = diff.applied(found, remove=(), take=(), make_id=lambda: f"n{next(numbers)}")
    taken = diff.applied(found, remove=ticked, take=ticked, make_id=lambda: f"n{next(numbers)}")

    assert list(untouched) == here
    assert [row.sentence for row in found if row.kind != "added"] == here
    assert [s for s in here if s.origin != "ai"] == [s for s in taken if s.origin != "ai"]
    assert len({sentence.id for sentence in taken}) == len(taken)
    assert {s.text for s in taken} <= {s.text for s in here} | set(proposed)


@given(CURRENT)
def test_the_same_lines_again_change_nothing(current: list[tuple[str, str]]) -> None:
    here = sentences(current, "c")

    found = diff.rows(here, sentences([(text, "ai") for text, _ in current], "p"))

    assert all(row.kind == "kept" for row in found)

"""What a suggestion would change in its section, as the section is now."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from rapidfuzz.distance import Indel

from scribe.notes.content import NoteSentence
from scribe.notes.drafting.base import EvidenceSpan
from scribe.notes.rematch import is_alike


@dataclass(frozen=True)
class Row:
    """A line of the section, or of the suggestion, in the order in which they would stand.

    `is_ticked` is the proposal: a removed line goes, an added one comes. A person's line is never ticked to go.
    """

    kind: Literal["kept", "removed", "added"]
    sentence: NoteSentence
    is_ticked: bool


def lines_of(stored: Sequence[dict[str, Any]]) -> tuple[NoteSentence, ...]:
    """The lines of a suggestion, as sentences of a draft."""
    return tuple(
        NoteSentence(
            line["id"],
            line["text"],
            "ai",
            evidence=tuple(EvidenceSpan(**span) for span in line["evidence"]),
            worded_from=line.get("worded_from"),
        )
        for line in stored
    )


def rows(current: Sequence[NoteSentence], proposed: Sequence[NoteSentence]) -> list[Row]:
    """The section's lines and the suggestion's, in one order: what replaces a line stands below it."""
    texts, known = {sentence.text for sentence in proposed}, {sentence.text for sentence in current}
    found: list[Row] = []
    here: list[NoteSentence] = []
    there: list[NoteSentence] = []
    for block in Indel.opcodes([s.text for s in current], [s.text for s in proposed]):
        if block.tag == "equal":
            found += _run(here, there, texts)
            found += [Row("kept", each, is_ticked=True) for each in current[block.src_start : block.src_end]]
            here, there = [], []
        else:
            here += current[block.src_start : block.src_end]
            # A line that only moved stays where it is.
            there += [each for each in proposed[block.dest_start : block.dest_end] if each.text not in known]
    return _with_persons_words_first([*found, *_run(here, there, texts)])


def _run(here: Sequence[NoteSentence], there: Sequence[NoteSentence], proposed: Collection[str]) -> Iterator[Row]:
    """Lines between two that both have."""
    left = list(there)
    for sentence in here:
        yield _of_current(sentence, proposed)
        twin = next((at for at, each in enumerate(left) if is_alike(each.text, sentence.text)), -1)
        for each in left[: twin + 1]:
            yield Row("added", each, is_ticked=True)
        left = left[twin + 1 :]
    for each in left:
        yield Row("added", each, is_ticked=True)


def _of_current(sentence: NoteSentence, proposed: Collection[str]) -> Row:
    if sentence.text in proposed:
        return Row("kept", sentence, is_ticked=True)
    return Row("removed", sentence, is_ticked=sentence.origin == "ai")


def _with_persons_words_first(found: Sequence[Row]) -> list[Row]:
    """Untick what would say again what a person has put in their own words; nothing goes where nothing comes."""
    own = [row.sentence.text for row in found if row.kind == "removed" and not row.is_ticked]
    settled = [
        replace(row, is_ticked=False)
        if row.kind == "added" and any(is_alike(row.sentence.text, text) for text in own)
        else row
        for row in found
    ]
    if any(row.kind == "added" and row.is_ticked for row in settled) or any(row.kind == "kept" for row in settled):
        return settled
    return [replace(row, is_ticked=False) if row.kind == "removed" else row for row in settled]


def applied(
    found: Sequence[Row], remove: Collection[str], take: Collection[str], make_id: Callable[[], str]
) -> tuple[NoteSentence, ...]:
    """The section with the ticked lines gone and taken; every other line of it stays as it is."""
    sentences: list[NoteSentence] = []
    for row in found:
        if row.kind == "added":
            if row.sentence.id in take:
                sentences.append(replace(row.sentence, id=make_id()))
        elif row.kind == "kept" or row.sentence.id not in remove:
            sentences.append(row.sentence)
    return tuple(sentences)

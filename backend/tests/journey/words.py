"""How well a transcript agrees with what was said in the sample."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import jiwer

Turns = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Hearing:
    """Shares, 0..1. Words compare without case and punctuation; "ten" is "10", and "milligrams" is "mg".

    `right`: of all the reference's words, those that were heard as they were said.
    `right_on_speaker`: of these, those that are on the turn of who said them.
    `matched_on_speaker`: of all reference words that have a heard word beside them, right or wrong, those whose heard
    word is on the right speaker's turn. A word that was not heard at all is on nobody's turn and counts in `right`
    only.
    """

    right: float
    right_on_speaker: float
    matched_on_speaker: float

    def __str__(self) -> str:
        return (
            f"words right {self.right:.1%}, of these on the right speaker {self.right_on_speaker:.1%},"
            f" of all matched {self.matched_on_speaker:.1%}"
        )


def compare(said: Turns, heard: Turns) -> Hearing:
    """The turns that were said beside those of a transcript, each with `role` and `text`."""
    spoken, written = list(_words(said)), list(_words(heard))
    aligned = jiwer.process_words(" ".join(word for word, _ in spoken), " ".join(word for word, _ in written))
    pairs = [
        (spoken[chunk.ref_start_idx + offset], written[chunk.hyp_start_idx + offset])
        for chunk in aligned.alignments[0]
        if chunk.type in {"equal", "substitute"}
        for offset in range(chunk.ref_end_idx - chunk.ref_start_idx)
    ]
    right = [(one, other) for one, other in pairs if one[0] == other[0]]
    return Hearing(len(right) / len(spoken), _on_speaker(right), _on_speaker(pairs))


def kept_part(said: Turns, heard: Turns, duration_ms: int) -> Turns:
    """The turns that lie whole inside a recording of this length.

    The recording began at some moment of the silence before the sample; its first turn tells at which.
    """
    began_ms = heard[0]["start_ms"] - said[0]["start_ms"]
    return [turn for turn in said if began_ms + turn["end_ms"] <= duration_ms]


def _words(turns: Turns) -> Iterator[tuple[str, str]]:
    """Each word with the role of who said it."""
    for turn in turns:
        for word in re.sub(r"[^a-z0-9' ]+", " ", turn["text"].lower()).split():
            yield _SAME.get(word, word), turn["role"]


def _on_speaker(pairs: Sequence[tuple[tuple[str, str], tuple[str, str]]]) -> float:
    return sum(one[1] == other[1] for one, other in pairs) / max(1, len(pairs))


# Speech engines write these either way.
_SAME = {
    "milligrams": "mg", "milligram": "mg", "mr": "mister", "dr": "doctor", "five": "5", "ten": "10", "two": "2",
    "three": "3", "one": "1", "seven": "7", "six": "6", "four": "4", "eight": "8", "nine": "9",
}  # fmt: skip

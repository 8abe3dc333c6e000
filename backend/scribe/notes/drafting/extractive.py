"""The drafter that only says what was said: deterministic, offline, sentence by sentence.

Sentences are picked by clinical weight and put into sections by how they sound; `I` and `you` become the patient by
rules that give up rather than guess, and then the words are quoted. Every sentence is proven against its evidence
before it is returned, so what cannot be shown is not said. In a language other than English, whose words these rules
do not know, the draft quotes every turn.
"""

from collections.abc import Iterable, Sequence

from scribe.notes import evidence, facts
from scribe.notes.drafting import answers, cues, quotes, selection
from scribe.notes.drafting.base import Draft, DraftSentence, EvidenceSpan, SectionSpec, Turn
from scribe.notes.drafting.dialogue import Piece, pieces
from scribe.notes.drafting.person import BASE, about_patient
from scribe.notes.drafting.placing import home_of
from scribe.notes.drafting.selection import Candidate
from scribe.notes.drafting.sorting import sort, topic_of, weight
from scribe.notes.drafting.tidy import as_sentence, tidy, without_answer_word
from scribe.notes.evidence import Problem
from scribe.notes.quoting import quoted
from scribe.notes.spans import TurnBook
from scribe.notes.templates import SectionKind
from scribe.transcription.models import SpeakerRole

_LONGEST = 48
_VAGUE = 0.5
_TELLING = 0.5


class ExtractiveDrafter:
    """Drafts a note from the consultation's own words."""

    name = "extractive-1"

    def draft(self, turns: list[Turn], sections: list[SectionSpec], *, language: str) -> Draft:
        """Sentences in the order of the sections; the same turns always give the same draft."""
        if language not in cues.LANGUAGES:
            return quotes.draft(turns, sections)
        book = TurnBook(turns)
        candidates = [
            candidate
            for index, piece in enumerate(pieces(turns))
            if (candidate := _Writer(book).write(piece, index)) is not None
        ]
        # Talk to the scribe itself displaces nothing; the checks keep it out of the note, and it is listed.
        to_us = [evidence.is_addressed(candidate.evidence, book) for candidate in candidates]
        chosen = selection.select([candidate for candidate, aside in zip(candidates, to_us, strict=True) if not aside])
        chosen += [candidate for candidate, aside in zip(candidates, to_us, strict=True) if aside]
        return Draft(tuple(_into_sections(chosen, sections)))


class _Writer:
    """Writes one piece as a sentence of a note, if it belongs there and can be proven."""

    def __init__(self, book: TurnBook) -> None:
        self.book = book

    def write(self, piece: Piece, index: int) -> Candidate | None:
        """The piece as a candidate for the note; None for talk that no note needs."""
        if piece.is_question:
            return None
        if piece.is_first and piece.question is not None:
            answer = self._answer(piece, piece.question, index)
            if answer is not None:
                return answer
        if piece.is_backchannel:
            return None
        return self._statement(piece, index)

    def _answer(self, piece: Piece, question: Piece, index: int) -> Candidate | None:
        """A short answer together with its question."""
        said = tidy(piece.text)
        if evidence.answer_of(said) is False and evidence.is_about_other(question.text, piece.text):
            return None
        about = topic_of(question.text)
        tells = weight(said) >= _TELLING or about is not None
        stands_alone = tells and _stands_alone(without_answer_word(said), question.text)
        verdict = evidence.answer_to(question.text, piece.text)
        how_much = weight(question.text + " " + said)
        named = answers.topic(question.text)
        if stands_alone and (verdict is not False or named is None):
            return None
        if (how_much < 1 and about is None) or not answers.says_something(question.text, piece.text):
            return None
        if cues.OPENING.search(question.text) or cues.SMALL_TALK.search(question.text):
            return None
        spans = (self._span(question), self._span(piece))
        kind = about or (SectionKind.ROS if named and verdict is not None else SectionKind.HPI)
        for text in answers.forms(question.text, piece.text):
            if self._is_proven(text, spans):
                return Candidate(
                    kind,
                    text,
                    spans,
                    how_much + (1.5 if about else 0.5),
                    index,
                    denied=answers.denied_topic(question.text, piece.text),
                )
        return None

    def _statement(self, piece: Piece, index: int) -> Candidate | None:
        words = tidy(piece.text)
        if not words or not 2 <= len(words.split()) <= _LONGEST:
            return None
        if cues.DANGLING.search(words):
            return None
        placed = sort(piece, words)
        if placed is None:
            return None
        spans = (self._span(piece),)
        for text in _forms(piece, words):
            if self._is_proven(text, spans):
                score = placed[1] - (_VAGUE if cues.POINTING_BACK.search(words) else 0)
                return Candidate(placed[0], text, spans, score, index)
        return None

    def _span(self, piece: Piece) -> EvidenceSpan:
        return self.book.span(piece.turn.number, piece.start, piece.end)

    def _is_proven(self, text: str, spans: tuple[EvidenceSpan, ...]) -> bool:
        return set(evidence.check(DraftSentence("", text, spans, by_rules=True), self.book)) <= {
            Problem.ADDRESSED_TO_THE_SCRIBE
        }


def _stands_alone(reply: str, question: str) -> bool:
    """Whether a reply can be understood without its question: a clause that says something new, or a long one."""
    words = facts.tokens(reply)
    content = {facts.stem(word) for word in words if facts.is_content(word)}
    news = content - {facts.stem(word) for word in facts.tokens(question)}
    return len(content) > 7 or (bool(news) and bool(set(words) & _SUBJECTS) and len(words) > 3)


# An `it` or a `they` may stand for something in the question.
_SUBJECTS = frozenset("i i'm i've i'd my there".split())


def _forms(piece: Piece, words: str) -> Iterable[str]:
    """Ways to write a statement, the best first; the last is always the words as they were said."""
    role = piece.turn.role
    if role is SpeakerRole.PATIENT:
        said = about_patient(without_answer_word(words), first_person=True)
        if said:
            yield as_sentence(said)
    elif role is SpeakerRole.CLINICIAN:
        problem = cues.PROBLEM.search(words)
        if problem:
            yield f"Problem: {problem['name']}."
        said = about_patient(without_answer_word(words), first_person=False)
        if said:
            is_order = said.split()[0].lower() in BASE | {"please", "don't"}
            yield f"Advised: {said[0].lower()}{as_sentence(said)[1:]}" if is_order else as_sentence(said)
    yield quoted(role, as_sentence(words))


def _into_sections(chosen: Sequence[Candidate], sections: Sequence[SectionSpec]) -> Iterable[DraftSentence]:
    """Each sentence into the section of its kind, or the nearest that takes it in; without either it stays out."""
    order = list(SectionKind)
    placed: list[tuple[int, int, int, DraftSentence]] = []
    for candidate in chosen:
        home = home_of(candidate.kind, sections)
        if home is not None:
            sentence = DraftSentence(home.key, candidate.text, candidate.evidence, by_rules=True)
            placed.append((sections.index(home), order.index(candidate.kind), candidate.index, sentence))
    placed.sort(key=lambda item: item[:3])
    return (sentence for *_, sentence in placed)

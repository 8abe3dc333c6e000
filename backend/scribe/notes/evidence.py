"""No sentence without a source: code checks every drafted sentence, whatever drafter wrote it.

A sentence stays out of the note when a quote is not literally in its utterance, when a time is wrong, or when it holds
a number, dose, medicine, side, frequency, negation or too many words that its evidence does not.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scribe.notes import facts, sentences
from scribe.notes.drafting.base import DraftSentence, EvidenceSpan
from scribe.notes.quoting import quoted
from scribe.notes.spans import TurnBook

# The share of a sentence's content words that its evidence must hold.
OVERLAP = 0.7
# Words that a note may use without anyone having said them: they carry no finding of their own.
STYLE_WORDS = frozenset(
    facts.stem(word)
    for word in """patient patient's reports report states denies asked asks advised about recorded speaker unclear
    clinician accompanying person duration onset frequency severity location timing symptoms""".split()
)


class Problem(StrEnum):
    """A check that a sentence failed. Stored with what stays out of a note, so none is ever renamed or dropped."""

    NO_EVIDENCE = "no_evidence"
    NOT_ONE_LINE = "not_one_line"
    UNKNOWN_UTTERANCE = "unknown_utterance"
    QUOTE_NOT_SAID = "quote_not_said"
    WRONG_TIME = "wrong_time"
    NUMBER = "number"
    UNIT = "unit"
    MEDICINE_SIDE_OR_FREQUENCY = "medicine_side_or_frequency"
    NEGATION = "negation"
    AFFIRMATION = "affirmation"
    CONDITION = "condition"
    POLARITY = "polarity"
    WORDS_NOT_SAID = "words_not_said"


@dataclass(frozen=True)
class Refused:
    """A sentence that stays out of the note, and the checks that it failed."""

    sentence: DraftSentence
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Checked:
    """What may enter the note, and what may not."""

    kept: tuple[DraftSentence, ...]
    refused: tuple[Refused, ...]


def verify(drafted: Iterable[DraftSentence], book: TurnBook) -> Checked:
    """Sort a drafter's sentences into those that their evidence proves and those that it does not."""
    kept: list[DraftSentence] = []
    refused: list[Refused] = []
    for sentence in drafted:
        problems = check(sentence, book)
        if problems:
            refused.append(Refused(sentence, problems))
        else:
            kept.append(sentence)
    return Checked(tuple(kept), tuple(refused))


def check(sentence: DraftSentence, book: TurnBook) -> tuple[Problem, ...]:
    """The checks that a sentence fails; none means that its evidence proves it."""
    if not sentence.evidence:
        return (Problem.NO_EVIDENCE,)
    if not sentence.text.strip() or "\n" in sentence.text:
        return (Problem.NOT_ONE_LINE,)
    problems = [problem for span in sentence.evidence for problem in _span_problems(span, book)]
    if not problems and not _only_quotes(sentence, book):
        problems = list(_claim_problems(sentence.text, [_source(span, book) for span in sentence.evidence]))
    return tuple(dict.fromkeys(problems))


def _span_problems(span: EvidenceSpan, book: TurnBook) -> Iterable[Problem]:
    turn = book.turns.get(span.utterance)
    if turn is None:
        yield Problem.UNKNOWN_UTTERANCE
        return
    places = [match.start() for match in re.finditer(re.escape(span.quote), turn.text)] if span.quote.strip() else []
    if not places:
        yield Problem.QUOTE_NOT_SAID
    elif not any(
        book.times(turn.number, place, place + len(span.quote)) == (span.start_ms, span.end_ms) for place in places
    ):
        yield Problem.WRONG_TIME


def _only_quotes(sentence: DraftSentence, book: TurnBook) -> bool:
    """Whether it claims no more than that whole sentences of one turn were said, and by whom: so in any language."""
    if len(sentence.evidence) > 1:
        return False
    (span,) = sentence.evidence
    is_whole = _source(span, book).sentence == span.quote
    return is_whole and sentence.text == quoted(book.turns[span.utterance].role, span.quote)


def _claim_problems(text: str, sources: Sequence["_Source"]) -> Iterable[Problem]:
    claim = facts.of(text)
    said = [facts.of(source.quote) for source in sources]
    if not claim.numbers <= frozenset().union(*(source.numbers for source in said)):
        yield Problem.NUMBER
    if not claim.quantities <= frozenset().union(*(source.quantities for source in said)):
        yield Problem.UNIT
    if not claim.exact <= frozenset().union(*(source.exact for source in said)):
        yield Problem.MEDICINE_SIDE_OR_FREQUENCY
    if claim.negated and not any(source.negated for source in said):
        yield Problem.NEGATION
    words = set(facts.tokens(text))
    if not (facts.YES & words) <= {token for source in sources for token in facts.tokens(source.quote)}:
        yield Problem.AFFIRMATION
    if not words & _CONDITIONS and all(source.is_conditional for source in sources):
        yield Problem.CONDITION
    yield from _word_problems(text, sources)


def _word_problems(text: str, sources: Sequence["_Source"]) -> Iterable[Problem]:
    topic, claim = _split_topic(text)
    proven = _proven(sources)
    stems_said = {stem for stem, _ in proven}
    claimed = {pair for pair in facts.of(claim).polarity if pair[0] not in STYLE_WORDS}
    named = {stem for stem, _ in facts.of(topic).polarity if stem not in STYLE_WORDS}
    if any(stem in stems_said and (stem, negated) not in proven for stem, negated in claimed):
        yield Problem.POLARITY
    stems = named | {stem for stem, _ in claimed}
    if stems and len(stems & stems_said) < OVERLAP * len(stems):
        yield Problem.WORDS_NOT_SAID


def _split_topic(text: str) -> tuple[str, str]:
    """What a sentence only names (`Asked about X:`), and what it claims of it."""
    match = re.match(r"(asked [^:]{1,200}|[a-z ]{1,40}):\s", text, re.IGNORECASE)
    return (match.group(), text[match.end() :]) if match else ("", text)


@dataclass(frozen=True)
class _Source:
    """A quote and the sentence that it was cut from: a negation, an `if` or a question mark must not be cut off."""

    quote: str
    sentence: str
    # What the same turn says after that sentence.
    rest: str
    is_conditional: bool

    @property
    def is_question(self) -> bool:
        return self.sentence.rstrip("\"'” ").endswith("?")

    def polarity(self) -> set[tuple[str, bool]]:
        quoted = {stem for stem, _ in facts.of(self.quote).polarity}
        return {pair for pair in facts.of(self.sentence).polarity if pair[0] in quoted}


def _source(span: EvidenceSpan, book: TurnBook) -> _Source:
    text = book.turns[span.utterance].text
    places = [match.start() for match in re.finditer(re.escape(span.quote), text)]
    at = next(p for p in places if book.times(span.utterance, p, p + len(span.quote)) == (span.start_ms, span.end_ms))
    start, end = sentences.around(text, at, at + len(span.quote))
    until = set(facts.tokens(text[start : at + len(span.quote)]))
    return _Source(span.quote, text[start:end], text[end:], bool(until & _CONDITIONS))


def _proven(sources: Sequence[_Source]) -> set[tuple[str, bool | None]]:
    """Every content word that was said, with its polarity; a question's words have the polarity of its answer."""
    proven: set[tuple[str, bool | None]] = set()
    for source, following in zip(sources, [*sources[1:], None], strict=True):
        if not source.is_question:
            proven |= source.polarity()
            continue
        answer = _settled(source, following)
        if answer is True:
            proven |= source.polarity()
        else:
            # A question alone claims nothing: its words may be named, or denied where the answer is a plain no.
            proven |= {(stem, True if answer is False else None) for stem, _ in source.polarity()}
    return proven


def _settled(question: _Source, reply: _Source | None) -> bool | None:
    """Whether the reply answers with a plain yes or no that the rest of its turn does not take up again."""
    if reply is None:
        return None
    asked = {stem for stem, _ in question.polarity()}
    if asked & {stem for stem, _ in facts.of(reply.rest).polarity}:
        return None
    return answer_to(question.sentence, reply.sentence)


def answer_to(question: str, reply: str) -> bool | None:
    """`answer_of`, but None where the reply is about another finding: "No fever." says nothing of chest pain.

    A plain no denies all that was asked only where it names nothing, or all of it.
    """
    verdict = answer_of(reply)
    if verdict is None:
        return None
    named, asked = _findings(reply), _findings(question)
    if not named:
        return verdict
    is_of_all = verdict or asked <= named
    return verdict if named & asked and is_of_all else None


def is_about_other(question: str, reply: str) -> bool:
    """Whether the reply names findings, and none that the question names: it answers another question."""
    named = _findings(reply)
    return bool(named) and not named & _findings(question)


def _findings(text: str) -> set[str]:
    return facts.named(text, "symptoms", "conditions", "drugs")


def answer_of(reply: str) -> bool | None:
    """Whether a reply is a plain yes (True) or a plain no (False); None where it is neither, or hedged."""
    words = [word for word in facts.tokens(reply) if word[0].isalpha() and word not in _HESITATIONS]
    if not words or _HEDGES & set(words):
        return None
    if words[0] in _NO:
        return None if facts.YES & set(words) else False
    if words[0] in facts.YES:
        return None if any(facts.is_negation(word) for word in words) else True
    return None


_NO = frozenset({"no", "nope", "nah", "none", "never"})
_HESITATIONS = frozenset({"um", "uh", "oh", "er", "erm", "well", "hmm", "mm", "so", "and", "i", "think", "mean"})
_HEDGES = frozenset(
    "but except only just sometimes occasionally maybe might little bit really unless when if apart besides once used "
    "usually mostly until although though slight slightly".split()
)
_CONDITIONS = frozenset({"if", "unless", "should", "whether"})

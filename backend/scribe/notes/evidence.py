"""No sentence without a source: code checks every drafted sentence, whatever drafter wrote it.

A sentence stays out of the note when a quote is not literally in its utterance, when a time is wrong, when it holds a
number, dose, medicine, side, frequency, negation or any other content word that its evidence does not, when it starts
what was stopped, when it gives the patient what was said of a relative, or when its evidence is talk to the scribe.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from scribe.notes import belonging, facts, opposites, sentences, whose, wordforms
from scribe.notes.drafting.base import DraftSentence, EvidenceSpan
from scribe.notes.quoting import quoted
from scribe.notes.spans import TurnBook

# The share of its content words that its evidence must hold where rules wrote a sentence; of a model's, all of them.
OVERLAP = 0.7
# Words that a note may use without anyone having said them: they carry no finding of their own.
STYLE_WORDS = frozenset(
    facts.stem(word)
    for word in """patient patient's reports report states denies asked asks advised about recorded speaker unclear
    clinician accompanying person duration onset frequency severity location timing symptoms""".split()
)

# What a model may head a note's lines with; of whom the rest is, is checked by itself.
_HEADINGS = frozenset(facts.stem(word) for word in ("family", "history"))


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
    OPPOSITE = "opposite"
    SOMEONE_ELSE = "someone_else"
    WORDS_NOT_SAID = "words_not_said"
    ADDRESSED_TO_THE_SCRIBE = "addressed_to_the_scribe"


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
    if not problems:
        sources = [_source(span, book) for span in sentence.evidence]
        if any(source.is_addressed for source in sources):
            problems.append(Problem.ADDRESSED_TO_THE_SCRIBE)
        if not _only_quotes(sentence, sources, book):
            problems += _claim_problems(sentence.text, sources)
            problems += _word_problems(sentence.text, sources, by_rules=sentence.by_rules)
    return tuple(dict.fromkeys(problems))


def is_addressed(spans: Iterable[EvidenceSpan], book: TurnBook) -> bool:
    """Whether any of these words were said to the scribe itself."""
    return any(book.addressed_from(span.utterance) is not None and _source(span, book).is_addressed for span in spans)


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


def _only_quotes(sentence: DraftSentence, sources: Sequence["_Source"], book: TurnBook) -> bool:
    """Whether it claims no more than that whole sentences of one turn were said, and by whom: so in any language."""
    if len(sources) > 1:
        return False
    (span,), (source,) = sentence.evidence, sources
    is_whole = source.sentence == span.quote
    return is_whole and sentence.text == quoted(book.turns[span.utterance].role, span.quote)


def _claim_problems(text: str, sources: Sequence["_Source"]) -> Iterable[Problem]:
    claim = facts.of(text)
    said = [facts.of(source.quote) for source in sources]
    sentences_said = [source.sentence for source in sources]
    if not claim.numbers <= frozenset().union(*(source.numbers for source in said)) or belonging.swaps_doses(
        text, sentences_said
    ):
        yield Problem.NUMBER
    if not claim.quantities <= frozenset().union(*(source.quantities for source in said)):
        yield Problem.UNIT
    if not claim.exact <= frozenset().union(*(source.exact for source in said)) or belonging.swaps_sides(
        text, sentences_said
    ):
        yield Problem.MEDICINE_SIDE_OR_FREQUENCY
    if claim.negated and not any(source.negated for source in said):
        yield Problem.NEGATION
    if not opposites.of(text) <= opposites.of(" ".join(sentences_said)) or belonging.swaps_actions(
        text, sentences_said
    ):
        yield Problem.OPPOSITE
    words = set(facts.tokens(text))
    if not (facts.YES & words) <= {token for source in sources for token in facts.tokens(source.quote)}:
        yield Problem.AFFIRMATION
    if not words & _CONDITIONS and all(source.is_conditional for source in sources):
        yield Problem.CONDITION


def _word_problems(text: str, sources: Sequence["_Source"], *, by_rules: bool) -> Iterable[Problem]:
    topic, claim = _split_topic(text)
    proven = _proven(sources)
    stems_said = {stem for stem, _ in proven}
    claimed = {pair for pair in facts.of(claim).polarity if pair[0] not in STYLE_WORDS}
    if any(stem in stems_said and (stem, negated) not in proven for stem, negated in claimed):
        yield Problem.POLARITY
    if by_rules:
        named = {stem for stem, _ in facts.of(topic).polarity if stem not in STYLE_WORDS}
        stems = named | {stem for stem, _ in claimed}
        if stems and len(stems & stems_said) < OVERLAP * len(stems):
            yield Problem.WORDS_NOT_SAID
        return
    if wordforms.unsaid(text, [source.quote for source in sources], but=STYLE_WORDS | _HEADINGS):
        yield Problem.WORDS_NOT_SAID
    if whose.mixes_up(text, [whose.of(source.sentence, source.before) for source in sources]):
        yield Problem.SOMEONE_ELSE


def _split_topic(text: str) -> tuple[str, str]:
    """What a sentence only names (`Asked about X:`), and what it claims of it."""
    match = re.match(r"(asked [^:]{1,200}|[a-z ]{1,40}):\s", text, re.IGNORECASE)
    return (match.group(), text[match.end() :]) if match else ("", text)


@dataclass(frozen=True)
class _Source:
    """A quote and the sentence that it was cut from: a negation, an `if` or a question mark must not be cut off."""

    quote: str
    sentence: str
    # What was said just before that sentence: the turn before, and this one.
    before: str
    # What the same turn says after that sentence.
    rest: str
    is_conditional: bool
    # Whether somebody speaks to the scribe there.
    is_addressed: bool

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
    addressed_from = book.addressed_from(span.utterance)
    return _Source(
        span.quote,
        text[start:end],
        f"{_text_before(span, book)} {text[:start]}",
        text[end:],
        is_conditional=bool(until & _CONDITIONS),
        is_addressed=addressed_from is not None and addressed_from < end,
    )


def _text_before(span: EvidenceSpan, book: TurnBook) -> str:
    turn = book.turns.get(span.utterance - 1)
    return turn.text if turn is not None else ""


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

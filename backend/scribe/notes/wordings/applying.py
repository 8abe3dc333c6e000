"""Put a doctor's wordings into drafted sentences; where a check then fails, the sentence stays as it was."""

import re
from collections.abc import Sequence
from dataclasses import replace

from scribe.notes import evidence, facts
from scribe.notes.drafting.base import DraftSentence
from scribe.notes.evidence import Checked, Problem
from scribe.notes.spans import TurnBook
from scribe.notes.wordings.learning import Replacement

# What somebody said stays as it was said.
_QUOTED = re.compile(r"“[^”]*”?")

# A verb of telling is exchanged only where a patient is its subject and a thing, no clause, is told: `lab reports`
# and `reports that` stay.
_TELLING = frozenset(
    "reports,states,says,mentions,describes,endorses,complains of,is complaining of,tells of,"
    "reported,stated,said,mentioned,described,endorsed,complained of".split(",")
)
_TELLER = re.compile(r"(?:^|[.;!?]\s+|\b(?:patient|pt|he|she|they)\s+|,\s+(?:and|but)\s+)$", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\s*(?:[:,.]|(?:that|to|from|of|by|the|he|she|they|it|if|how|when|what|in|at|on|for|so)\b)", re.IGNORECASE
)


def apply(checked: Checked, wordings: Sequence[Replacement], book: TurnBook) -> Checked:
    """The sentences of a draft in the doctor's wording; what was refused stays refused."""
    return Checked(tuple(_worded(sentence, wordings, book) for sentence in checked.kept), checked.refused)


def _worded(sentence: DraftSentence, wordings: Sequence[Replacement], book: TurnBook) -> DraftSentence:
    text = in_wording(sentence.text, wordings)
    if text == sentence.text:
        return sentence
    worded = replace(sentence, text=text, worded_from=sentence.text)
    # Nobody said a doctor's `reports`; that its words were not said is the one thing that may be wrong with it.
    problems = set(evidence.check(worded, book)) - {Problem.WORDS_NOT_SAID}
    return worded if not problems and _same_facts(sentence.text, text) else sentence


def in_wording(text: str, wordings: Sequence[Replacement]) -> str:
    """The text with each wording exchanged, in one pass: what was put in is not exchanged again."""
    by_wording = {each.instead_of: each.write for each in wordings}
    if not by_wording:
        return text
    longest_first = sorted(by_wording, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<![\w/&'-]){_pattern(each)}(?![\w/&'-])" for each in longest_first))
    folded = {each.lower(): write for each, write in by_wording.items()}

    def exchange(match: re.Match[str]) -> str:
        if match[0].lower() in _TELLING and not _is_telling(match):
            return match[0]
        write = folded[match[0].lower()]
        return write[0].upper() + write[1:] if match[0][0].isupper() and not match[0].isupper() else write

    parts = []
    at = 0
    for quoted in _QUOTED.finditer(text):
        parts += [pattern.sub(exchange, text[at : quoted.start()]), quoted[0]]
        at = quoted.end()
    return "".join((*parts, pattern.sub(exchange, text[at:])))


def _is_telling(match: re.Match[str]) -> bool:
    return bool(_TELLER.search(match.string[: match.start()])) and not _CLAUSE.match(match.string[match.end() :])


def _pattern(wording: str) -> str:
    """A short form only as it is written; other words at the beginning of a sentence too."""
    if wording != wording.lower():
        return re.escape(wording)
    return f"[{re.escape(wording[0].upper())}{re.escape(wording[0])}]{re.escape(wording[1:])}"


def _same_facts(text: str, other: str) -> bool:
    ours, theirs = facts.of(text), facts.of(other)
    return (ours.numbers, ours.quantities, ours.exact, ours.negated) == (
        theirs.numbers,
        theirs.quantities,
        theirs.exact,
        theirs.negated,
    )

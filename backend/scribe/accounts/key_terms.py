"""The words that a clinic wants heard right: drugs and local names, and never a patient."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from sqlalchemy.orm import Session

from scribe.core.errors import Invalid

# What the vendor takes: so many terms by its model, so many words in each; live captions take 50 characters.
MOST_TERMS = {"universal-3-5-pro": 1000, "universal-2": 200}
MOST_WORDS = 6
MOST_CHARACTERS = 50
# More line numbers than a person reads are not written out; `details` has all.
_WRITTEN_OUT = 10

# Which of these texts name a patient of the entered clinic, by their places.
PatientsNamed: TypeAlias = Callable[[Session, Sequence[str]], set[int]]


class KeyTermsRefused(Invalid):
    """Some terms cannot be sent to the vendor; `details.problems` says why, and in which lines."""

    code, message = "key_terms_refused", "Some key terms cannot be used."


def cleaned(session: Session, lines: Sequence[str], models: Sequence[str], patients_named: PatientsNamed) -> list[str]:
    """The terms of these lines, each once and without stray spaces; raises `KeyTermsRefused` with all problems."""
    firsts = dict[str, tuple[int, str]]()
    for number, line in enumerate(lines, start=1):
        term = " ".join(line.split())
        if term:
            firsts.setdefault(term.casefold(), (number, term))
    numbers, terms = [number for number, _ in firsts.values()], [term for _, term in firsts.values()]
    most = max(MOST_TERMS[model] for model in models)
    # Of what is refused anyway nothing is asked: a line of any length would be read in endlessly many ways.
    asked = [(number, term) for number, term in list(firsts.values())[:most] if _fits(term)]
    named = patients_named(session, [term for _, term in asked]) if asked else set[int]()
    problems = {
        f"more than {most} terms; take some out": numbers[most : most + 1],
        "characters that cannot be printed": [n for n, term in firsts.values() if not term.isprintable()],
        f"more than {MOST_CHARACTERS} characters": [n for n, term in firsts.values() if len(term) > MOST_CHARACTERS],
        f"more than {MOST_WORDS} words": [n for n, term in firsts.values() if len(term.split()) > MOST_WORDS],
        "a patient's name or record number; AssemblyAI keeps key terms for a while, so take it out": [
            asked[place][0] for place in sorted(named)
        ],
    }
    found = {what: at for what, at in problems.items() if at}
    if found:
        text = " ".join(f"{_listed(at)}: {what}." for what, at in found.items())
        raise KeyTermsRefused(text, problems=[{"problem": what, "lines": at} for what, at in found.items()])
    return terms


def _fits(term: str) -> bool:
    return len(term) <= MOST_CHARACTERS and len(term.split()) <= MOST_WORDS


def _listed(lines: Sequence[int]) -> str:
    if len(lines) == 1:
        return f"Line {lines[0]}"
    written = ", ".join(map(str, lines[:_WRITTEN_OUT]))
    rest = len(lines) - _WRITTEN_OUT
    return f"Lines {written}" + (f" and {rest} more" if rest > 0 else "")

"""From `the patient` to `you`, by rules that give up rather than guess: a patient reads what comes out."""

import re

from scribe.notes.drafting import cues
from scribe.notes.drafting.person import ADVERBS, BASE, UNCHANGED, third_person
from scribe.notes.drafting.tidy import as_sentence

_TOKEN = re.compile(r"\w+(?:['\-]\w+)*|\s+|[^\w\s]")
_THIRD = {"is": "are", "has": "have", "does": "do", "was": "were"} | {
    singular: verb for verb in BASE if (singular := third_person(verb)) is not None and singular != verb
}
_PRONOUNS = {"they": "you", "them": "you", "their": "your", "theirs": "yours", "themselves": "yourself"}
# Who else a pronoun may stand for.
_OTHERS = re.compile(
    r"\b(?:he|she|him|his|her|hers|it's|wife|husband|partner|son|daughter|child|children|kids|friend|nurse|"
    r"colleague|carer|team|people|family)\b",
    re.IGNORECASE,
)
# What ends in s and is no thing that `they` could stand for.
_NO_THINGS = frozenset(
    "days weeks months years hours minutes times seconds this is was has does as us his its always perhaps "
    "diabetes pancreas milligrams".split()
)
# What may follow `the patient` where the patient does nothing; before any other word it may be part of a name
# ("the patient portal").
_NO_VERBS = frozenset(
    "to in on at for with about again from of by and or if when until because not today tomorrow straight back".split()
)
_LIGHT_ADVERBS = ADVERBS - {"all", "both"}
_FIXED = (
    (re.compile(r"^Advised: (?=\w)", re.IGNORECASE), ""),
    (re.compile(r"^Denies (?!\w+ing\b|any\b|being\b|that\b)(?=[a-z])", re.IGNORECASE), "You said that you have no "),
    (re.compile(r"^Denies (?=any\b)", re.IGNORECASE), "You said that you do not have "),
    (re.compile(r"^Patient states: (?=“)"), "You said: "),
    (re.compile(r"^Clinician: (?=“)"), "Your doctor said: "),
)


def to_patient(text: str) -> str | None:
    """The sentence as its patient is spoken to; None where no safe rule applies."""
    text = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for pattern, words in _FIXED:
        said, found = pattern.subn(words, text, count=1)
        if found:
            return said if "“" in said and ": “" in said else _renamed(as_sentence(said))
    return _renamed(text)


def _renamed(text: str) -> str | None:
    tokens = _TOKEN.findall(text)
    lowered = [token.lower() for token in tokens]
    if "“" in text or _OTHERS.search(text) or cues.RELATIVE.search(text):
        return None
    if not {"patient", "patient's", "patients"} & set(lowered):
        # `They` without a patient before it is somebody else.
        return None if set(_PRONOUNS) & set(lowered) or lowered[:1] == ["denies"] else text
    if "patients" in lowered or lowered.count("patient") + lowered.count("patient's") != len(_places(lowered)):
        return None
    return _written(tokens, lowered)


def _places(lowered: list[str]) -> list[int]:
    """Where the patient is named, and not a patient in general."""
    return [
        at
        for at, word in enumerate(lowered)
        if word in {"patient", "patient's"} and (at == 0 or (at > 1 and lowered[at - 2] == "the"))
    ]


def _written(tokens: list[str], lowered: list[str]) -> str | None:
    renaming = _Renaming(tokens, lowered)
    if not all(renaming.take(at) for at in range(len(tokens))):
        return None
    said = "".join(renaming.out)
    return said[0].upper() + said[1:]


class _Renaming:
    """One pass over the words of a sentence; `take` is False where no rule is safe."""

    def __init__(self, tokens: list[str], lowered: list[str]) -> None:
        self._tokens, self._lowered = tokens, lowered
        self.out: list[str] = []
        # Whether the words before are `the patient`, so that this one may be their verb.
        self._is_subject = self._in_present = self._is_named = False
        # What else a pronoun could stand for.
        self._things = False

    def take(self, at: int) -> bool:
        token, word = self._tokens[at], self._lowered[at]
        if word in {"patient", "patient's"}:
            self._name(word)
            return True
        if word in _PRONOUNS:
            self.out.append(_PRONOUNS[word])
            return self._is_named and not self._things
        if self._is_subject and not word.isspace() and word not in _LIGHT_ADVERBS:
            self._is_subject = False
            return self._verb(token, word)
        if self._in_present and word in _THIRD and self._before(at) in {"and", "or", "but"}:
            self.out.append(_THIRD[word])
            return word not in {"is", "was"}
        is_plural = word.endswith("s") and not word.endswith("ss") and word.isalpha()
        self._things = self._things or (is_plural and word not in _NO_THINGS)
        self.out.append(token)
        return True

    def _name(self, word: str) -> None:
        if len(self.out) > 1 and self.out[-2].lower() == "the":
            del self.out[-2:]
        self.out.append("your" if word == "patient's" else "you")
        self._is_subject, self._is_named = word == "patient", True

    def _verb(self, token: str, word: str) -> bool:
        self._in_present = word in _THIRD
        self.out.append(_THIRD.get(word, token))
        known = word in _THIRD or word in UNCHANGED | _NO_VERBS or word.endswith("ed")
        return known or not word[0].isalnum()

    def _before(self, at: int) -> str:
        return next((word for word in reversed(self._lowered[:at]) if not word.isspace()), "")

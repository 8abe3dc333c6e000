"""From `I` or `you` to `the patient`, by rules that give up rather than guess.

A rule that does not know a verb returns None; the drafter then quotes the words as they were said.
"""

import re

_TOKEN = re.compile(r"[A-Za-z0-9]+(?:['\-][A-Za-z0-9]+)*|[^\w\s]")
ADVERBS = frozenset(
    """just really also usually never always only still probably sometimes often actually kind of sort kinda mostly
    mainly currently recently already ever even generally normally occasionally definitely certainly both all then
    basically pretty so again finally literally almost mostly hardly barely now first""".split()
)
UNCHANGED = frozenset(
    """was wasn't did didn't had hadn't will won't would wouldn't can can't cannot could couldn't should shouldn't might
    may must used felt got went took came saw said told thought found gave made kept left began started stopped woke
    ate drank drove fell hurt hit broke cut lost ran put let read slept stood sat threw knew heard held met paid sent
    spent spoke grew wore won bought brought caught forgot quit became developed noticed tried called""".split()
)
BASE = frozenset(
    """feel get take think want need work live smoke drink try use like know go come keep start stop eat sleep
    wake cough vomit notice see say find wonder hope believe guess suppose remember forget walk run exercise
    play drive lie sit stand bend lift turn move breathe swallow struggle suffer bring look call make give
    tend seem appear worry love hate enjoy help hear check monitor wear follow watch avoid manage cook stay
    travel visit experience lose gain develop cry shake sweat bleed itch scratch urinate pee pass wheeze
    snore fall understand agree prefer mean mind continue describe complain deny report require receive
    present show become carry care finish ache hurt put cut let limp rest rely deal tolerate recall consume
    inject apply test treat""".split()
)
_PARTICIPLES = frozenset("been had felt gone got gotten taken seen done come thought lost eaten given become".split())
_OBJECT_AFTER = frozenset(
    """to for with of about on at from by like want see give refer get send have help put start tell advise ask
    recommend let schedule make need expect told gave sent started put examine treat call keep allow encourage
    remind show offer prescribe than between behind around into over towards hear""".split()
)
_BE = {
    "am": "is",
    "are": "is",
    "have": "has",
    "do": "does",
    "don't": "does not",
    "haven't": "has not",
    "aren't": "is not",
}
_PLURAL = {"am": "are", "was": "were", "wasn't": "weren't"}
_LONG = {"'m": "am", "'re": "are", "'ve": "have", "'ll": "will"}


def about_patient(text: str, *, first_person: bool) -> str | None:
    """The text with its `I` (or its `you`, from the doctor) as the patient; None where no safe rule applies."""
    words = _split_contractions(_TOKEN.findall(text), "i" if first_person else "you")
    lowered = {word.lower() for word in words}
    if first_person and lowered & {"you", "your", "yours", "we", "we're", "we've", "us", "our", "doctor"}:
        return None
    subject, possessive = ("i", "my") if first_person else ("you", "your")
    if not lowered & {subject, possessive, "me", "myself", "yourself", "yours", "mine"}:
        return text
    said = _Rewriter(words, subject, possessive, first_person=first_person).run()
    return None if said is None or _BROKEN.match(said) else said


# A start that was given up cannot be told from a short answer; such a sentence is better quoted.
_BROKEN = re.compile(r"Patient(?: is| has| was| would| had| does| did| will)?(?: not)?, ")


def _split_contractions(words: list[str], subject: str) -> list[str]:
    """`I'm` as `I am`; `I'd` as `I would`, or `I had` before a participle."""
    found: list[str] = []
    for index, word in enumerate(words):
        lowered = word.lower()
        tail = lowered.removeprefix(subject)
        if lowered.startswith(subject + "'") and tail in _LONG:
            found += [word[: len(subject)], _LONG[tail]]
        elif lowered == subject + "'d":
            following = next((w.lower() for w in words[index + 1 :] if w.lower() not in ADVERBS), "")
            is_participle = following in _PARTICIPLES or following.endswith("ed")
            found += [word[: len(subject)], "had" if is_participle else "would"]
        else:
            found.append(word)
    return found


class _Rewriter:
    """One pass over the words of a sentence."""

    def __init__(self, words: list[str], subject: str, possessive: str, *, first_person: bool) -> None:
        self.words, self.subject, self.possessive, self.first_person = words, subject, possessive, first_person
        self.out: list[str] = []
        self.named = False
        self.in_present = False

    def run(self) -> str | None:
        index = 0
        while index < len(self.words):
            word = self.words[index].lower()
            if word == self.subject and not self._is_object(index):
                after = self._subject(index)
                if after is None:
                    return None
                index = after
                continue
            self._other(index, word)
            index += 1
        return _join(self.out)

    def _is_object(self, index: int) -> bool:
        if self.first_person:
            return False
        before = self.words[index - 1].lower() if index else ""
        following = self.words[index + 1].lower() if index + 1 < len(self.words) else "."
        known = following in _BE or following in UNCHANGED or following in BASE
        return (before in _OBJECT_AFTER and (not known or following in BASE | UNCHANGED)) or not following[0].isalpha()

    def _name(self) -> str:
        return "the patient" if self.out else "Patient"

    def _subject(self, index: int) -> int | None:
        """Write the subject and its verb; None where the verb is not known."""
        was_named, self.named = self.named, True
        self.out.append("they" if was_named else self._name())
        index += 1
        while index < len(self.words) and self.words[index].lower() in ADVERBS:
            self.out.append(self.words[index])
            index += 1
        verb = self.words[index].lower() if index < len(self.words) else ""
        if was_named:
            if verb in _PLURAL:
                self.out.append(_PLURAL[verb])
                return index + 1
            return index
        singular = third_person(verb)
        if singular is None:
            return None
        self.in_present = singular != verb
        self.out.append(singular)
        return index + 1

    def _other(self, index: int, word: str) -> None:
        previous = self.words[index - 1].lower() if index else ""
        if word in {self.possessive, self.possessive + "s"} or (self.first_person and word == "mine"):
            self.out.append("their" if self.named else f"{self._name()}'s")
            self.named = True
        elif word == self.subject or (self.first_person and word == "me"):
            self.out.append("them" if self.named else self._name())
            self.named = True
        elif word in {"myself", "yourself"}:
            self.out.append("themselves")
        elif self.in_present and previous in {"and", "or", "but"} and word in BASE:
            self.out.append(third_person(word) or word)
        else:
            self.out.append(self.words[index])


def third_person(verb: str) -> str | None:
    """The verb as `the patient` takes it; None for a word that is not known as a verb."""
    if verb in _BE:
        return _BE[verb]
    if verb in UNCHANGED or (verb.endswith("ed") and len(verb) > 4):
        return verb
    if verb not in BASE:
        return None
    if verb.endswith(("s", "sh", "ch", "x", "o")):
        return verb + "es"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _join(words: list[str]) -> str:
    text = " ".join(words)
    text = re.sub(r"\s+([.,;:?!%)])", r"\1", text)
    text = re.sub(r"(\d)\s*/\s*(\d)", r"\1/\2", text)
    text = re.sub(r"(\d)([.,])\s(\d)", r"\1\2\3", text)
    return re.sub(r"([($£])\s+", r"\1", text)

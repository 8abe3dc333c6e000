"""Whose condition it is: a finding that was told of a relative is none of the patient's."""

from collections.abc import Sequence

from scribe.notes import facts
from scribe.notes.drafting import cues

PATIENT = ""
FAMILY = "family"
# Those that the cues of a family history leave out: they share no blood, but a sentence can be about them all the same.
_OTHERS = frozenset(
    """husband wife spouse partner boyfriend girlfriend fiance fiancee son daughter child children kid kids baby twin
    niece nephew friend neighbour neighbor colleague relative relatives family granny nan nana grandson granddaughter
    grandchild stepmother stepfather siblings sibling""".split()
)
# Words with `family` that name no kin.
_NO_KIN = frozenset({"doctor", "physician", "medicine", "practice", "planning", "practitioner"})
_ENDS = frozenset('.;:?!"“”()')
_TURNING = frozenset(
    "but however although though because when if so then until unless while which who that yet".split()
)
_JOINING = frozenset({",", "and", "or"})
_SELF = frozenset("i i'm i've i'd i'll we we're we've you you're you've you'll patient".split())
_SELF_POSSESSIVE = frozenset({"my", "your", "patient's", "our"})
_PRONOUNS = frozenset("he she they he's she's they're they've his her their".split())
# What stands before a relative whom a clause only mentions.
_MENTIONING = frozenset("with for from to by at about like without than after".split())
# What stands before a relative whom a whole clause is of.
_WITHIN = frozenset({"in", "of", "on"})
_DETERMINERS = frozenset(
    "my your his her their our the a an patient patient's both maternal paternal older younger".split()
)


def of(text: str, before: str = "") -> frozenset[tuple[str, str]]:
    """The stem of each content word, with whose clause it stands in; `before` is what was said until there."""
    last = _mentioned(before)
    found: set[tuple[str, str]] = set()
    owner = PATIENT
    for clause in _clauses(facts.tokens(text)):
        owner = _subject(clause, owner, last)
        place = _relative_at(clause)
        after = _name(clause[place]) if place is not None else owner
        for index, word in enumerate(clause):
            if facts.is_content(word):
                found.add((facts.stem(word), after if place is not None and index > place else owner))
        last = after or last
    return frozenset(found)


def mixes_up(claim: str, said: Sequence[frozenset[tuple[str, str]]]) -> bool:
    """Whether it gives a word that was said to somebody of whom it was not said."""
    everything = frozenset[tuple[str, str]]().union(*said)
    known = {stem for stem, _ in everything}
    people = {_name(word) for word in facts.tokens(claim) if _is_relative(word)}
    return any(
        stem in known and (stem, owner) not in everything and not (owner == FAMILY and _of_any(stem, everything))
        for stem, owner in of(claim)
        if stem not in people
    )


def _of_any(stem: str, said: frozenset[tuple[str, str]]) -> bool:
    return any(each == stem and owner != PATIENT for each, owner in said)


def _clauses(words: Sequence[str]) -> list[list[str]]:
    """Split where a new subject may begin; the mark or word that splits stands first in its clause."""
    found: list[list[str]] = [[]]
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        begins = (
            word in _ENDS
            or word in _TURNING
            or (word in _SELF and not _is_object(words, at))
            or (word in _JOINING and (following in _SELF | _SELF_POSSESSIVE | _PRONOUNS or _is_relative(following)))
        )
        if begins:
            found.append([])
        found[-1].append(word)
    return [clause for clause in found if clause]


def _is_object(words: Sequence[str], at: int) -> bool:
    """Whether the patient is only spoken to or of there (`told you`, `for the patient`)."""
    before = words[at - 1] if at else ""
    return words[at] not in {"i", "i'm", "i've", "i'd", "i'll", "we"} and before in _MENTIONING | _WITHIN


def _subject(clause: Sequence[str], owner: str, last: str) -> str:
    """Of whom a clause is, given of whom the one before it was."""
    words = [word for word in clause if word not in _ENDS | _JOINING | _TURNING]
    place = _relative_at(clause)
    if place is not None and not _is_mention(clause, place):
        return _name(clause[place])
    first = next(iter(words), "")
    if first in _SELF | _SELF_POSSESSIVE or (first == "the" and words[1:2] == ["patient"]):
        return PATIENT
    if first in _PRONOUNS or clause[0] in {"who", "whose"}:
        return last
    return PATIENT if clause[0] in _ENDS else owner


def _is_mention(clause: Sequence[str], place: int) -> bool:
    """Whether the relative there is no subject: `I told my husband`, `lives with a son`."""
    at = place - 1
    while at >= 0 and clause[at] in _DETERMINERS:
        at -= 1
    before = clause[at] if at >= 0 else ""
    if before in _MENTIONING:
        return True
    return any(word in _SELF for word in clause[: at + 1])


def _relative_at(clause: Sequence[str]) -> int | None:
    for at, word in enumerate(clause):
        following = clause[at + 1] if at + 1 < len(clause) else ""
        if _is_relative(word) and not (word == FAMILY and following in _NO_KIN):
            return at
    return None


def _is_relative(word: str) -> bool:
    bare = word.removesuffix("'s")
    return (
        bare in _OTHERS or cues.RELATIVE.fullmatch(bare) is not None or cues.RELATIVE.fullmatch(bare[:-1]) is not None
    )


def _name(word: str) -> str:
    return facts.stem(word.removesuffix("'s")) if word != FAMILY else FAMILY


def _mentioned(text: str) -> str:
    """The relative that a pronoun may stand for, after that text."""
    return next((_name(word) for word in reversed(facts.tokens(text)) if _is_relative(word)), PATIENT)

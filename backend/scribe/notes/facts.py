"""The hard facts in a piece of text: numbers with their units, medicines, sides, frequencies, and what is negated.

Used on both ends: to check a sentence against its evidence, and to keep the drafter from losing one of them.
"""

import re
from dataclasses import dataclass

from scribe.notes import lexicon

_TOKEN = re.compile(r"[a-z0-9]+(?:['.\-/][a-z0-9]+)*%?|[.,;:?!\"“”()]")
_BOUNDARY = frozenset('.;:?!"“”()')
_MARKS = _BOUNDARY | {","}
_TURNING_WORDS = frozenset(
    "but however although though except because when if so then until unless while which who yet okay alright".split()
)
_JOINING = frozenset({",", "and", "or"})
_SUBJECTS = frozenset(
    "i i'm i've i'd i'll he she it it's they they're they've we you you're patient the there there's".split()
)
NEGATIONS = frozenset(
    "no not never none without deny denies denied nothing neither nor cannot nope nah nobody cant dont".split()
)
YES = frozenset("yes yeah yep yup mm-hmm uh-huh correct exactly definitely absolutely sure".split())
SIDES = frozenset("left right bilateral bilaterally both left-sided right-sided upper lower".split())
_FREQUENCIES = frozenset("once twice thrice daily nightly weekly monthly yearly hourly fortnightly".split())
_SMALL = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_UNITS = {
    "mg": "mg", "milligram": "mg", "milligrams": "mg", "mgs": "mg",
    "mcg": "mcg", "microgram": "mcg", "micrograms": "mcg",
    "g": "g", "gram": "g", "grams": "g", "kg": "kg", "kilo": "kg", "kilos": "kg", "kilogram": "kg", "kilograms": "kg",
    "lb": "lb", "lbs": "lb", "pound": "lb", "pounds": "lb", "stone": "stone",
    "ml": "ml", "milliliter": "ml", "milliliters": "ml", "millilitres": "ml", "units": "unit", "unit": "unit",
    "cm": "cm", "centimeter": "cm", "centimeters": "cm", "mm": "mm", "millimeter": "mm", "millimeters": "mm",
    "percent": "%", "%": "%", "degrees": "degree", "degree": "degree",
    "second": "s", "seconds": "s", "minute": "min", "minutes": "min", "hour": "h", "hours": "h",
    "day": "day", "days": "day", "week": "week", "weeks": "week", "month": "month", "months": "month",
    "year": "year", "years": "year", "time": "times", "times": "times",
    "tablet": "tablet", "tablets": "tablet", "pill": "tablet", "pills": "tablet", "puff": "puff", "puffs": "puff",
    "capsule": "capsule", "capsules": "capsule", "dose": "dose", "doses": "dose", "pack": "pack", "packs": "pack",
}  # fmt: skip


@dataclass(frozen=True)
class Facts:
    """What must not differ between a sentence and its source."""

    numbers: frozenset[str]
    quantities: frozenset[tuple[str, str]]
    # Medicines, sides and frequencies, as written.
    exact: frozenset[str]
    # Stems of content words, each with whether it stands under a negation.
    polarity: frozenset[tuple[str, bool]]
    negated: bool


def tokens(text: str) -> list[str]:
    """Lower-case words, numbers and the marks that end a clause."""
    return _TOKEN.findall(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def is_negation(token: str) -> bool:
    """Whether a word turns its clause around."""
    return token in NEGATIONS or token.endswith("n't")


def stem(token: str) -> str:
    """A rough stem: enough to see smoke in smoking and allergic in allergies."""
    word = token.removesuffix("'s").removesuffix("'")
    word = word[:5] if len(word) > 5 else word.removesuffix("s") if len(word) > 3 else word
    return word.rstrip("eiy") if len(word) > 3 else word


def named(text: str, *lexicons: str) -> set[str]:
    """Stems of the words of every entry of the named lexicons that stands in the text."""
    return {stem(word) for name in lexicons for entry in lexicon.load(name).found(text) for word in entry.split()}


def is_content(token: str) -> bool:
    """Whether a word says something, rather than holding others together."""
    return token not in _FUNCTION_WORDS and not is_negation(token) and token not in _MARKS


def content_words(text: str) -> list[str]:
    """The content words of a text, without numbers and the units behind them."""
    words = tokens(text)
    _quantities(words)
    return [
        word
        for at, word in enumerate(words)
        if is_content(word) and not _is_number(word) and not (word in _UNITS and at and _is_number(words[at - 1]))
    ]


def _is_number(word: str) -> bool:
    return word[0].isdigit() or word in _SMALL or word.split("-", 1)[0] in _TENS or word == "hundred"


def of(text: str) -> Facts:
    """The facts in a text."""
    words = tokens(text)
    quantities = _quantities(words)
    polarity = _polarities(words)
    return Facts(
        numbers=frozenset(number for number, _ in quantities),
        quantities=frozenset(quantity for quantity in quantities if quantity[1]),
        exact=frozenset(lexicon.load("drugs").found(text))
        | {word for word in words if word in SIDES or word in _FREQUENCIES},
        polarity=frozenset(polarity),
        negated=any(is_negation(word) for word in words),
    )


def _quantities(words: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    index = 0
    while index < len(words):
        numbers, index = _number_at(words, index)
        if numbers is None:
            continue
        unit = _UNITS.get(words[index], "") if index < len(words) else ""
        found.extend((number, unit if number == numbers[-1] else "") for number in numbers)
    return found


def _number_at(words: list[str], index: int) -> tuple[list[str] | None, int]:
    """The number that starts here (120/80 is two, 20mg brings its unit later), and where reading goes on."""
    word = words[index]
    if word[0].isdigit():
        figures = re.findall(r"\d+(?:\.\d+)?", word)
        tail = re.sub(r"[\d./\-]+", "", word)
        if tail in _UNITS:
            words[index] = tail
            return figures, index
        return figures, index + 1
    if word not in _SMALL and word not in _TENS and word.split("-", 1)[0] not in _TENS:
        return None, index + 1
    total = 0
    while index < len(words):
        word = words[index]
        first, _, rest = word.partition("-")
        if first in _TENS and rest in _SMALL:
            total += _TENS[first] + _SMALL[rest]
        elif word in _TENS:
            total += _TENS[word]
        elif word in _SMALL and total % 10 == 0 and (total == 0 or _SMALL[word] < 10):
            total += _SMALL[word]
        elif word == "hundred" and total:
            total *= 100
        else:
            break
        index += 1
    return [str(total)], index


def _polarities(words: list[str]) -> set[tuple[str, bool]]:
    found: set[tuple[str, bool]] = set()
    negated = False
    for index, word in enumerate(words):
        following = words[index + 1] if index + 1 < len(words) else ""
        previous = words[index - 1] if index else ""
        if (
            word in _BOUNDARY
            or word in _TURNING_WORDS
            or (word in _JOINING and following in _SUBJECTS)
            or (word == "," and previous in {"no", "nope", "nah"})
        ):
            negated = False
        elif is_negation(word):
            negated = True
        elif is_content(word):
            found.add((stem(word), negated))
    return found


_FUNCTION_WORDS = frozenset(
    """a an the this that these those and or but if then than so as of in on at to for from with by about into over
    under after before since until while during between through up down out off again i me my mine myself we us our
    ours you your yours yourself he him his she her hers it its they them their theirs themselves who whom which what
    when where why how is am are was were be been being have has had having do does did doing done will would shall
    should can could may might must i'm i've i'd i'll it's that's there's there he's she's they're they've we're we've
    we'll you're you've you'll you'd let's what's here just also very really quite too only even still some any all
    each every both more most other such own same few much many lot lots bit kind sort like well okay ok yeah yes oh
    um uh right now get got gets getting go going goes went come comes came say says said thing things
    something anything everything one ones um er erm hmm mm actually basically probably maybe know mean think
    guess want gonna wanna gotta kinda let make makes made because though although""".split()
) - {"right", "both"}

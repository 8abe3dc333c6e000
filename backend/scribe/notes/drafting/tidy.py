"""Take out what speech adds to words: fillers, false starts, repetitions. Nothing that could carry a meaning."""

import re

# "I, I just", "the the": never a number, and never an emphatic "very, very"
_REPEATED = (
    r"\b(?!(?:very|really|had|that|no|so|much|\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b)"
    r"([a-z']+)(?:\s*,?\s+\1\b)+"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"<[^>]{0,40}>|\[[^\]]{0,40}\]", " "),
        ("\N{RIGHT SINGLE QUOTATION MARK}", "'"),
        (r"\.{2,}|…|\s[-\u2013\u2014]+\s|[-\u2013\u2014]+(?=[.,?!]|$)", ", "),
        (r",?\s*(?<!\d\s)\b(?:u+m+|u+h+|e+r+m*|mm+|hm+|mm-hmm|mhm|uh-huh|ah+|eh)\b(?!-),?", " "),
        (r"(?:^|,)\s*(?:you know|i mean|you see|like i said|as i said|to be honest|i guess|i suppose)\s*,", " "),
        (r",\s*(?:you know|i mean|you know what i mean|okay|ok|right|yeah|all right|alright)\s*(?=[.?!]|$)", ""),
        (r"\byou know what\b,?|\byou know\b(?=,)|\bi mean\b,?", ""),
        (r",\s*(?:like|basically|obviously|well)\s*,", ","),
        (r"\bwanna\b", "want to"),
        (r"\bgonna\b", "going to"),
        (r"\bgotta\b", "have to"),
        (r"(?<=,) like (?=\w)|\blike, (?=\w)", " "),
        (r"(?<!feel)(?<!feels)(?<!felt)(?<!looks)(?<!sounds) like (?=(?:super|really|quite|all|around|about)\b)", " "),
        # "I am, my bowels are fine": a start that was given up, never one with a not in it
        (r"\bi(?:'m|'ve|'d|'ll| am| have| was| had| would)?,\s+(?=(?:i|i'm|i've|my|it|it's)\b)", ""),
        (r"\b(?!\d)(\w+)-\s*\1\b", r"\1"),
        # a word broken off and begun anew: "ex- exerting"
        (r"\b[a-z]{1,6}-\s+(?=[a-z])", ""),
        (_REPEATED, r"\1"),
        # "I feel kinda, I feel dizzy", "I wasn't sure, I wasn't sure"
        (r"\b(i(?:'m|'ve)? \w+)(?: (?:kinda|kind of|just|a|the|so|like))?,\s+(?=\1\b)", ""),
        (r"\b((?:[a-z']+ ){1,4}[a-z']+),\s+\1\b", r"\1"),
        (r"\b(i was|i have|it was|it's|i've|i'm|i had|in the|on the|of the|and i)(?:\s*,?\s+\1\b)+", r"\1"),
        # a comma that is only a hesitation: "some, problems", "and, my mum"
        (r"\b(the|a|an|my|your|some|any|his|their|of|with|from|quite|very|and|but|so|because),\s+(?=\w)", r"\1 "),
        (r"^\s*(?:hey|hello|hi)\b,?(?: dragon\b)?,?\s*", ""),
        (r"\s+([,.?!;:])", r"\1"),
        (r"(?:,\s*)+,", ","),
        (r",+(?=[.?!])", ""),
        (r"\s{2,}", " "),
    )
)  # fmt: skip
_OPENERS = re.compile(
    r"^(?:[\s,.;:\-\u2013]+|(?:okay|ok|so|well|oh|yeah|right|all right|alright|and|but|now|then|um|uh|also|anyway|"
    r"actually|basically|like|great|perfect|good|sure|fine|lovely|hmm|gotcha|i see|thank you|thanks|sorry)\b"
    r"(?=[\s,.!])(?!\s+(?:of|for|as|far|much|that|lower|upper|side|arm|leg|knee|hip|foot|hand|ear|eye|shoulder|now|to|about))[,.!]?)+",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"^(?:(?:yes|yeah|yep|no|nope|nah|not really|mm-hmm|right|correct|sure|exactly)\b[\s,.]+)+(?=\S)", re.IGNORECASE
)


def tidy(text: str) -> str:
    """The words without fillers and repetitions, without an opener (`okay, so`)."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    text = text.strip()
    return _OPENERS.sub("", text).strip(" ,;-\N{EN DASH}")


def without_answer_word(text: str) -> str:
    """`No, I don't smoke` as `I don't smoke`: the clause says it again."""
    return _ANSWER.sub("", text).strip()


def as_sentence(text: str) -> str:
    """A capital in front and a full stop behind."""
    text = re.sub(r"\bi\b(?=['\s])", "I", text.strip(" ,;:-\N{EN DASH}"))
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!”" else text + "."

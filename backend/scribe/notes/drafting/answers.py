"""A question and its short answer, said as one: forms in order of preference, for code to prove or drop."""

import re
from collections.abc import Iterator

from scribe.notes import facts, lexicon
from scribe.notes.drafting.person import about_patient
from scribe.notes.drafting.tidy import as_sentence, tidy, without_answer_word
from scribe.notes.evidence import answer_to

# What may stand before a question without narrowing it ("when you walk," would).
_LEAD = re.compile(
    r"^(?:(?:(?:any |how about,? |what about,? )?(?:other|any) symptoms|how about|what about)\b,?\s*(?:like\s*)?(?=\S)|"
    r"(?:for example|moving on[^,]*|let's see|just (?:a couple|a few) [^,]*|have you|do you|are you),\s*)+",
    re.IGNORECASE,
)
_SYMPTOM_QUESTION = re.compile(
    r"^(?:(?:(?:do|did) you (?:have|get|notice|feel|experience|suffer from)|have you (?:had|noticed|been having|"
    r"experienced|felt|ever had|been getting|got|been)|are you (?:having|getting|experiencing|feeling)|"
    r"(?:is|was|has) there (?:been )?|any|no|"
    r"you(?:'re not| are not| haven't had| don't have)(?: having| getting)?)\s+)?"
    r"(?:(?:any|some|other|noticed|ever|the|associated|like|of)\s+)*(?P<topic>[^?]+?)\??$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:,? ?(?:or |and )?(?:anything|something|things|any of that|stuff|whatever)"
    r"(?: like that| of that nature| else)?|"
    r",? at all| (?:with that|with it|as well|too|along with (?:that|it)|associated with (?:that|it|this)))+$",
    re.IGNORECASE,
)
_JOIN = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?(?:(?:any|no)\s+)?|\s+(?:and|or)\s+(?:(?:any|no)\s+)?", re.IGNORECASE)
_PLAIN = frozenset(
    """any a an the in your of on with to at or and from side left right lower upper when swallowing recent changes
    change problems problem trouble difficulty issues other severe new bad unusual around into down up both more loss
    feeling sensation recently lately today now currently moment since then still other""".split()
)
_LABELS: tuple[tuple[str, str], ...] = (
    (r"\bhow long\b|\bsince when\b", "Duration"),
    (r"\bwhen did\b|\bwhen was\b|\bstart(?:ed)?\b", "Onset"),
    (r"\bhow often\b|\bhow many times\b|\bhow frequent", "Frequency"),
    (r"\bscale\b|\bhow bad\b|\bout of (?:10|ten)\b|\bsever", "Severity"),
    (r"\bwhere\b|\bwhereabouts\b|\bwhich (?:part|side|area)\b", "Location"),
    (r"\bsmok", "Smoking"),
    (r"\balcohol\b", "Alcohol"),
    (r"\bdrink\b", "Drinking"),
    (r"\bwork\b|\bfor a living\b|\bjob\b", "Work"),
    (r"\bexercis", "Exercise"),
    (r"\ballerg", "Allergies"),
    (r"\bfamily history\b", "Family history"),
    (r"\bmedications?\b", "Medications"),
    (r"\bappetite\b", "Appetite"),
    (r"\bdiet\b", "Diet"),
    (r"\bsleep", "Sleep"),
)
_AS_STATEMENT = re.compile(r"^(are|were|have|do|did|can|will|would) you (?!any\b)(.+?)\??$", re.IGNORECASE)
_LONGEST_QUESTION = 24


def denied_topic(question: str, answer: str) -> str | None:
    """What a plain no denies, in the question's own words: `chest pain`."""
    return topic(question) if answer_to(question, answer) is False else None


def topic(question: str) -> str | None:
    """The symptoms that a question asks for, if it asks for nothing else."""
    asked = tidy(question)
    match = _SYMPTOM_QUESTION.match(_LEAD.sub("", asked)) or _SYMPTOM_QUESTION.match(asked)
    if not match:
        return None
    words = _TAIL.sub("", match["topic"].strip(" ,.?"))
    known = (lexicon.load("symptoms"), lexicon.load("conditions"))
    parts = [part for part in _JOIN.split(words) if part]
    if not parts or len(words.split()) > 10 or not all(any(lex.has(part) for lex in known) for part in parts):
        return None
    allowed = {
        word for lex in (*known, lexicon.load("anatomy")) for entry in lex.found(words) for word in entry.split()
    }
    if set(facts.tokens(words)) - allowed - _PLAIN - {","}:
        return None
    listed = re.sub(r"(,|\b(?:and|or)) (?:any|no) ", r"\1 ", words, flags=re.IGNORECASE)
    return re.sub(r"\byour\b", "the", listed, flags=re.IGNORECASE)


def says_something(question: str, answer: str) -> bool:
    """Whether an answer tells anything: a word that the question lacks, or a yes or no to what can be answered so."""
    asked = tidy(question)
    spoken = {facts.stem(word) for word in facts.tokens(question)}
    news = {word for word in facts.tokens(answer) if facts.is_content(word)} - facts.YES
    if any(facts.stem(word) not in spoken for word in news):
        return True
    return answer_to(question, answer) is not None and not _NOT_YES_OR_NO.search(_LEAD.sub("", asked))


# A bare yes or no answers neither a choice nor a what, how or when; nor is it news where the doctor only tells.
_NOT_YES_OR_NO = re.compile(
    r"^(?:wh\w+|how|i|i'm|i'll|i'd|we|we'll|let|so|try|take|make|keep|avoid)\b|\bor (?:is|are|do|does|did|just|the)\b",
    re.IGNORECASE,
)


def forms(question: str, answer: str) -> Iterator[str]:
    """Ways to say a question and its answer in a note, the best first; the caller takes the first that is proven."""
    asked, replied = tidy(question), tidy(answer).strip() or answer.strip()
    verdict, named = answer_to(question, answer), topic(question)
    plain = len(replied.split()) <= 6
    if named and verdict is False:
        yield f"Denies {named}."
    if named and verdict is True and plain and not _JOIN.search(named):
        yield f"Reports {named}."
    if verdict is not None and plain:
        yield from _as_statement(asked, affirmed=verdict)
    if verdict is None:
        yield from _labelled(asked, replied)
    if named:
        yield f"Asked about {named}: “{replied.rstrip('.')}.”"
    if len(asked.split()) <= _LONGEST_QUESTION:
        yield f"Asked “{as_sentence(asked.rstrip('?')).rstrip('.')}?”: “{as_sentence(replied)}”"


def _labelled(asked: str, replied: str) -> Iterator[str]:
    for pattern, label in _LABELS:
        if re.search(pattern, asked, re.IGNORECASE):
            said = about_patient(replied, first_person=True)
            short = without_answer_word(said) if said else None
            if short:
                yield (
                    f"{label}: {as_sentence(short)[0].lower() + as_sentence(short)[1:]}"
                    if not _proper(short)
                    else f"{label}: {as_sentence(short)}"
                )
            yield f"{label}: “{as_sentence(replied)}”"
            return


def _proper(text: str) -> bool:
    first = text.split(maxsplit=1)[0]
    return (
        first == "Patient"
        or first.startswith("Patient'")
        or (len(first) > 1 and first[1].isupper())
        or lexicon.load("drugs").has(first)
    )


_UNFINISHED = frozenset("taking using having getting doing on the a your with of to for".split())


def _as_statement(asked: str, *, affirmed: bool) -> Iterator[str]:
    """With yes, `Do you live alone?` is `Patient lives alone.`, with no it is `Patient does not live alone.`."""
    match = _AS_STATEMENT.match(asked)
    if (
        not match
        or len(asked.split()) > 14
        or set(facts.tokens(match[2])) & {"or", "any", "anything", "anyone", "else", "ever", "you", "what"}
    ):
        return
    auxiliary, rest = match[1].lower(), match[2].rstrip(" ,.")
    if (affirmed and auxiliary == "did") or rest.split()[-1] in _UNFINISHED:
        return
    verb = "" if affirmed and auxiliary == "do" else auxiliary + " "
    said = about_patient(f"you {verb}{'' if affirmed else 'not '}{rest}", first_person=False)
    if said:
        yield as_sentence(said)

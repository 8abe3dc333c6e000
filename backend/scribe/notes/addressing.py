"""Who was spoken to? Words for the scribe itself ("ignore your instructions") are no part of a consultation.

Found by how they sound, in the languages that such tricks come in. What follows them in the same breath counts with
them. Nothing is lost: what rests on such words is kept out of the note, listed, and can be added by hand. What a
doctor says to be written down ("note that she is allergic to penicillin") is ordinary, and must not be caught.
"""

import re
from dataclasses import dataclass

from scribe.notes import sentences

_APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"


def addressed_from(text: str) -> int | None:
    """Where in a turn's text the talk to the scribe begins: the first character of a sentence. None: nowhere."""
    found = _TO_THE_SCRIBE.search(text.replace(_APOSTROPHE, "'"))
    if found is None:
        return None
    spoken = sentences.spans(text)
    first = next(at for at, (_, end) in enumerate(spoken) if end > found.start() + _leading(found[0]))
    if first and _POINTS_BACK.search(text[slice(*spoken[first])]):
        first -= 1
    return spoken[first][0]


def speaks_of_the_words_before(text: str) -> bool:
    """Whether a turn begins with an order about what was said just before it ("AI, write that down.")."""
    start, end = sentences.spans(text)[0]
    return bool(_POINTS_BACK.search(text[start:end]))


def last_sentence(text: str) -> int:
    """Where a turn's last sentence begins."""
    return sentences.spans(text)[-1][0]


def _leading(match: str) -> int:
    """The characters of a match that belong to the sentence before: its end, and the space after it."""
    return len(match) - len(match.lstrip(".!?,;: \n\t"))


def _some(least: int, most: int) -> str:
    """So many words between two of a pattern: speech hesitates everywhere."""
    return rf"(?:\W+\w+){{{least},{most}}}?\W+"


# Whose instructions those are that a doctor may well tell a patient to ignore.
_NOT_OF_A_LEAFLET = (
    r"(?!\W+(?:on|from|for|by|of|with|that came)\W+(?:the|your|that|my|this|her|his)\W+"
    r"(?:pharmac|label|box|bottle|pack|leaflet|hospital|clinic|surge|nurse|doctor|discharge|medic|tablet|pill|inhaler))"
)
_ORDERS = r"(?:instructions?|prompts?|directives|programming|constraints|guardrails)\b"
_RULES = r"(?:instructions?|prompts?|rules|guidelines|directives|programming|training|constraints|guardrails)\b"
_MACHINE = (
    r"(?:a\.?i\.?\b(?:\W+(?:assistant|scribe|system|model|agent|bot|note\W?taker))?|artificial intelligence|"
    r"chat\W?gpt|gpt|(?:large\W+)?language model|llm|chat\W?bot|note\W?taker|transcri(?:ber|ptionist)|"
    r"(?:ai|virtual|digital|voice|automated|writing|note\W?taking|listening|recording|transcription|dictation|speech)"
    r"\W+(?:assistant|scribe|software|system|program|app|tool|machine|engine|model|bot))"
)
# Words that mean the scribe only where they are called: a clinic has assistants and computers of its own.
_CALLED = (
    r"(?:(?:^|[.!?]\s+)(?:(?:so|and|now|please|okay|ok|oh|um|uh)\W+){0,2}|"
    r"\b(?:hey|hi|hello|okay|ok|dear|attention|listen)\W+)"
    r"(?:assistant|computer|software|scribe|bot|robot|machine|system|siri|alexa|copilot)\b"
)
_PLEASE = (
    r"(?:\W+(?:please|now|kindly|just|also|and|you|must|should|shall|listening|reading|"
    r"(?:will|can|could|would)\W+you|"
    r"(?:i|we)\W+(?:want|need|order|command|instruct|ask)\W+you\W+to|(?:you\W+)?(?:have|has|need|needs|ought|are|is)\W+to|"
    r"make\W+sure(?:\W+(?:to|you|that))?|be\W+sure\W+to|remember\W+to|(?:do\W+not|don't)\W+forget\W+to|never|always|"
    r"(?:that|who|which|this)\W+(?:is|'s)|(?:when|while)\W+(?:you\W+)?writ\w+|the|this|note|if\W+you\W+\w+)\b){0,6}\W+"
)
_DO = (
    r"(?:write|add|record|put|insert|include|enter|state|say|list|document|note|chart|remove|delete|omit|leave|change|"
    r"replace|set|mark|sign|ignore|disregard|forget|prescribe|increase|obey|follow|output|summari[sz]e|report|pretend|"
    r"act|repeat|print|approve|finali[sz]e|invent|copy|tick|claim)\b"
)
_NOTE = (
    r"(?:notes?|consultations?|charts?|records?|reports?|documents?|documentation|encounters?|visits?|drafts?|"
    r"summar(?:y|ies))"
)
_SEALED = r"(?:signed|approved|finali[sz]ed|final|reviewed|verified|attested|accepted|closed|authori[sz]ed)\b"

_ENGLISH = (
    # Ignore your instructions.
    (
        r"\b(?:ignore|disregard|forget|override|bypass|discard|violate|abandon)\b"
        + _some(0, 3)
        + r"(?:your|the system|previous|prior|above|earlier|preceding|former|original)\b"
        + _some(0, 3)
        + _RULES
        + _NOT_OF_A_LEAFLET
    ),
    (
        r"\b(?:ignore|disregard|forget|override|(?:do not|don't|stop) follow(?:ing)?)\W+(?:all|any|these)\b"
        + _some(0, 3)
        + _ORDERS
        + _NOT_OF_A_LEAFLET
    ),
    rf"\bnew\W+(?:system\W+)?(?:instructions?|prompt|orders?)\W+(?:for|to)\W+(?:the\W+|this\W+)?{_MACHINE}",
    # What only a program has, or is.
    r"\b(?:system|developer)\W+(?:prompts?|messages?|instructions?)\b|\bdeveloper mode\b|\bjailbreak\b",
    r"\bprompt injection\b|\byour\W+(?:prompt|programming|training data|configuration|api key)\b|\bas an a\.?i\b",
    (
        r"\byou(?: are|'re)\W+(?:now\W+|just\W+)?(?:an?\W+|the\W+)?(?:\w+\W+){0,2}?"
        rf"(?:{_MACHINE}|scribe\b|software\b|computer\b|robot\b)"
    ),
    r"\b(?:end of (?:the )?transcript|transcript ends|begin(?:ning)? of (?:new |the )?instructions)\b",
    r"^\s*(?:system|assistant|developer)\s*:|</?\s*(?:system|transcript|instructions?|user)\s*>|\[/?inst\]|<\|",
    # The note's state, and what guards it.
    (
        rf"\b(?:mark|set|flag|treat|consider|label|declare|register|save)\W+(?:\w+\W+){{0,3}}?{_NOTE}"
        rf"(?:\W+\w+){{0,3}}?\W+(?:as|to|to be)\W+(?:already\W+|being\W+|fully\W+)?{_SEALED}"
    ),
    (
        r"\b(?:mark|set|flag|treat|label|declare|register|save)\W+(?:it|this|that|everything)(?:\W+\w+){0,2}?"
        r"\W+(?:as|to|to be)\W+(?:already\W+)?(?:signed|approved|verified|attested)\b"
    ),
    (
        r"(?:^|[.!?,;:]\s*|\b(?:please|and|then|now|just)\W+)(?:auto\W?)?sign\W+(?:off\W+)?(?:on\W+)?"
        rf"(?:the|this|my|that|all)\W+(?:\w+\W+){{0,2}}?{_NOTE}"
        r"(?:\W+(?:automatically|now|yourself|without|for me|on \w+(?: \w+)? behalf|as (?:the )?doctor)\b|"
        r"\W*(?:$|[.!?;]))"
    ),
    (
        r"\b(?:skip|disable|turn off|switch off|deactivate)\W+(?:the|all|any|your|every)\W+(?:\w+\W+){0,2}?"
        r"(?:checks?|verification|validation|safeguards?|filters?|audit(?:ing)?|guardrails?)\b(?!\W*up)"
    ),
    (
        r"\b(?:delete|erase|wipe|overwrite)\W+(?:all|every|the|this|any|other|previous)\W+(?:\w+\W+){0,3}?"
        rf"(?:{_NOTE}|recordings?|transcripts?|database|logs?|audit)\b"
    ),
    (
        rf"\b(?:change|set|switch|update)\W+(?:the|this|its|your)\W+(?:status\W+to\W+{_SEALED}|"
        r"(?:\w+\W+){0,2}?template\b|clinic(?:'s)?\W+settings\b)"
    ),
    # Called by its name and told what to do.
    rf"\b{_MACHINE}{_PLEASE}{_DO}",
    rf"{_CALLED}{_PLEASE}{_DO}",
    # "AI assistant, this is important, record ...": whatever comes between, once it is called.
    rf"(?:^|[.!?]\s+|\b(?:hey|hi|hello|okay|ok|dear|listen)\W+){_MACHINE}\s*[,:!]{_some(0, 12)}{_DO}",
    rf"{_CALLED}\s*[,:!]{_some(0, 12)}{_DO}",
    (
        r"\b(?:tell|instruct|order|make|force|ask)\W+(?:the|this|that|your)\W+"
        rf"(?:{_MACHINE}|scribe|software|computer|system|machine)\W+(?:to\W+)?{_DO}"
    ),
    (
        r"\b(?:the|this)\W+(?:scribe|software|computer|system|machine)\W+(?:must|should|shall|has to|needs to)\W+"
        r"(?:\w+\W+)?(?:write|record|note|ignore|add|mark|sign|state)\b"
    ),
    (
        r"\b(?:whoever|whatever|anyone|anything)\W+(?:is|'s|that is)\W+(?:\w+\W+)?"
        r"(?:listening|transcribing|summari[sz]ing|writing this|reading this|taking notes)\b"
    ),
    (
        r"\b(?:note|message|instructions?|order|command)s?\W+(?:to|for)\W+(?:the\W+|this\W+|any\W+)?"
        rf"(?:{_MACHINE}|scribe|software)\b"
    ),
)


@dataclass(frozen=True)
class _Tongue:
    """How it sounds in another language: "ignore" "all" "instructions", "mark the note as signed", "machine, write"."""

    ignore: str
    whose: str
    orders: str
    mark: str
    machine: str

    def pattern(self) -> str:
        """All of it."""
        before = rf"\b{self.ignore}\b(?:\W+\w+){{0,3}}?\W+{self.whose}\b(?:\W+\w+){{0,3}}?\W+{self.orders}\b"
        after = rf"\b{self.ignore}\b(?:\W+\w+){{0,4}}?\W+{self.orders}\W+{self.whose}\b"
        return rf"{before}|{after}|\b{self.mark}\b|\b{self.machine}\b"


_SPANISH = _Tongue(
    ignore=r"(?:ignor[ae]|olvid[ae]|descart[ae]|omit[ae]|no sig(?:as|a)|haz caso omiso de)",
    whose=r"(?:tus|sus|todas|anteriores|previas)",
    orders=r"(?:instrucciones|reglas|órdenes|directrices)",
    mark=(
        r"(?:marc(?:a|ar|que)|firm[ae]|pon(?:ga)?)\W+(?:la|el|esta|este)\W+(?:nota|consulta|historia|informe|registro)"
        r"(?:\W+\w+){0,2}?\W+(?:firmad|aprobad|revisad)[ao]"
    ),
    machine=(
        r"(?:inteligencia artificial|ia|asistente|modelo de lenguaje)\W+(?:\w+\W+){0,3}?"
        r"(?:(?:escrib|añad|anot|registr|agreg|incluy)[ae]|pon(?:ga)?)"
    ),
)
_FRENCH = _Tongue(
    ignore=r"(?:ignore[rz]?|oublie[rz]?|fai(?:s|tes) abstraction|ne (?:suis|suivez) (?:pas|plus))",
    whose=r"(?:tes|vos|toutes|précédentes|antérieures)",
    orders=r"(?:instructions|consignes|règles|directives)",
    mark=(
        r"(?:marque[rz]?|signe[rz]?|mets|mettez)\W+(?:la|le|cette|ce)\W+(?:note|consultation|dossier|compte.rendu)"
        r"(?:\W+\w+){0,2}?\W+(?:signée?|approuvée?|validée?)"
    ),
    machine=(
        r"(?:intelligence artificielle|ia|modèle de langage|logiciel)\W+(?:\w+\W+){0,3}?"
        r"(?:écri(?:s|vez)|ajoute[rz]?|note[rz]?|inscri(?:s|vez)|enregistre[rz]?|indique[rz]?)"
    ),
)
_GERMAN = _Tongue(
    ignore=r"(?:ignorier\w*|vergiss|vergessen sie|missacht\w*|verwirf|befolge?\w*)",
    whose=r"(?:deine|ihre|alle|vorherigen|bisherigen|früheren|vorigen)",
    orders=r"(?:anweisungen|instruktionen|regeln|vorgaben|befehle)",
    mark=(
        r"(?:markier|kennzeichn|setz|unterschreib|signier)\w*\W+(?:sie\W+)?(?:die|diese|den|diesen|das|dieses)\W+"
        r"(?:notiz|konsultation|akte|bericht|dokument|eintrag)(?:\W+\w+){0,2}?\W+"
        r"(?:unterschrieben|signiert|freigegeben|geprüft)"
    ),
    machine=(
        r"(?:künstliche intelligenz|ki|sprachmodell)\W+(?:\w+\W+){0,3}?"
        r"(?:schreib|notier|ergänz|vermerk|trag|füg)\w*"
    ),
)
_PORTUGUESE = _Tongue(
    ignore=r"(?:ignor[ea]|esqueç[ao]|esquec[ea]|desconsider[ea])",
    whose=r"(?:suas|tuas|todas|anteriores)",
    orders=r"(?:instruções|regras|ordens)",
    mark=(
        r"(?:marque|marca|assine|assina)\W+(?:a|esta|o|este)\W+(?:nota|consulta|registro|prontuário)"
        r"(?:\W+\w+){0,2}?\W+(?:assinad|aprovad)[ao]"
    ),
    machine=(
        r"(?:inteligência artificial|ia|assistente|modelo de linguagem)\W+(?:\w+\W+){0,3}?"
        r"(?:escrev[ae]|adicion[ae]|anot[ae]|registr[ae]|coloque|inclua)"
    ),
)
_ITALIAN = _Tongue(
    ignore=r"(?:ignor[ai]|dimentic(?:a|hi)|trascur[ai])",
    whose=r"(?:tue|sue|tutte|precedenti)",
    orders=r"(?:istruzioni|regole|ordini)",
    mark=(
        r"(?:(?:contras)?segn[ai]|firm[ai])\W+(?:la|il|questa|questo)\W+(?:nota|visita|referto|cartella)"
        r"(?:\W+\w+){0,2}?\W+(?:firmat|approvat)[ao]"
    ),
    machine=(
        r"(?:intelligenza artificiale|ia|modello linguistico)\W+(?:\w+\W+){0,3}?"
        r"(?:scriv|aggiung|annot|registr|inserisc)[ai]"
    ),
)
_DUTCH = _Tongue(
    ignore=r"(?:negeer|vergeet)",
    whose=r"(?:je|uw|alle|vorige|eerdere)",
    orders=r"(?:instructies|regels|aanwijzingen|opdrachten)",
    mark=(
        r"(?:markeer|onderteken|teken)\W+(?:de|het|deze|dit)\W+(?:notitie|nota|consult|verslag|dossier)"
        r"(?:\W+\w+){0,2}?\W+(?:ondertekend|getekend|goedgekeurd)"
    ),
    machine=r"(?:kunstmatige intelligentie|taalmodel)\W+(?:\w+\W+){0,3}?(?:schrijf|noteer|voeg|zet|vermeld)",
)
_SWEDISH = _Tongue(
    ignore=r"(?:ignorera|glöm|bortse från)",
    whose=r"(?:dina|era|alla|tidigare|föregående)",
    orders=r"(?:instruktion|anvisning|regl|regel)\w*",
    mark=(
        r"(?:markera|signera)\W+(?:\w+\W+){0,2}?(?:anteckning|journal|besök)\w*(?:\W+\w+){0,2}?\W+"
        r"(?:signera[dt]|godkän[dt]\w*)"
    ),
    machine=r"(?:artificiell intelligens|språkmodell)\W+(?:\w+\W+){0,3}?(?:skriv|anteckna|lägg|notera)",
)
_TONGUES = (_SPANISH, _FRENCH, _GERMAN, _PORTUGUESE, _ITALIAN, _DUTCH, _SWEDISH)
_TO_THE_SCRIBE = re.compile("|".join((*_ENGLISH, *(each.pattern() for each in _TONGUES))), re.IGNORECASE)
# "Write this down." tells of the sentence before it.
_POINTS_BACK = re.compile(
    r"\b(?:this|that|it)\b"
    r"(?:\W+(?:down|in|too|also|as|well|please|now|to|into|the|my|note|notes|record|chart)){0,6}\W*$",
    re.IGNORECASE,
)

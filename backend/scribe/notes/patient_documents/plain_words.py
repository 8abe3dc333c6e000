"""Medical words with what they mean, for a patient. The word itself always stays: nothing is put in its place."""

import re

_MEANINGS = {
    "hypertension": "high blood pressure",
    "hypotension": "low blood pressure",
    "dyspnea": "shortness of breath",
    "dyspnoea": "shortness of breath",
    "edema": "swelling",
    "oedema": "swelling",
    "pyrexia": "fever",
    "febrile": "having a fever",
    "myocardial infarction": "heart attack",
    "cerebrovascular accident": "stroke",
    "tachycardia": "fast heartbeat",
    "bradycardia": "slow heartbeat",
    "arrhythmia": "uneven heartbeat",
    "atrial fibrillation": "an uneven heartbeat",
    "hyperlipidemia": "high blood fats",
    "hyperlipidaemia": "high blood fats",
    "gastroenteritis": "stomach bug",
    "gastritis": "irritated stomach lining",
    "dyspepsia": "indigestion",
    "nephrolithiasis": "kidney stones",
    "cholelithiasis": "gallstones",
    "otitis media": "middle ear infection",
    "rhinitis": "runny nose",
    "pharyngitis": "sore throat",
    "conjunctivitis": "pink eye",
    "dermatitis": "inflamed skin",
    "pruritus": "itching",
    "erythema": "redness",
    "contusion": "bruise",
    "laceration": "cut",
    "fracture": "broken bone",
    "neuropathy": "nerve damage",
    "anemia": "low red blood cell count",
    "anaemia": "low red blood cell count",
    "syncope": "fainting",
    "crackles": "crackling sounds in the lungs",
    "analgesic": "painkiller",
    "antipyretic": "medicine against fever",
    "antihypertensive": "medicine against high blood pressure",
    "diuretic": "water tablet",
    "benign": "harmless",
    "prognosis": "outlook",
    "biopsy": "small sample of tissue",
    "echocardiogram": "ultrasound scan of the heart",
    "electrocardiogram": "tracing of the heartbeat",
}
_TERM = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, _MEANINGS), key=len, reverse=True)) + r")\b(?! \()", re.IGNORECASE
)


def explained(text: str, known: set[str]) -> str:
    """The text with each term's meaning behind it, the first time that it comes; `known` remembers which have come."""

    def explain(match: re.Match[str]) -> str:
        term = match[0].lower()
        if term in known:
            return match[0]
        known.add(term)
        return f"{match[0]} ({_MEANINGS[term]})"

    return _TERM.sub(explain, text)


def in_plain_words(text: str) -> str:
    """The text with each term exchanged for its meaning: what else may be said where the text is the source."""
    return _TERM.sub(lambda match: _MEANINGS[match[0].lower()], text)


def meanings() -> dict[str, str]:
    """All terms, for whoever checks that no meaning brings a fact with it."""
    return dict(_MEANINGS)

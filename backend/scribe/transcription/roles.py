"""Who is the doctor: told from what the voices say, the same way every time."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scribe.transcription.models import SpeakerRole


@dataclass(frozen=True)
class Said:
    """A turn: the engine's label of its voice, and its words."""

    speaker: str
    text: str


@dataclass(frozen=True)
class Roles:
    """A role for each turn, in order; `confidence` is 0.5 (a coin's) to 1."""

    of_turns: tuple[SpeakerRole, ...]
    confidence: float
    # The recording did not keep two voices apart, so each turn was judged by its own words.
    is_by_turn: bool


# Below this the doctor is asked to check.
CONFIDENT = 0.8
# The languages that the cues below are written for.
LANGUAGES = frozenset({"en"})

_BODY = (
    "back|head|chest|stomach|tummy|belly|knee|hip|shoulder|neck|throat|leg|arm|foot|feet|ankle|hand|wrist|elbow|eyes?|"
    "ears?|nose|skin|breath|breathing|heart|joints?|fingers?|toes?"
)
_KIN = "wife|husband|partner|mum|mom|mother|dad|father|son|daughter|brother|sister|kids|children|boss|work|job"

# What speaks for the doctor (+) and for the patient (-): a weight, and ways to say it.
_CUES: tuple[tuple[float, tuple[str, ...]], ...] = (
    # Questions about the other person.
    (2.0, (r"\b(do|did|have|are|were|can|could|would|will) you\b[^.?!]*\?",)),
    (2.0, (r"\b(what|how|when|where|which|who|why)\b[^.?!]*\b(you|your)\b[^.?!]*\?",)),
    (
        1.5,
        (r"\b(any|is|does|has|was) (it|the|your|that|there|this|pain|fever|family|other|allerg\w+)\b[^.?!]*\?",),
    ),
    (1.5, (r"(^|[.?!] )(and |so |okay |ok |now )*any (other )?\w+[^.?!]*\?",)),
    (1.0, (r"\?",)),
    (3.0, (r"\bwhat (brings|brought) you\b", r"\bhow (can|may) i help\b", r"\bwhat can i (do for|help) you\b")),
    (
        1.5,
        (r"\btell me\b", r"\bcan you describe\b", r"\bon a scale\b", r"\bhow long (has|have|did)\b", r"\bhow often\b"),
    ),
    # Who they say they are, and whom they have before them.
    (4.0, (r"\b(i'm|i am|my name is|this is) (dr|doctor)\b",)),
    (2.0, (r"\bone of the (doctors|gps)\b", r"\bconfirm your (name|date of birth|address)\b", r"\bdate of birth\b")),
    # Examining, explaining, ordering, arranging.
    (
        2.5,
        (
            (
                r"\b(let me|let's|i'll|i will|i'm going to|i am going to|i'm gonna|we'll|we will|we're going to) "
                r"(just )?(listen|examine|check|take a look|have a look|look at|prescribe|order|refer|start|increase|"
                r"decrease|get you|send|give you|put you|go ahead|continue|do (a|an|some|your)|recommend|"
                r"also|repeat|see you)\b"
            ),
        ),
    ),
    (
        2.0,
        (
            r"\b(i|we)( would|'d) (like|want) (you )?to\b",
            r"\bi (want|need) you to\b",
            r"\bi( would)? (recommend|suggest)\b",
        ),
    ),
    (
        2.0,
        (r"\bi('m| am) (writing|prescribing|ordering|referring)\b", r"\bany questions\b", r"\bmake an appointment\b"),
    ),
    (
        2.0,
        (
            r"\bfollow(ing)?[- ]?up\b",
            r"\bcome back\b",
            r"\bif (it|things|you|your symptoms) (gets?|becomes?|develop|start)\b",
        ),
    ),
    (
        2.0,
        (
            (
                r"\byour (blood pressure|temperature|oxygen|pulse|heart rate|lungs|heart|vitals?|labs?|results?|"
                r"x[- ]?ray|exam|throat|abdomen|physical|blood work|a1c|mri|ct|ecg|ekg|cholesterol) "
                r"(is|are|was|were|looks?|shows?)"
            ),
        ),
    ),
    (
        1.5,
        (
            r"\b(milligrams?|mg)\b[^.?!]*\bfor (the next )?(\w+ days|a week)\b",
            r"\bprescri(be|ption)\b",
            r"\bphysical therapy\b",
        ),
    ),
    (1.5, (r"\b(on|upon) (exam|examination|palpation|auscultation)\b", r"\b(differential|diagnosis|assessment)\b")),
    (1.5, (r"\b(edema|murmurs?|tenderness|range of motion|bilateral\w*|unremarkable)\b",)),
    (
        1.0,
        (
            r"\bsounds like\b",
            r"\bthat's (great|good|excellent)\b",
            r"\b(good|nice) to (see|hear|meet)\b",
            r"\bsorry to hear\b",
        ),
    ),
    (0.4, (r"\byou(r|'re|'ve)?\b",)),
    # The patient about themselves.
    (
        -2.0,
        (
            r"\bi('ve| have)( also| just)? (had|been (having|getting|feeling|coughing|taking|trying))\b",
            r"\bi('ve| have) got\b",
        ),
    ),
    (-2.0, (r"\bi('m| am) (having|getting|feeling|worried|allergic|taking|coughing|tired|scared|in pain)\b",)),
    (
        -2.0,
        (r"\bi (feel|felt|get|take|took|smoke|drink|stopped|noticed|hurt|woke|can't|couldn't|cannot|usually|live)\b",),
    ),
    (-1.5, (rf"\bmy ({_BODY})\b", rf"\bmy ({_KIN})\b")),
    (
        -1.5,
        (r"\b(it|that) (hurts|aches|started|comes and goes|goes away|burns|gives me|feels|wakes me|makes me|kept)\b",),
    ),
    (
        -2.0,
        (
            (
                r"\b(thank you|thanks|yes|no|yeah|okay|morning|hello|hi|sure|right|bye)( very much| so much)?,? "
                r"(doctor|doc|dr)\b(?! [a-z]+ (here|speaking))"
            ),
        ),
    ),
    (
        -1.5,
        (
            r"\bi (don't|do not|didn't|haven't) (have|take|think so|smoke|drink|know|really|feel|see)\b",
            r"\bnot that i\b",
        ),
    ),
    (-1.0, (r"^(yes|no|yeah|yep|nope|nah|uh-huh|mm-hmm|not really|sometimes|never)\b",)),
    (-1.0, (r"\b(should|can|will|do) i\b[^.?!]*\?", r"\bis it (serious|bad|dangerous)\b")),
    (-0.35, (r"\b(i|my|me|i'm|i've|myself)\b",)),
)
_COMPILED = tuple((weight, re.compile("|".join(ways))) for weight, ways in _CUES)
# One turn cannot decide alone, however long it is.
_MOST = 6.0


def leaning(text: str) -> float:
    """How much a turn sounds like the doctor (above 0) or the patient (below)."""
    plain = " ".join(text.lower().replace("\u2019", "'").replace("dr.", "dr").split())
    total = sum(weight * len(pattern.findall(plain)) for weight, pattern in _COMPILED)
    return max(-_MOST, min(_MOST, total))


def assign(turns: Sequence[Said], *, language: str) -> Roles:
    """A role for every turn. Of several voices one is the doctor, one the patient, and the rest are others.

    In a language without cues whoever asks the most is taken for the doctor, and that is never certain.
    """
    if language not in LANGUAGES:
        return replace(_assigned(turns, [float(turn.text.count("?")) for turn in turns]), confidence=0.5)
    return _assigned(turns, [leaning(turn.text) for turn in turns])


def _assigned(turns: Sequence[Said], leanings: list[float]) -> Roles:
    by_voice: dict[str, float] = {}
    for turn, value in zip(turns, leanings, strict=True):
        by_voice[turn.speaker] = by_voice.get(turn.speaker, 0.0) + value
    if len(by_voice) < 2:
        return _by_turn(leanings)
    return _by_voice(turns, by_voice)


def completed(speakers: Sequence[str], known: Sequence[SpeakerRole], found: Roles) -> list[SpeakerRole]:
    """What is known of some voices, and for the others what the words say; nobody gets a role that is taken."""
    taken = set(known) - {SpeakerRole.UNKNOWN}
    open_to = {SpeakerRole.CLINICIAN, SpeakerRole.PATIENT} - taken
    asked = {speaker for speaker, role in zip(speakers, known, strict=True) if role == SpeakerRole.UNKNOWN}

    def role_of(role: SpeakerRole, by_words: SpeakerRole) -> SpeakerRole:
        if role != SpeakerRole.UNKNOWN:
            return role
        if len(asked) == 1 and len(open_to) == 1:
            # One voice and one role are left.
            return next(iter(open_to))
        return by_words if by_words in open_to else SpeakerRole.OTHER

    return [role_of(role, by_words) for role, by_words in zip(known, found.of_turns, strict=True)]


def _by_voice(turns: Sequence[Said], by_voice: dict[str, float]) -> Roles:
    spoken = {voice: sum(turn.speaker == voice for turn in turns) for voice in by_voice}
    # By what a turn of theirs is like, not by their sum: else whoever talks most decides.
    ranked = sorted(by_voice, key=lambda voice: (by_voice[voice] / (spoken[voice] + 1), voice), reverse=True)
    clinician = ranked[0]
    # Of the others the one who speaks most is the patient: a companion says less.
    patient = max(ranked[1:], key=lambda voice: (spoken[voice], -by_voice[voice]))
    roles = dict.fromkeys(ranked, SpeakerRole.OTHER)
    roles |= {clinician: SpeakerRole.CLINICIAN, patient: SpeakerRole.PATIENT}
    gap = by_voice[clinician] / (spoken[clinician] + 1) - by_voice[patient] / (spoken[patient] + 1)
    weight = math.sqrt(min(spoken[clinician], spoken[patient]))
    confidence = 1 / (1 + math.exp(-0.9 * gap * weight))
    return Roles(tuple(roles[turn.speaker] for turn in turns), round(confidence, 3), is_by_turn=False)


def _by_turn(leanings: list[float]) -> Roles:
    if min(leanings, default=0) > -1 or max(leanings, default=0) < 1:
        # One person alone, or too little to tell: a doctor's dictation looks like this, too.
        return Roles(tuple(SpeakerRole.UNKNOWN for _ in leanings), 0.5, is_by_turn=True)
    roles = tuple(
        SpeakerRole.CLINICIAN if value > 0 else SpeakerRole.PATIENT if value < 0 else SpeakerRole.UNKNOWN
        for value in leanings
    )
    return Roles(roles, 0.5, is_by_turn=True)

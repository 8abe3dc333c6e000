"""The writer that only says what the signed note says: arranged for the patient, and spoken to them.

Deterministic and offline. A sentence is put to `you` only by rules that give up rather than guess, and only where the
checks then still find every fact of it in the note; otherwise the note's own words are given as such.
"""

from scribe.notes.drafting import cues
from scribe.notes.evidence import Problem
from scribe.notes.patient_documents import choosing, layout
from scribe.notes.patient_documents.base import Source, Visit, Withheld, Written, WrittenSentence
from scribe.notes.patient_documents.checking import Ground
from scribe.notes.patient_documents.plain_words import explained
from scribe.notes.patient_documents.second_person import to_patient
from scribe.notes.wordings.meaning import spelled_out

_AS_NOTED = "Your notes say: {text}"


class ExtractiveWriter:
    """Writes documents from the note's own sentences."""

    name = "extractive-1"

    def write(self, visit: Visit) -> Written:
        """The same visit always gives the same document."""
        ground, told = Ground(visit.sources), set[str]()
        speaks = visit.language in cues.LANGUAGES
        content: list[WrittenSentence] = []
        withheld: list[Withheld] = []
        for key, source in _arranged(visit):
            if problems := _addressed(ground, source):
                withheld.append(Withheld(key, source.text, problems))
                continue
            text = _put(ground, source) if speaks else source.text
            content.append(WrittenSentence(key, explained(text, told) if speaks else text, (source.id,)))
        return Written(layout.framed(visit, content), tuple(withheld))


def _arranged(visit: Visit) -> list[tuple[str, Source]]:
    """The sentences that are for the patient, in the order of the document."""
    order = [key for key, _ in layout.sections(visit.kind)]
    placed = [(key, source) for source in visit.sources if (key := choosing.section_of(source)) is not None]
    why = choosing.why(visit.sources)
    if why is not None and to_patient(spelled_out(why.text)) is not None:
        placed.append((layout.WHY, why))
    return sorted(placed, key=lambda pair: order.index(pair[0]))


def _addressed(ground: Ground, source: Source) -> tuple[Problem, ...]:
    """Orders to the scribe that stand in the note are nothing to send to a patient unlooked at."""
    found = ground.check(source.text, (source.id,), by_rules=True)
    return tuple(problem for problem in found if problem is Problem.ADDRESSED_TO_THE_SCRIBE)


def _put(ground: Ground, source: Source) -> str:
    said = to_patient(spelled_out(source.text))
    if said is not None and (said == source.text or not ground.check(said, (source.id,), by_rules=True)):
        return said
    return _AS_NOTED.format(text=source.text)

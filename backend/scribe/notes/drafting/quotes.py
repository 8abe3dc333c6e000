"""The draft for a language whose words no rule knows: every turn, word for word. Nothing that was said is left out."""

import re
from collections.abc import Sequence

from scribe.notes.drafting.base import Draft, DraftSentence, Notice, SectionSpec, Turn
from scribe.notes.drafting.placing import home_of
from scribe.notes.quoting import quoted
from scribe.notes.spans import TurnBook
from scribe.notes.templates import SectionKind
from scribe.transcription.models import SpeakerRole

_SAYS_SOMETHING = re.compile(r"[^\W_]")


def draft(turns: Sequence[Turn], sections: Sequence[SectionSpec]) -> Draft:
    """The doctor's turns into the plan, everyone else's into the history, and a notice that says so."""
    if not sections:
        return Draft(())
    told = home_of(SectionKind.HPI, sections) or home_of(SectionKind.PLAN, sections) or sections[0]
    planned = home_of(SectionKind.PLAN, sections) or told
    book = TurnBook(turns)
    by_section: dict[str, list[DraftSentence]] = {section.key: [] for section in sections}
    for turn in turns:
        if _SAYS_SOMETHING.search(turn.text):
            home = planned if turn.role is SpeakerRole.CLINICIAN else told
            by_section[home.key].append(_quote(turn, home, book))
    return Draft(tuple(sentence for own in by_section.values() for sentence in own), (_notice(told, planned),))


def _quote(turn: Turn, home: SectionSpec, book: TurnBook) -> DraftSentence:
    start = len(turn.text) - len(turn.text.lstrip())
    span = book.span(turn.number, start, len(turn.text.rstrip()))
    return DraftSentence(home.key, quoted(turn.role, span.quote), (span,))


def _notice(told: SectionSpec, planned: SectionSpec) -> Notice:
    where = (
        f"all under “{told.title}”"
        if told is planned
        else f"the doctor's under “{planned.title}”, all others under “{told.title}”"
    )
    return Notice(
        "quotes_only",
        "Scribe can sort and shorten only what is said in English. This draft quotes every turn word for word, "
        f"{where}. Sort and shorten it before you sign.",
    )

"""Into which of a template's sections a sentence goes."""

from collections.abc import Sequence

from scribe.notes.drafting.base import SectionSpec
from scribe.notes.templates import SHELTERS, SectionKind


def home_of(kind: SectionKind, sections: Sequence[SectionSpec]) -> SectionSpec | None:
    """The first section of that kind, or of the nearest that takes it in; None where the template has neither."""
    for fitting in (kind, *SHELTERS.get(kind, ())):
        for section in sections:
            if section.kind == fitting:
                return section
    return None

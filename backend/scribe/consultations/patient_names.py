"""Whether a text names a patient: what may go to a vendor never does."""

from collections.abc import Iterator, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from scribe.consultations.models import folded

_NAMED = text(
    f"""
    SELECT asked.place
    FROM unnest(CAST(:places AS int[]), CAST(:givens AS text[]), CAST(:families AS text[]))
        AS asked(place, given, family)
    JOIN patients ON patients.clinic_id = :clinic_id
        AND patients.family_folded = {folded("asked.family")} AND patients.given_folded = {folded("asked.given")}
    UNION
    SELECT asked.place::int
    FROM unnest(CAST(:texts AS text[])) WITH ORDINALITY AS asked(term, place)
    JOIN patients ON patients.clinic_id = :clinic_id AND patients.identifier_folded = {folded("asked.term")}
    """
)


def named(session: Session, texts: Sequence[str]) -> set[int]:
    """Which of these texts hold a full name of a patient of the clinic, or are a record number; by their places.

    A name is found inside a longer text too ("Mrs Ann Bell"), in either order, whatever its accents and case.
    """
    # Places count from 1, as the database does.
    ways = [(place, *way) for place, each in enumerate(texts, start=1) for way in _ways_of_naming(each)]
    places, givens, families = zip(*ways, strict=True) if ways else ((), (), ())
    asked = {
        "clinic_id": session.info["clinic_id"],
        "places": list(places),
        "givens": list(givens),
        "families": list(families),
        "texts": list(texts),
    }
    return {place - 1 for place in session.scalars(_NAMED, asked)}


def _ways_of_naming(text: str) -> Iterator[tuple[str, str]]:
    """Each way of reading some neighbouring words as a given and a family name."""
    words = text.replace(",", " ").split()
    for start in range(len(words)):
        for end in range(start + 2, len(words) + 1):
            for cut in range(start + 1, end):
                first, rest = " ".join(words[start:cut]), " ".join(words[cut:end])
                yield first, rest
                yield rest, first

"""Patients: how they are found, added and corrected. All users of a clinic see all of its patients."""

import contextlib
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, false, func, literal, literal_column, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations.errors import IdentifierTaken
from scribe.consultations.models import Patient
from scribe.consultations.schemas import PatientCreate, PatientUpdate
from scribe.core.errors import NotFound

SHOWN = 20
_MAX_WORDS = 6
_NFKD: ColumnElement[str] = literal_column("NFKD")
# Days first, then months first: a slash is read both ways, since clinics write both.
_DATE_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")


def get(session: Session, viewer: User, patient_id: UUID) -> Patient:
    """The patient, or `NotFound`."""
    patient = session.scalar(select(Patient).where(Patient.clinic_id == viewer.clinic_id, Patient.id == patient_id))
    if patient is None:
        raise NotFound
    return patient


def search(session: Session, viewer: User, q: str) -> list[Patient]:
    """The 20 best: the exact record number first, then by name."""
    exact = case((Patient.identifier_folded == _folded(q.strip()), 0), else_=1)
    order = [Patient.family_folded, Patient.given_folded, Patient.id]
    statement = select(Patient).where(matches(viewer, q)).order_by(*([exact, *order] if q.strip() else order))
    return list(session.scalars(statement.limit(SHOWN)))


def matches(viewer: User, q: str) -> ColumnElement[bool]:
    """Whether a patient's names (in either order), record number or birth date begin with what was typed.

    Accents and case do not matter.
    """
    in_clinic = Patient.clinic_id == viewer.clinic_id
    dates, words = _taken_apart(q)
    if not words and not dates:
        return in_clinic & (false() if q.strip() else true())
    born = Patient.birth_date.in_(dates) if dates else true()
    return and_(in_clinic, born, _named(words) if words else true())


def create(session: Session, *, author: User, wanted: PatientCreate) -> Patient:
    """Add a patient."""
    patient = Patient(clinic_id=author.clinic_id, **wanted.model_dump())
    session.add(patient)
    _flush(session)
    audit.record(session, "patient.created", entity_type="patient", entity_id=patient.id)
    return patient


def update(session: Session, *, patient: Patient, wanted: PatientUpdate) -> None:
    """Correct what was sent; names and gender cannot be emptied."""
    sent = wanted.model_dump(exclude_unset=True)
    changes = {name: value for name, value in sent.items() if value is not None or name in {"birth_date", "identifier"}}
    for name, value in changes.items():
        setattr(patient, name, value)
    _flush(session)
    audit.record(session, "patient.updated", entity_type="patient", entity_id=patient.id, fields=sorted(changes))


def _flush(session: Session) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise IdentifierTaken from error


def _taken_apart(q: str) -> tuple[list[date], list[str]]:
    dates: list[date] = []
    words: list[str] = []
    for word in q.replace(",", " ").split()[:_MAX_WORDS]:
        found = _dates(word)
        dates += found
        if not found:
            words.append(word)
    return dates, words


def _dates(word: str) -> list[date]:
    found: list[date] = []
    for form in _DATE_FORMS:
        with contextlib.suppress(ValueError):
            found.append(datetime.strptime(word, form).date())  # noqa: DTZ007 - a day has no zone
    return found


def _named(words: list[str]) -> ColumnElement[bool]:
    """Each way of parting the words (Ann van der Berg) into a given and a family name, in either order."""
    ways = [_begins(Patient.identifier_folded, " ".join(words))]
    for cut in range(len(words) + 1):
        first, rest = " ".join(words[:cut]), " ".join(words[cut:])
        ways.append(and_(_begins(Patient.given_folded, first), _begins(Patient.family_folded, rest)))
        if first and rest:
            ways.append(and_(_begins(Patient.family_folded, first), _begins(Patient.given_folded, rest)))
    return or_(*ways)


def _begins(column: "InstrumentedAttribute[str] | InstrumentedAttribute[str | None]", text: str) -> ColumnElement[bool]:
    if not text:
        return true()
    # A range, not LIKE: see `Patient`. U+10FFFF sorts behind every character that a name can hold.
    return and_(column >= _folded(text), column < _folded(text).op("||")(literal("\U0010ffff")))


def _folded(text: str) -> ColumnElement[str]:
    return func.lower(
        func.regexp_replace(
            func.normalize(literal(text), _NFKD), literal("[\\u0300-\\u036f]"), literal(""), literal("g")
        )
    )

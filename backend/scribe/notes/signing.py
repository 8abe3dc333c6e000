"""Sign a note, and amend it afterwards."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations import permissions
from scribe.consultations import service as consultations
from scribe.consultations.errors import AlreadySigned
from scribe.consultations.models import Consultation, Patient
from scribe.core.clock import Clock
from scribe.notes import queries, trail, versions
from scribe.notes.errors import NoteNotSigned, NotReady, OpenItems
from scribe.notes.models import Addendum, Note, NoteState, Signature
from scribe.notes.schemas import OpenItem
from scribe.notes.wordings import service as wordings

_ATTESTATION = (
    "I, {name}, have read this note, corrected it where needed, and confirm that it is a true and complete record "
    "of this consultation."
)


def attestation(doctor_name: str) -> str:
    """What the doctor confirms by signing."""
    return _ATTESTATION.format(name=doctor_name)


def sign(
    session: Session,
    *,
    consultation: Consultation,
    note: Note,
    doctor: User,
    version: int,
    open_items: Sequence[OpenItem],
    acknowledged: bool,
    clock: Clock,
) -> None:
    """Put the doctor's signature under the newest version; from then on it can only be amended."""
    permissions.require_own(doctor, consultation)
    if note.state == NoteState.SIGNED:
        raise AlreadySigned
    refusal = permissions.sign_refusal(doctor, consultation)
    if refusal is not None:
        raise NotReady(refusal)
    versions.require_current(note, version)
    if open_items and not acknowledged:
        raise OpenItems(items=[item.model_dump(exclude={"message"}) for item in open_items])
    signed = queries.get_version(session, note, note.current_version)
    # `sign_refusal` lets nothing pass that has no patient.
    patient = session.get_one(Patient, consultation.patient_id)
    now = clock.now()
    session.add(
        Signature(
            clinic_id=note.clinic_id,
            note_id=note.id,
            version=signed.version,
            content_hash=signed.content_hash,
            signer_id=doctor.id,
            signer_name=doctor.full_name,
            attestation=attestation(doctor.full_name),
            patient_name=f"{patient.given_name} {patient.family_name}",
            patient_birth_date=patient.birth_date,
            patient_identifier=patient.identifier,
            signed_at=now,
        )
    )
    note.state = NoteState.SIGNED
    session.flush()
    consultations.mark_signed(session, consultation=consultation, at=now)
    wordings.ask_to_learn(session, note)
    trail.record(session, "note.signed", note, content_sha256=signed.content_hash.hex(), open_items=len(open_items))


def amend(session: Session, *, consultation: Consultation, note: Note, doctor: User, text: str) -> None:
    """Add an addendum to a signed note."""
    permissions.require_own(doctor, consultation)
    if note.state != NoteState.SIGNED:
        raise NoteNotSigned
    addendum = Addendum(
        clinic_id=note.clinic_id, note_id=note.id, author_id=doctor.id, author_name=doctor.full_name, text=text
    )
    session.add(addendum)
    session.flush()
    audit.record(
        session,
        "note.amended",
        entity_type="consultation",
        entity_id=consultation.id,
        note=str(note.id),
        addendum=str(addendum.id),
    )

"""Who may do what with a consultation. The screens and the services ask the same functions."""

from scribe.accounts.models import User
from scribe.consultations.errors import AlreadySigned, Cancelled, OnlyTheDoctor
from scribe.consultations.models import Consultation, ConsultationStatus, Stage
from scribe.consultations.schemas import ConsultationPermissions

_EDITABLE = frozenset({ConsultationStatus.READY, ConsultationStatus.FAILED})
_CANCELLABLE = frozenset({ConsultationStatus.RECORDING, ConsultationStatus.FAILED})
_FINAL = frozenset({ConsultationStatus.SIGNED, ConsultationStatus.CANCELLED})

_NOT_YET: dict[ConsultationStatus, str] = {
    ConsultationStatus.RECORDING: "The consultation is still being recorded.",
    ConsultationStatus.PROCESSING: "The note is still being made.",
    ConsultationStatus.SIGNED: "The note is already signed.",
    ConsultationStatus.FAILED: "Processing failed. Retry it first.",
    ConsultationStatus.CANCELLED: "The consultation was cancelled.",
}


def is_own(viewer: User, consultation: Consultation) -> bool:
    """Whether the viewer is the consultation's doctor."""
    return viewer.id == consultation.doctor_id


def require_own(viewer: User, consultation: Consultation) -> None:
    """Refuse everyone but the consultation's doctor."""
    if not is_own(viewer, consultation):
        raise OnlyTheDoctor


def refuse_final(consultation: Consultation) -> None:
    """Refuse to change what is signed or cancelled."""
    if consultation.status == ConsultationStatus.SIGNED:
        raise AlreadySigned
    if consultation.status == ConsultationStatus.CANCELLED:
        raise Cancelled


def can_cancel(consultation: Consultation) -> bool:
    """Whether it can be given up now."""
    return consultation.status in _CANCELLABLE


def can_correct(consultation: Consultation, stage: Stage | None) -> bool:
    """Whether its transcript can be corrected now; a draft that is being written, or that failed, is written anew.

    After the failure of an earlier stage it cannot: what stands may be of a part of the recording.
    """
    if consultation.status in (ConsultationStatus.PROCESSING, ConsultationStatus.FAILED):
        return stage == Stage.DRAFT
    return consultation.status in _EDITABLE


def sign_refusal(viewer: User, consultation: Consultation) -> str | None:
    """Why the viewer cannot sign it now, in words; None if they can."""
    if not is_own(viewer, consultation):
        return "Only the consultation's doctor can sign."
    if consultation.status != ConsultationStatus.READY:
        return _NOT_YET[consultation.status]
    if consultation.patient_id is None:
        return "Assign a patient before you sign."
    return None


def of(viewer: User, consultation: Consultation, stage: Stage | None = None) -> ConsultationPermissions:
    """All that the viewer may do with it now, while its pipeline is at the stage."""
    own = is_own(viewer, consultation)
    refusal = sign_refusal(viewer, consultation)
    return ConsultationPermissions(
        edit=own and consultation.status in _EDITABLE,
        correct=own and can_correct(consultation, stage),
        assign=own and consultation.status not in _FINAL,
        sign=refusal is None,
        amend=own and consultation.status == ConsultationStatus.SIGNED,
        retry=own and consultation.status == ConsultationStatus.FAILED,
        cancel=own and can_cancel(consultation),
        sign_refusal=refusal,
    )

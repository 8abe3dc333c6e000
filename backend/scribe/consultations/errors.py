"""What can be refused about patients and consultations."""

from scribe.core.errors import Conflict, Forbidden, Invalid


class CursorInvalid(Invalid):
    """The cursor was not made by this list."""

    code, message = "cursor_invalid", "This page of the list is no longer known. Load the list anew."


class IdentifierTaken(Conflict):
    """Record numbers are unique in a clinic."""

    code, message = "identifier_taken", "Another patient has this record number."


class IdempotencyKeyReused(Invalid):
    """The same key came with another consultation's facts."""

    code, message = "idempotency_key_reused", "This start was already used for another consultation. Start anew."


class WordingUnknown(Invalid):
    """The consent's wording is none of ours."""

    code, message = "consent_wording_unknown", "This consent text is not known. Load the page anew and ask again."


class WordingOfOtherLanguage(Invalid):
    """What was agreed to was read out in another language than the consultation's."""

    code = "consent_wording_of_other_language"
    message = "The consent text that was read out is in another language. Read it out in the chosen one, and ask again."


class TemplateUnknown(Invalid):
    """No template of the clinic has this key."""

    code, message = "template_unknown", "This note template does not exist (any more). Choose another."


class LanguageNotOffered(Invalid):
    """There is no consent wording in the language."""

    code, message = "language_not_offered", "Scribe has no consent text in this language yet. Choose another one."


class OnlyDoctorsRecord(Forbidden):
    """An admin reviews; only doctors record."""

    code, message = "only_doctors_record", "Only doctors can start a consultation."


class OnlyTheDoctor(Forbidden):
    """An admin may look at it, and no more."""

    code, message = "only_the_doctor", "Only the consultation's doctor can change it."


class ContextIsPrivate(Forbidden):
    """What the doctor typed for themselves."""

    code, message = "context_is_private", "Only the consultation's doctor can read what they typed beside it."


class AlreadySigned(Conflict):
    """A signed note is final."""

    code, message = "consultation_already_signed", "The note is signed. It can only be amended."


class Cancelled(Conflict):
    """A cancelled consultation is final."""

    code, message = "consultation_cancelled", "This consultation was cancelled."


class CannotCancel(Conflict):
    """Only what records or has failed can be given up."""

    code, message = "cannot_cancel", "Only a recording or a failed consultation can be cancelled."


class NothingToRetry(Conflict):
    """Only a failed stage can be retried."""

    code, message = "nothing_to_retry", "Nothing has failed here, so there is nothing to retry."

"""What can stand in the way of a document for the patient."""

from scribe.core.errors import Conflict, Stale


class NoteMustBeSigned(Conflict):
    """A patient gets nothing that no doctor has signed."""

    code = "note_must_be_signed"
    message = "A letter or summary is written from the signed note. Sign the note first."


class DocumentApproved(Conflict):
    """An approved document is what the patient may hold already."""

    code = "document_approved"
    message = "This document is approved and cannot be changed. Press “Edit again” first."


class DocumentHasHumanEdits(Conflict):
    """Writing anew would put a person's words aside."""

    code = "document_has_human_edits"
    message = "Someone has edited this document. Writing it again replaces those edits; they stay in its versions."


class NothingForThePatient(Conflict):
    """The note holds nothing that a patient is told."""

    code = "nothing_for_the_patient"
    message = "This document says nothing about the visit yet. Add what the patient should know, then approve it."


class StaleDocument(Stale):
    """The document was saved by someone else meanwhile; `details.version` is the newest."""

    message = "This document was changed in the meantime. Compare both versions."

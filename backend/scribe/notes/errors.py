"""What can stand in the way of a note."""

from scribe.core.errors import Conflict, Forbidden, Invalid, Stale


class NotTheDoctor(Forbidden):
    """Only the consultation's own doctor writes its note."""

    code, message = "not_the_doctor", "Only the doctor of this consultation can change its note."


class NoteSigned(Conflict):
    """A signed note is never changed."""

    code, message = "note_signed", "This note is signed. Add an addendum instead."


class NoteNotSigned(Conflict):
    """Only a signed note is amended."""

    code, message = "note_not_signed", "This note is not signed yet. Edit it instead of adding an addendum."


class NotReadyToSign(Conflict):
    """The consultation is still being processed, or failed."""

    code, message = "not_ready", "This consultation is not ready. Wait until its note is drafted."


class OpenItems(Conflict):
    """There is something to look at before signing; `details` counts it."""

    code, message = "open_items", "Some items are still open. Look at them, then confirm that you sign anyway."


class NoteHasHumanEdits(Conflict):
    """A new draft would replace a person's words."""

    code, message = (
        "note_has_human_edits",
        "Someone has edited this note. Drafting again replaces those edits; the edited version stays in the history.",
    )


class StaleNote(Stale):
    """The note was saved by someone else meanwhile; `details.version` is the newest."""

    message = "This note was changed in the meantime. Compare both versions."


class BadIfMatch(Invalid):
    """If-Match must be a version number."""

    code, message = "bad_if_match", "The If-Match header must hold the version that you read."


class UnknownTemplate(Invalid):
    """The clinic has no such template."""

    code, message = "unknown_template", "This template does not exist in your clinic."

"""What can stand in the way of a note."""

from scribe.core.errors import Conflict, Invalid, Stale


class NoteNotSigned(Conflict):
    """Only a signed note is amended."""

    code, message = "note_not_signed", "This note is not signed yet. Edit it instead of adding an addendum."


class NotReady(Conflict):
    """The consultation is in no state for this."""

    code, message = "not_ready", "The note is not ready. Wait until it is drafted."


class OpenItems(Conflict):
    """There is something to look at before signing; `details.items` names it."""

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


class TooManyLines(Invalid):
    """More lines than a section of any note."""

    code, message = "too_many_lines", "A section holds at most 1,000 lines. Shorten it, or join some of its lines."

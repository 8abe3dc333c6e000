"""What can stand in the way of a suggestion."""

from scribe.core.errors import Conflict, Invalid


class InstructNeedsLanguageModel(Conflict):
    """Only a language model follows a wish."""

    code = "instruct_needs_language_model"
    message = (
        "Your clinic drafts without a language model, and only a language model follows instructions. You can draft "
        "the section again, or edit it by hand. An admin can choose another drafter."
    )


class LanguageModelNotSetUp(Conflict):
    """The clinic chose a language model, and the server has none for it."""

    code = "llm_not_set_up"
    message = (
        "Your clinic drafts with a language model, and this server has none for it. Tell your admin. You can draft "
        "the section again without one, or edit it by hand."
    )


class SuggestionClosed(Conflict):
    """It was taken or put aside meanwhile, or is not ready."""

    code, message = "suggestion_closed", "This suggestion is no longer open, or not ready yet. Load the note again."


class UnknownLines(Invalid):
    """A ticked line is no line of this suggestion as it is now."""

    code, message = "unknown_lines", "Some of the ticked lines are no longer there. Look at the suggestion again."

"""What can go wrong with people, passwords and sessions."""

from scribe.core.errors import Conflict, Forbidden, Invalid, Unauthenticated


class SignInRefused(Unauthenticated):
    """Wrong, unknown, switched off or paused: one answer, so that nobody learns which."""

    code = "sign_in_refused"
    message = "The email address or the password is not right. After many tries sign-in pauses for some minutes."


class SessionLocked(Unauthenticated):
    """Signed in, but idle for too long."""

    code, message = "session_locked", "Scribe is locked. Enter your password to go on."


class WrongPassword(Forbidden):
    """The current password was not given rightly."""

    code, message = "wrong_password", "That is not your password. After many tries it pauses for some minutes."


class PasswordChangeRequired(Forbidden):
    """The password was chosen by someone else."""

    code, message = "password_change_required", "Choose a password of your own first."


class PasswordTooShort(Invalid):
    """Fewer characters than the minimum."""

    code, message = "password_too_short", "Use at least 15 characters. Four unrelated words work well."


class PasswordTooLong(Invalid):
    """More characters than the maximum."""

    code, message = "password_too_long", "Use at most 256 characters."


class PasswordGuessable(Invalid):
    """Found by too few guesses."""

    code = "password_guessable"
    message = (
        "This is easy to guess: it is made of common words, names, dates, repeats or rows of keys. "
        "Four words that have nothing to do with each other work well."
    )


class EmailTaken(Conflict):
    """Somebody signs in with this address already."""

    code, message = "email_taken", "Someone already signs in with this email address."


class LastAdmin(Conflict):
    """The clinic would have nobody left to manage it."""

    code, message = "last_admin", "This is the clinic's only active admin. Make someone else an admin first."


class BudgetReached(Conflict):
    """The month's use of cloud services has reached what the clinic allows."""

    code = "budget_reached"
    message = (
        "The clinic's budget for cloud services is used up for this month, so nothing new is sent to one. "
        "Recording goes on as before, and what was recorded is kept. An admin can raise the budget."
    )

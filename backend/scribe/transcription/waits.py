"""What a doctor reads while a recording is with AssemblyAI, and where it could not be transcribed there."""

from scribe.consultations.pipeline import StageFailed, Waiting
from scribe.transcription.engines.base import EngineWarning
from scribe.transcription.engines.remote import FailureKind, RemoteStatus

_SAFE = "The recording is safe."
_BY_ITSELF = f"{_SAFE} Scribe goes on by itself."

AT_WORK = {
    RemoteStatus.PROCESSING: Waiting("vendor_processing", "Waiting for AssemblyAI."),
    RemoteStatus.QUEUED: Waiting(
        "vendor_queued", f"AssemblyAI is busy and has put this recording in its queue. {_BY_ITSELF}"
    ),
}
SHORTER = EngineWarning(
    "audio_shorter",
    "AssemblyAI heard less than was recorded, twice. The end may be missing: compare it with the recording.",
)
UNCERTAIN = Waiting("vendor_uncertain", f"Finding out whether AssemblyAI has received this recording. {_BY_ITSELF}")
ANEW = Waiting("vendor_anew", f"AssemblyAI could not transcribe this recording, so it is sent once more. {_SAFE}")
REFUSED = {
    FailureKind.KEY_REFUSED: Waiting(
        "vendor_key_refused",
        f"AssemblyAI refuses this server's key. Tell your administrator. {_SAFE} "
        "Scribe goes on by itself once the key works.",
    ),
    FailureKind.BALANCE: Waiting(
        "vendor_balance_negative",
        f"The AssemblyAI account has no money left. Tell your administrator. {_SAFE} "
        "Scribe goes on by itself once there is.",
    ),
}
_BUSY = Waiting("vendor_busy", f"AssemblyAI asks Scribe to wait. {_BY_ITSELF}")
_UNREACHABLE = Waiting("vendor_unreachable", f"AssemblyAI is not answering. {_BY_ITSELF}")
_OTHERWISE = "Press Retry, or ask your admin to have the clinic's recordings transcribed on this server."
_REFUSALS = {
    "too_large": "The recording is larger than AssemblyAI takes.",
    "language_refused": "AssemblyAI does not transcribe this language in the way the clinic asks for.",
    "model_refused": "AssemblyAI no longer offers the speech models that the clinic chose.",
    "key_terms_refused": "AssemblyAI does not accept one of the clinic's key terms.",
}


def of_failure(kind: FailureKind) -> Waiting:
    """What is waited for after a call that may do better later."""
    return REFUSED.get(kind) or (_BUSY if kind == FailureKind.BUSY else _UNREACHABLE)


def budget(message: str) -> Waiting:
    """The clinic allows no more for now."""
    return Waiting("budget_reached", f"{message} Scribe goes on by itself once the budget allows it.")


def refused(code: str) -> StageFailed:
    """The vendor will not take it, however often it is asked."""
    words = _REFUSALS.get(code, "AssemblyAI did not accept this recording.")
    return StageFailed(
        f"vendor_{code}", f"{words} {_SAFE} Ask your admin to look at the clinic's settings, then retry."
    )


def late() -> StageFailed:
    """The vendor has it, and does not end."""
    return StageFailed(
        "vendor_late", f"AssemblyAI has not finished this recording in time. {_SAFE} Press Retry to look again."
    )


def unavailable() -> StageFailed:
    """The vendor has not answered for a day."""
    return StageFailed("vendor_unavailable", f"AssemblyAI has not been answering for a day. {_SAFE} {_OTHERWISE}")


def given_up(code: str) -> StageFailed:
    """It failed each time it was sent."""
    return StageFailed(code, f"AssemblyAI could not transcribe this recording, several times. {_SAFE} {_OTHERWISE}")


def not_configured(region: str) -> StageFailed:
    """The clinic chose what the server has no key for."""
    return StageFailed(
        "vendor_not_configured",
        f"The clinic chose AssemblyAI ({region.upper()}), and this server has no key for it. {_SAFE} "
        "Ask your admin to choose another engine, then retry.",
    )

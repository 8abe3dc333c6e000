"""Upload tokens: the right to send one recording, which outlives an idle lock of the screen."""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from jose import JWTError, jwt

from scribe.core.settings import SecuritySettings
from scribe.recordings.errors import UploadTokenInvalid

_ALGORITHM = "HS256"
_AUDIENCE = "scribe-recordings"
_SCOPE = "upload"


@dataclass(frozen=True)
class UploadRight:
    """Whose right, in which clinic, to which recording."""

    user_id: UUID
    clinic_id: UUID
    recording_id: UUID


def issue(settings: SecuritySettings, right: UploadRight, now: datetime) -> tuple[str, datetime]:
    """A token for this recording only, and when it ends."""
    expires_at = (now + timedelta(seconds=settings.upload_token_seconds)).replace(microsecond=0)
    claims = {
        "aud": _AUDIENCE,
        "scope": _SCOPE,
        "sub": str(right.user_id),
        "clinic": str(right.clinic_id),
        "recording": str(right.recording_id),
        "exp": int(expires_at.timestamp()),
    }
    return str(jwt.encode(claims, _key(settings), algorithm=_ALGORITHM)), expires_at


def read(settings: SecuritySettings, token: str, now: datetime) -> UploadRight:
    """The right that the token gives, or `UploadTokenInvalid`."""
    try:
        # The clock is ours (tests hold it still), so the library's own look at the time is off.
        claims = jwt.decode(
            token, _key(settings), algorithms=[_ALGORITHM], audience=_AUDIENCE, options={"verify_exp": False}
        )
        in_time = type(claims["exp"]) is int and now.timestamp() < claims["exp"]
        right = UploadRight(UUID(claims["sub"]), UUID(claims["clinic"]), UUID(claims["recording"]))
    # RecursionError: the header is parsed before the signature is checked, however deep it goes.
    except (JWTError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise UploadTokenInvalid from error
    # jose takes a token without an audience for one with the right audience.
    if not in_time or claims.get("aud") != _AUDIENCE or claims.get("scope") != _SCOPE:
        raise UploadTokenInvalid
    return right


def _key(settings: SecuritySettings) -> bytes:
    return base64.b64decode(settings.token_key.get_secret_value())

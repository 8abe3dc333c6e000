"""The door for the vendor's webhooks: it proves that it is the vendor, we look, and it is answered at once."""

import json
import re
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Request

from scribe.audit.service import Actor, act_as
from scribe.core.errors import Unauthenticated
from scribe.db.dependencies import SessionDep
from scribe.db.session import enter_clinic
from scribe.transcription import webhooks

router = APIRouter(include_in_schema=False)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class NotTheVendor(Unauthenticated):
    """The header is missing or wrong, or there is no such job: all look the same, and none of them is tried again."""

    code, message = "not_the_vendor", "This address is for AssemblyAI."


async def _transcript_id(request: Request) -> str | None:
    """What the body names; it is at most a kilobyte (http/body_limit.py), and nothing of it is believed unseen."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
    found = body.get("transcript_id") if isinstance(body, dict) else None
    return found if isinstance(found, str) and _ID.fullmatch(found) else None


@router.post(webhooks.PATH)
def hear_assemblyai(
    clinic: UUID,
    job: UUID,
    session: SessionDep,
    transcript_id: Annotated[str | None, Depends(_transcript_id)],
    x_scribe_hook: Annotated[str, Header()] = "",
) -> dict[str, str]:
    """A transcript has ended. Asked for twice, after its import, or in error, the answer is the same."""
    enter_clinic(session, clinic)
    act_as(session, Actor("system", None))
    if not webhooks.is_genuine(session, job, x_scribe_hook):
        raise NotTheVendor
    webhooks.told(session, job, transcript_id)
    return {"status": "heard"}

"""How a clinic's recordings fare at the vendor, for its admins."""

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session

from scribe.accounts import clinic_settings
from scribe.accounts.dependencies import CurrentAdmin
from scribe.core.settings import Settings
from scribe.db.dependencies import SessionDep
from scribe.transcription import conditions, vendor_jobs
from scribe.transcription import vendor_queries as queries
from scribe.transcription.schemas import VendorRead

router = APIRouter(tags=["clinic"])
_PROBLEMS = {
    "key_refused": "AssemblyAI refuses this server's key. Recordings wait, and go on by themselves once it works.",
    "balance_negative": "The AssemblyAI account has no money left. Recordings wait, and go on once there is.",
    "unreachable": "AssemblyAI is not answering. Recordings wait, and go on by themselves.",
}


@router.get("/api/clinic/vendor", response_model=VendorRead)
def read_clinic_vendor(session: SessionDep, _admin: CurrentAdmin, request: Request) -> VendorRead:
    """What is with AssemblyAI now, what is still to be deleted there, and whether the account is well."""
    undeleted = queries.undeleted(session)
    return VendorRead(
        problem=_problem(session, request.app.state.settings),
        under_way=sum(queries.count_in_flight(session).values()),
        undeleted=len(undeleted),
        oldest_undeleted_at=undeleted[0].stepped_at if undeleted else None,
    )


def _problem(session: Session, settings: Settings) -> str | None:
    """In words, where the clinic's own region is not well."""
    choices = clinic_settings.of(session, settings)
    if choices.engine != vendor_jobs.VENDOR:
        return None
    row = conditions.rows(session).get(choices.region)
    found = [name for name in _PROBLEMS if row is not None and getattr(row, f"{name}_since") is not None]
    return _PROBLEMS[found[0]] if found else None

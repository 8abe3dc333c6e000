"""What a clinic chooses of what its server offers, and what it used."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from sqlalchemy.orm import Session

from scribe.accounts import clinic_service, clinic_settings, offers, usage
from scribe.accounts.clinic_schemas import (
    ClinicChoicesRead,
    ClinicSettingsRead,
    ClinicSettingsWrite,
    MonthRead,
    UsageRead,
)
from scribe.accounts.dependencies import CurrentAdmin, CurrentUser
from scribe.core.if_match import version_of
from scribe.core.settings import Settings
from scribe.db.dependencies import SessionDep

router = APIRouter(tags=["clinic"])


@router.get("/api/clinic/choices", response_model=ClinicChoicesRead)
def read_clinic_choices(
    session: SessionDep,
    user: CurrentUser,  # noqa: ARG001 - signs in
    request: Request,
) -> clinic_settings.ClinicChoices:
    """What hears the clinic's audio, and who drafts its notes."""
    return clinic_settings.of(session, request.app.state.settings)


@router.get("/api/clinic/settings", response_model=ClinicSettingsRead)
def read_clinic_settings(
    session: SessionDep, _admin: CurrentAdmin, request: Request, response: Response
) -> ClinicSettingsRead:
    """What the clinic chose, what its server offers, and where audio and transcripts go."""
    return _shown(session, request.app.state.settings, response)


@router.put("/api/clinic/settings", response_model=ClinicSettingsRead)
def write_clinic_settings(
    body: ClinicSettingsWrite,
    session: SessionDep,
    _admin: CurrentAdmin,
    request: Request,
    response: Response,
    if_match: Annotated[str, Header()],
) -> ClinicSettingsRead:
    """Save the clinic's choices; jobs that begin from now on follow them. 412 `stale` when someone else saved."""
    settings: Settings = request.app.state.settings
    clinic_service.write(
        session,
        settings=settings,
        version=version_of(if_match),
        wanted=body,
        patients_named=request.app.state.patients_named,
    )
    return _shown(session, settings, response)


@router.get("/api/clinic/usage", response_model=UsageRead)
def read_clinic_usage(
    session: SessionDep, _admin: CurrentAdmin, request: Request, months: Annotated[int, Query(ge=1, le=36)] = 12
) -> UsageRead:
    """What cloud services did for the clinic, month by month, and what it is estimated to cost."""
    found = usage.months(session, request.app.state.clock.now(), months)
    this = found[0]
    return UsageRead(
        months=[MonthRead.model_validate(each) for each in found],
        budget_cents=this.budget_cents,
        share=this.share,
        level=this.level,
        is_stopped=this.level == "reached",
    )


def _shown(session: Session, settings: Settings, response: Response) -> ClinicSettingsRead:
    row = clinic_settings.find(session)
    version = row.version if row else 0
    response.headers["ETag"] = f'"{version}"'
    return ClinicSettingsRead(version=version, **clinic_service.chosen(row), offers=offers.of_server(settings))

"""A clinic's choices, changed."""

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scribe.accounts import clinic_settings, key_terms, offers
from scribe.accounts.clinic_schemas import ClinicSettingsWrite
from scribe.accounts.key_terms import PatientsNamed
from scribe.accounts.models import ClinicSettings
from scribe.audit import service as audit
from scribe.core.errors import Stale
from scribe.core.settings import Settings

# What a clinic has that chose nothing.
UNCHOSEN: dict[str, Any] = {
    "engine": "default",
    "region": "default",
    "speech_models": list(clinic_settings.SPEECH_MODELS),
    "key_terms": [],
    "drafter": "default",
    "live_captions": True,
    "monthly_budget_cents": None,
}
_WHERE = ("engine", "region", "drafter")


def write(
    session: Session,
    *,
    settings: Settings,
    version: int,
    wanted: ClinicSettingsWrite,
    patients_named: PatientsNamed,
) -> None:
    """Save all choices of the entered clinic; raises `Stale`, `NotOffered` or `KeyTermsRefused`.

    A choice that was made while the server offered it may be kept: other settings can be changed around it.
    """
    row = clinic_settings.find(session, for_update=True)
    if version != (row.version if row else 0):
        raise Stale(version=row.version if row else 0)
    asked, had = wanted.model_dump(), chosen(row)
    asked["speech_models"] = list(dict.fromkeys(wanted.speech_models))
    asked["key_terms"] = key_terms.cleaned(session, wanted.key_terms, wanted.speech_models, patients_named)
    if any(asked[name] != had[name] for name in _WHERE):
        offers.require(settings, **{name: asked[name] for name in _WHERE})
    changed = sorted(name for name in asked if asked[name] != had[name])
    if not changed:
        return
    if row is None:
        row = ClinicSettings(clinic_id=session.info["clinic_id"], version=0, **asked)
        session.add(row)
    for name in changed:
        setattr(row, name, asked[name])
    row.version += 1
    _flush(session)
    # The names only: a key term is the clinic's own affair, and a figure says nothing about a patient.
    audit.record(session, "clinic.settings_changed", entity_type="clinic", entity_id=row.clinic_id, fields=changed)


def chosen(row: ClinicSettings | None) -> dict[str, Any]:
    """The choices as they are stored."""
    return {name: getattr(row, name) for name in UNCHOSEN} if row else UNCHOSEN


def _flush(session: Session) -> None:
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        # Two admins made the clinic's first choice at the same moment.
        raise Stale(version=1) from error

"""Seed templates, save drafts, ask for new ones."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from scribe.accounts.models import User
from scribe.audit import service as audit
from scribe.consultations import permissions, pipeline
from scribe.consultations import queries as consultations
from scribe.consultations.errors import AlreadySigned, TemplateUnknown
from scribe.consultations.models import Consultation, ConsultationStatus, Stage
from scribe.core.errors import NotFound
from scribe.core.ids import new_id
from scribe.notes import queries, versions
from scribe.notes.content import Content, NoteSection, NoteSentence
from scribe.notes.drafting.base import DraftSentence, Notice
from scribe.notes.errors import NoteHasHumanEdits, NotReady
from scribe.notes.evidence import Checked
from scribe.notes.models import Note, NoteState, NoteTemplate, VersionSource
from scribe.notes.templates import SHIPPED


def seed_templates(session: Session, clinic_id: UUID) -> None:
    """Give the clinic the shipped templates that it does not have yet."""
    have = {template.key for template in queries.templates(session)}
    for position, shipped in enumerate(SHIPPED):
        if shipped.key not in have:
            session.add(
                NoteTemplate(
                    clinic_id=clinic_id,
                    key=shipped.key,
                    name=shipped.name,
                    description=shipped.description,
                    sections=[
                        {"key": s.key, "title": s.title, "kind": s.kind.value, "required": s.required}
                        for s in shipped.sections
                    ],
                    position=position,
                )
            )
    session.flush()


def may_replace(session: Session, note: Note | None) -> bool:
    """Whether a new draft may become the newest version: no person's words are on top, or it was agreed to."""
    if note is None:
        return True
    if note.state == NoteState.SIGNED:
        return False
    current = queries.get_version(session, note, note.current_version)
    return current.source == VersionSource.AI or note.replaceable_version == note.current_version


def save_draft(
    session: Session,
    *,
    consultation: Consultation,
    template: NoteTemplate,
    checked: Checked,
    notices: Sequence[Notice],
    transcript_version: int,
    drafter: str,
) -> None:
    """Make a draft the note's newest version, unless that would put a person's words aside unasked.

    What did not pass the checks is kept beside it, for the doctor to see.
    """
    note = queries.note_of(session, consultation.id, for_update=True)
    if not may_replace(session, note):
        return
    if note is None:
        note = Note(
            id=new_id(),
            clinic_id=consultation.clinic_id,
            consultation_id=consultation.id,
            template_id=template.id,
            current_version=0,
        )
        session.add(note)
    note.template_id, note.replaceable_version = template.id, None
    session.flush()
    versions.insert(
        session,
        note,
        _content(template, checked.kept),
        source=VersionSource.AI,
        author_id=None,
        provenance=versions.Provenance(
            transcript_version,
            drafter,
            notices=[{"code": notice.code, "message": notice.message} for notice in notices],
            withheld=[
                {
                    "section_key": refused.sentence.section_key,
                    "text": refused.sentence.text,
                    "problems": refused.problems,
                }
                for refused in checked.refused
            ],
        ),
    )


def request_redraft(
    session: Session, *, consultation: Consultation, doctor: User, template_key: str | None, replace_human_edits: bool
) -> None:
    """Ask for a new draft, perhaps into another template; a person's edits are replaced only if that was asked for."""
    permissions.require_own(doctor, consultation)
    if consultation.status == ConsultationStatus.SIGNED:
        raise AlreadySigned
    if consultation.status not in {ConsultationStatus.READY, ConsultationStatus.FAILED}:
        raise NotReady
    if queries.newest_transcript(session, consultation.id) is None:
        raise NotFound
    if consultations.failed_before(session, consultation, Stage.DRAFT):
        raise NotReady("An earlier step has failed, and a draft of what stands would lack its part. Retry that first.")
    if template_key is not None and not queries.template_exists(session, template_key):
        raise TemplateUnknown
    note = queries.note_of(session, consultation.id, for_update=True)
    if not (may_replace(session, note) or replace_human_edits):
        raise NoteHasHumanEdits
    if note is not None:
        note.replaceable_version = note.current_version
    consultation.template_key = template_key or consultation.template_key
    audit.record(
        session,
        "note.redraft_requested",
        entity_type="consultation",
        entity_id=consultation.id,
        template=consultation.template_key,
        replaces_human_edits=replace_human_edits,
    )
    pipeline.request(session, consultation, Stage.DRAFT)


def _content(template: NoteTemplate, drafted: Sequence[DraftSentence]) -> Content:
    return Content(
        tuple(
            NoteSection(
                section["key"],
                section["title"],
                tuple(
                    NoteSentence(
                        new_id().hex, sentence.text, "ai", evidence=sentence.evidence, worded_from=sentence.worded_from
                    )
                    for sentence in drafted
                    if sentence.section_key == section["key"]
                ),
            )
            for section in template.sections
        )
    )

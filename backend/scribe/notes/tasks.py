"""The pipeline's last stage: a draft note from the newest transcript."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from scribe.consultations.errors import TemplateUnknown
from scribe.consultations.models import Consultation, Stage
from scribe.consultations.pipeline import StageFailed, StageWork
from scribe.notes import evidence, queries, service
from scribe.notes.drafting.base import Draft, SectionSpec, Turn
from scribe.notes.drafting.choice import DrafterChoice, asks_model, in_style
from scribe.notes.models import NoteTemplate
from scribe.notes.spans import TurnBook
from scribe.notes.turns import turns_of
from scribe.notes.wordings import applying
from scribe.notes.wordings import queries as wordings
from scribe.notes.wordings.learning import Replacement

# A transcript of fewer words than this that gives no sentence at all is taken for noise.
_FEW_WORDS = 20

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class _Task:
    template_id: UUID
    sections: list[SectionSpec]
    turns: list[Turn]
    transcript_version: int
    language: str
    wordings: list[Replacement]


class DraftStage:
    """Drafts into the consultation's template; keeps out what its evidence does not prove."""

    stage = Stage.DRAFT

    def __init__(self, choice: DrafterChoice) -> None:
        self._choice = choice

    def run(self, work: StageWork) -> None:
        """Draft, check, and save the note's next version."""
        consultation_id = work.claim.consultation_id
        with work.reading() as session:
            task = _load(session, consultation_id)
            drafter = in_style(self._choice.drafter(session), task.wordings)
            if asks_model(drafter, task.language):
                self._choice.sends(session, consultation_id)
        draft = drafter.draft(task.turns, task.sections, language=task.language)
        # On record at once: it was spent, whatever becomes of the stage.
        with work.reading() as session:
            self._choice.record(session, draft.spent, consultation_id)
        checked = _checked(draft, task, consultation_id)
        work.progress(0.9)
        with work.completing() as session:
            service.save_draft(
                session,
                consultation=session.get_one(Consultation, consultation_id),
                template=session.get_one(NoteTemplate, task.template_id),
                checked=checked,
                notices=draft.notices,
                transcript_version=task.transcript_version,
                drafter=draft.written_by or drafter.name,
            )


def _checked(draft: Draft, task: _Task, consultation_id: UUID) -> evidence.Checked:
    book = TurnBook(task.turns)
    checked = applying.apply(evidence.verify(draft.sentences, book), task.wordings, book)
    for refused in checked.refused:
        _log.warning("draft_sentence_withheld", consultation_id=str(consultation_id), problems=refused.problems)
    if not checked.kept and sum(len(turn.text.split()) for turn in task.turns) < _FEW_WORDS:
        raise _no_speech()
    return checked


def _load(session: Session, consultation_id: UUID) -> _Task:
    consultation = session.get_one(Consultation, consultation_id)
    transcript = queries.newest_transcript(session, consultation_id)
    turns = turns_of(session, transcript) if transcript else []
    if transcript is None or not any(turn.text.strip() for turn in turns):
        raise _no_speech()
    template = queries.template(session, consultation.template_key)
    if template is None:
        raise StageFailed(TemplateUnknown.code, TemplateUnknown.message)
    return _Task(
        template_id=template.id,
        sections=[SectionSpec(s["key"], s["title"], s["kind"], s["required"]) for s in template.sections],
        turns=turns,
        transcript_version=transcript.version,
        language=transcript.language,
        wordings=wordings.in_use(session, consultation.doctor_id),
    )


def _no_speech() -> StageFailed:
    return StageFailed(
        "no_speech", "No speech was found in this recording, so there is nothing to draft. The audio is kept."
    )

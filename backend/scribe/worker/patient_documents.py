"""Documents for the patient by a language model: written beside the pipeline, over a plain one that stands already."""

from uuid import UUID

import structlog
from sqlalchemy.orm import Session, sessionmaker

from scribe.core.request_context import NOBODY, on_behalf_of
from scribe.jobs import queries as jobs
from scribe.notes.drafting.base import Notice, Spent
from scribe.notes.drafting.choice import ClinicDrafters
from scribe.notes.language_model.base import LanguageModelFailed
from scribe.notes.patient_documents import queries, writing
from scribe.notes.patient_documents.extractive import ExtractiveWriter
from scribe.notes.patient_documents.llm import LlmWriter
from scribe.notes.patient_documents.writing import Task
from scribe.worker.sessions import worker_session

_log = structlog.get_logger(__name__)


class DocumentRuns:
    """The worker's task: `run(clinic_id, document_id, request_id)`."""

    def __init__(self, sessions: sessionmaker[Session], choice: ClinicDrafters) -> None:
        self._sessions, self._choice = sessions, choice

    def run(self, clinic_id: str, document_id: str, request_id: str = NOBODY) -> None:
        """Write the document if it is still waited for, and settle it, whatever happens."""
        with on_behalf_of(request_id):
            self._run(clinic_id, document_id)

    def _run(self, clinic_id: str, document_id: str) -> None:
        with worker_session(self._sessions, UUID(clinic_id)) as session:
            task = writing.load(session, UUID(document_id))
            if task is None:
                return
            model = self._choice.language_model(session)
            if model is None or isinstance(model, Notice):
                writing.stand(session, task.document_id, model)
                return
            writer = LlmWriter(model, ExtractiveWriter(), output_tokens=self._choice.limits.output_tokens)
            if writer.asks(task.visit.language):
                self._choice.sends(session, task.consultation_id)
        try:
            written = writer.write(task.visit)
        except LanguageModelFailed as failed:
            why = Notice("llm_not_used", f"This was written without the language model. {failed.message}")
            self._stand(clinic_id, task, why, Spent(failed.input_tokens, failed.output_tokens))
            return
        except Exception:  # noqa: BLE001 - the doctor who waits must be told
            _log.exception("patient_document_error", document_id=document_id)
            self._stand(clinic_id, task, writing.INTERRUPTED, Spent())
            return
        with worker_session(self._sessions, UUID(clinic_id)) as session:
            self._choice.record(session, written.spent, task.consultation_id)
            writing.settle(session, task, written, drafter=writer.name)
        _log.info("patient_document_written", document_id=document_id)

    def _stand(self, clinic_id: str, task: Task, why: Notice, spent: Spent) -> None:
        with worker_session(self._sessions, UUID(clinic_id)) as session:
            self._choice.record(session, spent, task.consultation_id)
            writing.stand(session, task.document_id, why)
        _log.warning("patient_document_stands", document_id=str(task.document_id), code=why.code)


class DocumentWatch:
    """Finds documents whose job is gone (its worker was killed), and says so; what stands already stays."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def look(self, clinic_id: UUID) -> None:
        """One clinic's."""
        with worker_session(self._sessions, clinic_id) as session:
            waiting = queries.all_awaiting(session)
            # After the rows: a job that ends in between has settled its document, which is then left as it is.
            live = jobs.live(session, "document_id") if waiting else set()
            for document_id in waiting:
                if str(document_id) not in live:
                    writing.stand(session, document_id, writing.INTERRUPTED)
                    _log.warning("stranded_patient_document", document_id=str(document_id))

"""What must hold in every database at every moment: each query gives no row, or something is wrong.

They are asked after each fault test, and by `ops`. They read across packages, by table name, since a broken promise
shows between the packages' tables; under row-level security they see the clinic that the session has entered.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Invariant:
    """A named promise, and the query that finds the ids of rows that break it."""

    name: str
    promise: str
    query: str


INVARIANTS = (
    Invariant(
        "inv_status_follows_pipeline",
        "A consultation is processing exactly while a stage waits or runs, and failed only with a failed stage.",
        "SELECT c.id FROM consultations c JOIN pipelines p ON p.consultation_id = c.id WHERE"
        " (c.status = 'processing') <> (p.state IN ('waiting', 'running')) AND c.status <> 'cancelled'"
        " OR c.status IN ('ready', 'signed') AND NOT (p.state = 'done' AND p.stage = 'draft')",
    ),
    Invariant(
        "inv_processing_has_pipeline",
        "A consultation that is past its recording has a pipeline.",
        "SELECT c.id FROM consultations c WHERE c.status IN ('processing', 'ready', 'signed')"
        " AND NOT EXISTS (SELECT FROM pipelines p WHERE p.consultation_id = c.id)",
    ),
    Invariant(
        "inv_failure_is_named",
        "A failed stage says in words what failed.",
        "SELECT p.consultation_id FROM pipelines p WHERE (p.state = 'failed')"
        " <> (p.error_code IS NOT NULL AND coalesce(p.error_message, '') <> '')",
    ),
    Invariant(
        "inv_transcript_versions_have_no_gap",
        "A transcript's versions are numbered 1, 2, 3, ...",
        "SELECT consultation_id FROM transcripts GROUP BY consultation_id"
        " HAVING count(*) <> max(version) OR min(version) <> 1",
    ),
    Invariant(
        "inv_note_versions_have_no_gap",
        "A note's versions are numbered 1, 2, 3, ..., and the note knows its last.",
        "SELECT n.id FROM notes n LEFT JOIN note_versions v ON v.note_id = n.id GROUP BY n.id, n.current_version"
        " HAVING count(v.id) <> n.current_version OR coalesce(max(v.version), 0) <> n.current_version",
    ),
    Invariant(
        "inv_sealed_recording_is_asked_for",
        "A sealed recording's consultation is past recording.",
        "SELECT c.id FROM consultations c JOIN recordings r ON r.consultation_id = c.id"
        " WHERE r.state <> 'open' AND c.status = 'recording'",
    ),
    Invariant(
        "inv_recording_is_the_named_one",
        "A consultation's recording has the id that the consultation was started with.",
        "SELECT c.id FROM consultations c JOIN recordings r ON r.consultation_id = c.id WHERE r.id <> c.recording_id",
    ),
    Invariant(
        "inv_ready_has_note",
        "A consultation that is ready or signed has a note.",
        "SELECT c.id FROM consultations c WHERE c.status IN ('ready', 'signed')"
        " AND NOT EXISTS (SELECT FROM notes n WHERE n.consultation_id = c.id)",
    ),
    Invariant(
        "inv_signed_is_signed",
        "A consultation is signed exactly when its note is, by its own doctor, and for the note's last version.",
        "SELECT c.id FROM consultations c JOIN notes n ON n.consultation_id = c.id"
        " LEFT JOIN signatures s ON s.note_id = n.id WHERE (c.status = 'signed') <> (n.state = 'signed')"
        " OR (n.state = 'signed') <> (s.id IS NOT NULL)"
        " OR s.signer_id <> c.doctor_id OR s.version <> n.current_version",
    ),
    Invariant(
        "inv_started_with_consent",
        "No recording without a consent on record.",
        "SELECT c.id FROM consultations c WHERE NOT EXISTS (SELECT FROM consents k WHERE k.consultation_id = c.id)",
    ),
    Invariant(
        "inv_live_stage_has_job",
        "A stage that waits or runs has a job; the sweep repairs what breaks this within a minute.",
        "SELECT p.consultation_id FROM pipelines p WHERE p.state IN ('waiting', 'running') AND NOT EXISTS"
        " (SELECT FROM procrastinate_jobs j WHERE j.status IN ('todo', 'doing')"
        " AND j.args ->> 'consultation_id' = p.consultation_id::text)",
    ),
)


def broken(session: Session) -> dict[str, list[str]]:
    """The ids of rows that break a promise, by its name; empty when all is well."""
    found = {each.name: [str(row) for row in session.scalars(text(each.query))] for each in INVARIANTS}
    return {name: rows for name, rows in found.items() if rows}

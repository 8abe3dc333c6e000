"""What is under way at a transcription vendor."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | Sequence[str] | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APP_ROLE = "scribe_app"
_OF_CLINIC = "NULLIF(current_setting('app.clinic_id', true), '')::uuid"
_IN_FLIGHT = "state IN ('stored', 'uploading', 'uploaded', 'submitting', 'submitted')"
# The same list as vendor_models.ALLOWED_MOVES; a test compares the two.
MOVES = """
    CREATE FUNCTION vendor_job_moves() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.consultation_id <> OLD.consultation_id OR NEW.vendor <> OLD.vendor OR NEW.region <> OLD.region
            OR NEW.audio_key <> OLD.audio_key THEN
            RAISE EXCEPTION 'what a vendor job is of is never changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN (
            'stored>uploading', 'uploading>uploaded', 'uploaded>submitting', 'submitting>submitted',
            'submitting>uploaded', 'submitted>imported', 'failed>submitted',
            'stored>failed', 'uploading>failed', 'uploaded>failed', 'submitting>failed', 'submitted>failed',
            'stored>abandoned', 'uploading>abandoned', 'uploaded>abandoned', 'submitting>abandoned',
            'submitted>abandoned'
        ) THEN
            RAISE EXCEPTION 'a vendor job does not go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$
"""


def upgrade() -> None:
    _extend_pipelines()
    _create_vendor_jobs()
    _create_service_conditions()
    op.execute("ALTER TABLE vendor_jobs ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE vendor_jobs FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_clinic ON vendor_jobs USING (clinic_id = {_OF_CLINIC}) WITH CHECK (clinic_id = {_OF_CLINIC})"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON vendor_jobs, service_conditions TO {APP_ROLE}")
    op.execute(MOVES)
    op.execute(
        "CREATE TRIGGER vendor_job_moves BEFORE UPDATE ON vendor_jobs FOR EACH ROW EXECUTE FUNCTION vendor_job_moves()"
    )


def _extend_pipelines() -> None:
    op.add_column("pipelines", sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("pipelines", sa.Column("waiting_code", sa.String(length=64), nullable=True))
    op.add_column("pipelines", sa.Column("waiting_message", sa.Text(), nullable=True))
    op.add_column("pipelines", sa.Column("wake_asked", sa.Boolean(), server_default=sa.text("false"), nullable=False))


def _create_vendor_jobs() -> None:
    op.create_table(
        "vendor_jobs",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("vendor", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("audio_key", sa.String(length=512), nullable=False),
        sa.Column("sent_ms", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("stepped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("remote_status", sa.String(length=16), nullable=True),
        sa.Column("looks", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("upload_url", sa.Text(), nullable=True),
        sa.Column("transcript_id", sa.String(length=64), nullable=True),
        sa.Column("told_transcript_id", sa.String(length=64), nullable=True),
        sa.Column("may_have_others", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("webhook_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("with_key_terms", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("heard_ms", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("domain", sa.String(length=32), nullable=True),
        sa.Column("answer_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("billed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delete_tries", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('stored', 'uploading', 'uploaded', 'submitting', 'submitted', 'imported', 'failed', 'abandoned')",
            name=op.f("ck_vendor_jobs_state"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('uploaded', 'submitting') OR upload_url IS NOT NULL", name=op.f("ck_vendor_jobs_has_upload")
        ),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'imported') OR transcript_id IS NOT NULL",
            name=op.f("ck_vendor_jobs_has_transcript"),
        ),
        sa.CheckConstraint(
            "deleted_at IS NULL OR state IN ('imported', 'failed', 'abandoned')",
            name=op.f("ck_vendor_jobs_deleted_at_end"),
        ),
        sa.CheckConstraint("attempt >= 1 AND looks >= 0 AND sent_ms >= 0", name=op.f("ck_vendor_jobs_numbers")),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_vendor_jobs_clinic_id_clinics"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_vendor_jobs_consultation_id_consultations"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_jobs")),
    )
    op.create_index(
        "uq_vendor_jobs_in_flight",
        "vendor_jobs",
        ["consultation_id"],
        unique=True,
        postgresql_where=sa.text(_IN_FLIGHT),
    )
    op.create_index("uq_vendor_jobs_transcript", "vendor_jobs", ["vendor", "region", "transcript_id"], unique=True)
    op.create_index("ix_vendor_jobs_consultation_id", "vendor_jobs", ["consultation_id", "id"], unique=False)
    op.create_index("ix_vendor_jobs_upload_url", "vendor_jobs", ["clinic_id", "upload_url"], unique=False)
    op.create_index(
        "ix_vendor_jobs_undeleted",
        "vendor_jobs",
        ["clinic_id", "stepped_at"],
        unique=False,
        postgresql_where=sa.text("deleted_at IS NULL"),
    )


def _create_service_conditions() -> None:
    op.create_table(
        "service_conditions",
        sa.Column("service", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=8), nullable=False),
        sa.Column("key_refused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("balance_negative_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unreachable_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reconciled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("foreign_transcripts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("leftovers", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("service", "region", name=op.f("pk_service_conditions")),
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION vendor_job_moves() CASCADE")
    op.drop_table("service_conditions")
    op.drop_table("vendor_jobs")
    for column in ("wake_asked", "waiting_message", "waiting_code", "parked_until"):
        op.drop_column("pipelines", column)

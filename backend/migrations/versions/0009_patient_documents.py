"""Letters and summaries from signed notes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | Sequence[str] | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APP_ROLE = "scribe_app"
TABLES = ("patient_documents", "patient_document_versions")
FUNCTIONS = ("refuse_document_of_draft", "refuse_version_of_approved_document")
# Which note a document is of, and which kind it is, never changes.
CHANGING = "current_version, awaits_model, notices, withheld, approved_version, approved_by, approved_at"
_OF_CLINIC = "NULLIF(current_setting('app.clinic_id', true), '')::uuid"
REFUSALS = (
    """
    CREATE FUNCTION refuse_document_of_draft() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM notes WHERE id = NEW.note_id AND state = 'signed') THEN
            RAISE EXCEPTION 'a patient gets nothing from a note that is not signed'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER of_signed_note BEFORE INSERT ON patient_documents
    FOR EACH ROW EXECUTE FUNCTION refuse_document_of_draft()
    """,
    """
    CREATE FUNCTION refuse_version_of_approved_document() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM patient_documents
                   WHERE id = NEW.document_id AND approved_version IS NOT NULL) THEN
            RAISE EXCEPTION 'an approved document gets no new version' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER approved_is_final BEFORE INSERT ON patient_document_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_version_of_approved_document()
    """,
    (
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON patient_document_versions"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    ),
    (
        "CREATE TRIGGER no_truncate BEFORE TRUNCATE ON patient_document_versions"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    ),
)


def upgrade() -> None:
    _create_documents()
    _create_versions()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_clinic ON {table} USING (clinic_id = {_OF_CLINIC}) WITH CHECK (clinic_id = {_OF_CLINIC})"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP_ROLE}")
    op.execute(f"GRANT UPDATE ({CHANGING}) ON patient_documents TO {APP_ROLE}")
    for statement in REFUSALS:
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}()")


def _create_documents() -> None:
    op.create_table(
        "patient_documents",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("current_version", sa.Integer(), nullable=False),
        sa.Column("awaits_model", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        *(
            sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False)
            for name in ("notices", "withheld")
        ),
        sa.Column("approved_version", sa.Integer(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        *_of_a_clinic("patient_documents"),
        sa.CheckConstraint("kind IN ('patient_letter', 'after_visit_summary')", name=op.f("ck_patient_documents_kind")),
        sa.CheckConstraint(
            "approved_version IS NULL OR approved_version = current_version",
            name=op.f("ck_patient_documents_approved_is_newest"),
        ),
        sa.CheckConstraint(
            "(approved_version IS NULL) = (approved_by IS NULL) AND (approved_by IS NULL) = (approved_at IS NULL)",
            name=op.f("ck_patient_documents_approved_by_someone"),
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_patient_documents_note_id_notes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_patient_documents_approved_by_users")),
        sa.UniqueConstraint("note_id", "kind", name=op.f("uq_patient_documents_note_id_kind")),
    )


def _create_versions() -> None:
    op.create_table(
        "patient_document_versions",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("drafter", sa.String(length=64), nullable=False),
        sa.Column("note_version", sa.Integer(), nullable=False),
        sa.Column("addenda", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("content_hash", sa.LargeBinary(length=32), nullable=False),
        *_of_a_clinic("patient_document_versions"),
        sa.CheckConstraint("source IN ('ai', 'human')", name=op.f("ck_patient_document_versions_source")),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["patient_documents.id"],
            name=op.f("fk_patient_document_versions_document_id_patient_documents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_patient_document_versions_author_id_users")),
        sa.UniqueConstraint("document_id", "version", name=op.f("uq_patient_document_versions_document_id_version")),
    )


def _of_a_clinic(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f(f"fk_{table}_clinic_id_clinics"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )

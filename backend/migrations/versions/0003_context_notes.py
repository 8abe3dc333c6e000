"""What a doctor types beside a recording: private, one text for each consultation."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CLINIC = "NULLIF(current_setting('app.clinic_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "context_notes",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_context_notes_clinic_id_clinics"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultations.id"],
            name=op.f("fk_context_notes_consultation_id_consultations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_context_notes")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_context_notes_consultation_id")),
    )
    op.execute("ALTER TABLE context_notes ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE context_notes FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_clinic ON context_notes USING (clinic_id = {CLINIC}) WITH CHECK (clinic_id = {CLINIC})"
    )
    op.execute("GRANT SELECT, INSERT, UPDATE (text, saved_at) ON context_notes TO scribe_app")


def downgrade() -> None:
    op.drop_table("context_notes")

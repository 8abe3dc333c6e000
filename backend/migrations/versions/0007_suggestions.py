"""Proposals for a section."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0007"
down_revision: str | Sequence[str] | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APP_ROLE = "scribe_app"
# What was asked for, by whom and about what never changes; what became of it does.
SETTLED = "state, drafter, lines, notices, withheld, error_code, error_message, settled_at"
_OF_CLINIC = "NULLIF(current_setting('app.clinic_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "note_suggestions",
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("section_key", sa.String(length=64), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), server_default="waiting", nullable=False),
        sa.Column("drafter", sa.String(length=64), nullable=True),
        *(
            sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False)
            for name in ("lines", "notices", "withheld")
        ),
        sa.Column("error_code", sa.String(length=64), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'ready', 'failed', 'accepted', 'dismissed')", name=op.f("ck_note_suggestions_state")
        ),
        sa.ForeignKeyConstraint(
            ["clinic_id"], ["clinics.id"], name=op.f("fk_note_suggestions_clinic_id_clinics"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_note_suggestions_note_id_notes"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["requested_by"], ["users.id"], name=op.f("fk_note_suggestions_requested_by_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_suggestions")),
    )
    op.create_index(
        "uq_note_suggestions_open",
        "note_suggestions",
        ["note_id", "section_key"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'ready', 'failed')"),
    )
    op.execute("ALTER TABLE note_suggestions ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE note_suggestions FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_clinic ON note_suggestions USING (clinic_id = {_OF_CLINIC})"
        f" WITH CHECK (clinic_id = {_OF_CLINIC})"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({SETTLED}) ON note_suggestions TO {APP_ROLE}")


def downgrade() -> None:
    op.drop_table("note_suggestions")

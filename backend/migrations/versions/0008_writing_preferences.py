"""How each doctor writes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | Sequence[str] | None = "0007"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APP_ROLE = "scribe_app"
TABLES = ("writing_preferences", "wording_sightings")
_OF_CLINIC = "NULLIF(current_setting('app.clinic_id', true), '')::uuid"


def upgrade() -> None:
    op.create_table(
        "writing_preferences",
        sa.Column("doctor_id", sa.Uuid(), nullable=False),
        sa.Column("instead_of", sa.String(length=100), nullable=False),
        sa.Column("write", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=16), server_default="learning", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *_of_a_clinic("writing_preferences"),
        sa.CheckConstraint("state IN ('learning', 'active', 'removed')", name=op.f("ck_writing_preferences_state")),
        sa.ForeignKeyConstraint(["doctor_id"], ["users.id"], name=op.f("fk_writing_preferences_doctor_id_users")),
        sa.UniqueConstraint(
            "doctor_id", "instead_of", "write", name=op.f("uq_writing_preferences_doctor_id_instead_of_write")
        ),
    )
    op.create_index(
        "uq_writing_preferences_active",
        "writing_preferences",
        ["doctor_id", "instead_of"],
        unique=True,
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "wording_sightings",
        sa.Column("preference_id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        *_of_a_clinic("wording_sightings"),
        sa.CheckConstraint("kind IN ('made', 'undone')", name=op.f("ck_wording_sightings_kind")),
        sa.ForeignKeyConstraint(
            ["preference_id"],
            ["writing_preferences.id"],
            name=op.f("fk_wording_sightings_preference_id_writing_preferences"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["notes.id"], name=op.f("fk_wording_sightings_note_id_notes"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("preference_id", "note_id", name=op.f("uq_wording_sightings_preference_id_note_id")),
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_clinic ON {table} USING (clinic_id = {_OF_CLINIC})"
            f" WITH CHECK (clinic_id = {_OF_CLINIC})"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {APP_ROLE}")
    # Whose wording it is, and what it is, never changes.
    op.execute(f"GRANT UPDATE (state, changed_at) ON writing_preferences TO {APP_ROLE}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


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

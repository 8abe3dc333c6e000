"""Who follows a running recording for its captions."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | Sequence[str] | None = "0009"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APP_ROLE = "scribe_app"
TABLES = ("live_follows",)
_OF_CLINIC = "NULLIF(current_setting('app.clinic_id', true), '')::uuid"


def _tenant_columns() -> list[sa.Column]:
    return [
        sa.Column("clinic_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def _tenant_constraints(table: str) -> list[sa.Constraint]:
    clinic = sa.ForeignKeyConstraint(
        ["clinic_id"], ["clinics.id"], name=op.f(f"fk_{table}_clinic_id_clinics"), ondelete="RESTRICT"
    )
    consultation = sa.ForeignKeyConstraint(
        ["consultation_id"],
        ["consultations.id"],
        name=op.f(f"fk_{table}_consultation_id_consultations"),
        ondelete="CASCADE",
    )
    return [clinic, consultation, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _create_tables() -> None:
    op.create_table(
        "live_follows",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=True),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captioned_ms", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("line_vendor", sa.String(length=32), nullable=True),
        sa.Column("line_opened_at", sa.DateTime(timezone=True), nullable=True),
        *_tenant_columns(),
        sa.CheckConstraint("captioned_ms >= 0", name=op.f("ck_live_follows_captioned")),
        sa.CheckConstraint("(line_vendor IS NULL) = (line_opened_at IS NULL)", name=op.f("ck_live_follows_line")),
        *_tenant_constraints("live_follows"),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_live_follows_consultation_id")),
    )


def upgrade() -> None:
    _create_tables()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY one_clinic ON {table} USING (clinic_id = {_OF_CLINIC}) WITH CHECK (clinic_id = {_OF_CLINIC})"
        )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON live_follows TO {APP_ROLE}")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)

"""What each clinic has chosen, and what it used."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | Sequence[str] | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

APP_ROLE = "scribe_app"
APPEND_ONLY = ("usage_records", "budget_notices")
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
    return [clinic, sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))]


def _protect(table: str) -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(
        f"CREATE POLICY one_clinic ON {table} USING (clinic_id = {_OF_CLINIC}) WITH CHECK (clinic_id = {_OF_CLINIC})"
    )


def _create_clinic_settings() -> None:
    op.create_table(
        "clinic_settings",
        sa.Column("engine", sa.String(length=16), server_default="default", nullable=False),
        sa.Column("region", sa.String(length=8), server_default="default", nullable=False),
        sa.Column("speech_models", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "key_terms",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("drafter", sa.String(length=16), server_default="default", nullable=False),
        sa.Column("live_captions", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("monthly_budget_cents", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_tenant_columns(),
        sa.CheckConstraint("engine IN ('default', 'local', 'assemblyai')", name=op.f("ck_clinic_settings_engine")),
        sa.CheckConstraint("region IN ('default', 'us', 'eu')", name=op.f("ck_clinic_settings_region")),
        sa.CheckConstraint("drafter IN ('default', 'extractive', 'llm')", name=op.f("ck_clinic_settings_drafter")),
        sa.CheckConstraint("monthly_budget_cents >= 0", name=op.f("ck_clinic_settings_budget")),
        *_tenant_constraints("clinic_settings"),
        sa.UniqueConstraint("clinic_id", name=op.f("uq_clinic_settings_clinic_id")),
    )


def _create_usage() -> None:
    op.create_table(
        "usage_records",
        sa.Column("vendor", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.Column("estimated_microcents", sa.BigInteger(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=True),
        *_tenant_columns(),
        sa.CheckConstraint(
            "kind IN ('transcription', 'captions', 'language_model')", name=op.f("ck_usage_records_kind")
        ),
        sa.CheckConstraint("unit IN ('seconds', 'tokens')", name=op.f("ck_usage_records_unit")),
        sa.CheckConstraint("quantity >= 0 AND estimated_microcents >= 0", name=op.f("ck_usage_records_not_negative")),
        *_tenant_constraints("usage_records"),
    )
    op.create_index("ix_usage_records_clinic_id_created_at", "usage_records", ["clinic_id", "created_at"], unique=False)
    op.create_table(
        "budget_notices",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        *_tenant_columns(),
        sa.CheckConstraint("level IN ('warned', 'reached')", name=op.f("ck_budget_notices_level")),
        *_tenant_constraints("budget_notices"),
        sa.UniqueConstraint("clinic_id", "month", "level", name=op.f("uq_budget_notices_clinic_id_month_level")),
    )


def upgrade() -> None:
    _create_clinic_settings()
    _create_usage()
    for table in ("clinic_settings", *APPEND_ONLY):
        _protect(table)
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON clinic_settings TO {APP_ROLE}")
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


def downgrade() -> None:
    op.drop_table("budget_notices")
    op.drop_index("ix_usage_records_clinic_id_created_at", table_name="usage_records")
    op.drop_table("usage_records")
    op.drop_table("clinic_settings")

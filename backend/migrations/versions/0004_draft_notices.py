"""What a version has from its draft beside its content: notices, and what the checks kept out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0004"
down_revision: str | Sequence[str] | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A default that the catalogue holds: the rows themselves, which nothing may change, stay as they are.
    for column in ("notices", "withheld"):
        op.add_column(
            "note_versions",
            sa.Column(column, postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        )


def downgrade() -> None:
    for column in ("withheld", "notices"):
        op.drop_column("note_versions", column)

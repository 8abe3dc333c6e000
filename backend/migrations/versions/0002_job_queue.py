"""The job queue's tables and functions, as its library ships them."""

from collections.abc import Sequence

from alembic import op
from procrastinate.schema import SchemaManager

revision: str = "0002"
down_revision: str | Sequence[str] | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # The driver's own cursor: the schema holds % and : that SQLAlchemy would take for parameters.
    cursor = op.get_bind().connection.cursor()
    cursor.execute(SchemaManager.get_schema())
    for kind, privileges in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
        cursor.execute(
            f"""
            DO $$ DECLARE name text; BEGIN
                FOR name IN SELECT c.relname FROM pg_class c
                    WHERE c.relname LIKE 'procrastinate%' AND c.relkind = '{"r" if kind == "TABLES" else "S"}'
                LOOP EXECUTE format('GRANT {privileges} ON %I TO scribe_app', name); END LOOP;
            END $$
            """
        )


def downgrade() -> None:
    op.execute(
        """
        DO $$ DECLARE statement text; BEGIN
            FOR statement IN
                SELECT format('DROP TABLE IF EXISTS %I CASCADE', relname) FROM pg_class
                    WHERE relname LIKE 'procrastinate%%' AND relkind = 'r'
                UNION ALL
                SELECT format('DROP FUNCTION IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
                    WHERE proname LIKE 'procrastinate%%'
                UNION ALL
                SELECT format('DROP TYPE IF EXISTS %I CASCADE', typname) FROM pg_type
                    LEFT JOIN pg_class c ON c.oid = typrelid
                    WHERE typname LIKE 'procrastinate%%' AND (typtype = 'e' OR c.relkind = 'c')
            LOOP EXECUTE statement; END LOOP;
        END $$
        """
    )

"""One migration more than Scribe has."""

from pathlib import Path

from tests.migrations.steps import Steps

ALL = Steps("", "").revisions
_FILE = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{last}", None, None


def upgrade():
    {changes}
"""


def plant(folder: Path, *changes: str) -> None:
    """After the newest one, in a folder of its own."""
    (folder / "9999.py").write_text(_FILE.format(last=ALL[-1], changes="\n    ".join(changes)))

"""The migrations make exactly the tables that the models describe (`alembic check`), and can be taken back."""

import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from scribe.cli.embedded.postgres import OWNER_ROLE, EmbeddedPostgres
from scribe.cli.embedded.processes import free_port

BACKEND = Path(__file__).resolve().parents[1]


def main() -> None:
    """Up, compare, down, up, on a throw-away server."""
    with tempfile.TemporaryDirectory(prefix="scribe-check-pg-") as directory:
        root = Path(directory)
        root.chmod(0o755)
        server = EmbeddedPostgres(root, free_port(), durable=False)
        server.start()
        try:
            server.ensure_database("scribe", "app", "owner")
            config = Config(str(BACKEND / "alembic.ini"))
            config.attributes["url"] = server.url(OWNER_ROLE, "owner")
            command.upgrade(config, "head")
            command.check(config)
            command.downgrade(config, "base")
            command.upgrade(config, "head")
        finally:
            server.stop()


if __name__ == "__main__":
    main()

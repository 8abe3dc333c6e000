"""`ops upgrade` while a recording runs: to a version with a migration of its own, back again, and to one that fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from scribe.cli.embedded.people import Person
from scribe.cli.embedded.sample import Client
from scribe.cli.migrate import BACKEND
from tests_prod.compose.engine import IMAGES, Engine
from tests_prod.compose.production import Production
from tests_prod.compose.upgrading import Ran, Traffic, make_image, upgrade

pytestmark = pytest.mark.timeout(2400)
NEXT, BROKEN, NEXT_NGINX = "scribe-backend:next", "scribe-backend:broken", "scribe-nginx:next"
_MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    op.add_column("consultations", sa.Column("of_the_next_version", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("consultations", "of_the_next_version")
"""
_VERSIONED = """FROM scribe-backend:local
USER 0
RUN sed -i 's/^__version__ = .*/__version__ = "{version}"/' /app/scribe/__init__.py{more}
USER 10001
"""


@pytest.fixture(scope="module")
def two(production: Production, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    """The site with two of the API, and the images of versions to come."""
    path = tmp_path_factory.mktemp("images")
    head = ScriptDirectory.from_config(Config(BACKEND / "alembic.ini")).get_current_head()
    migration = {"m9999_next": _MIGRATION.format(head=head)}
    more = "\nCOPY m9999_next.py /app/migrations/versions/9999_next.py"
    make_image(engine, NEXT, _VERSIONED.format(version="99.0.0", more=more), path / "next", **migration)
    ending = "\nRUN sed -i 's/^    server.run()/    raise SystemExit(3)/' /app/scribe/cli/serve.py"
    make_image(engine, BROKEN, _VERSIONED.format(version="99.0.1", more=more + ending), path / "broken", **migration)
    page = "FROM scribe-nginx:local\nUSER 0\nRUN sed -i 's/<title>/<title>Next /' /usr/share/nginx/scribe/index.html\n"
    make_image(engine, NEXT_NGINX, page, path / "nginx")
    production.up("--no-recreate", "--scale", "backend=2")
    try:
        yield production
    finally:
        production.up("--no-recreate", "--scale", "backend=1")


@pytest.fixture
def traffic(two: Production, doctor: Person) -> Iterator[Traffic]:
    with Traffic(two, Client(two.url, doctor)) as traffic:
        yield traffic


def running(site: Production, service: str) -> list[str]:
    return [each["Config"]["Image"] for each in site.containers(service)]


def all_went_well(traffic: Traffic, ran: Ran) -> None:
    """No request failed but those that found no nginx, and no chunk is missing."""
    traffic.__exit__()
    print(traffic.say(ran))
    assert traffic.failures(ran)[1] == []
    assert {each.kind for each in traffic.attempts} == {"page", "read", "write", "chunk", "slow"}
    assert traffic.close() > 300


def test_a_recording_and_every_request_outlive_an_upgrade(two: Production, engine: Engine, traffic: Traffic) -> None:
    ran = upgrade(engine, two, "--images", NEXT, NEXT_NGINX)

    assert ran.code == 0, ran.said
    assert running(two, "backend") == [NEXT, NEXT]
    assert (running(two, "worker"), running(two, "nginx")) == ([NEXT], [NEXT_NGINX])
    assert two.health()["version"] == "99.0.0"
    all_went_well(traffic, ran)
    dump = next(two.directory.glob(".upgrade/before-*.dump"))
    assert dump.read_bytes().startswith(b"PGDMP")
    assert dump.stat().st_mode & 0o077 == 0


def test_they_outlive_the_way_back_and_the_older_version_lives_with_the_newer_schema(
    two: Production, engine: Engine, traffic: Traffic
) -> None:
    ran = upgrade(engine, two, "--undo")

    assert ran.code == 0, ran.said
    assert running(two, "backend") == [IMAGES["SCRIBE_BACKEND_IMAGE"]] * 2
    assert two.health()["version"] != "99.0.0"
    all_went_well(traffic, ran)
    # As after a restart of the server: the older version's own `migrate` comes first.
    two.up("--scale", "backend=2")
    assert two.health()["status"] == "healthy"


def test_an_upgrade_that_does_not_become_healthy_is_taken_back(
    two: Production, engine: Engine, traffic: Traffic
) -> None:
    ran = upgrade(engine, two, "--images", BROKEN, IMAGES["SCRIBE_NGINX_IMAGE"])

    assert ran.code != 0
    assert "The upgrade failed" in ran.said
    assert running(two, "backend") == [IMAGES["SCRIBE_BACKEND_IMAGE"]] * 2
    assert running(two, "worker") == [IMAGES["SCRIBE_BACKEND_IMAGE"]]
    assert f"SCRIBE_BACKEND_IMAGE={IMAGES['SCRIBE_BACKEND_IMAGE']}\n" in (two.directory / ".env").read_text()
    assert ran.away == []
    all_went_well(traffic, ran)


def test_what_preflight_finds_wrong_stops_an_upgrade_before_anything_is_changed(
    two: Production, engine: Engine, traffic: Traffic
) -> None:
    (two.directory / "secrets/token_key").chmod(0o444)
    before = [each["Id"] for each in two.containers("backend")]

    try:
        ran = upgrade(engine, two, "--images", NEXT, NEXT_NGINX)
    finally:
        (two.directory / "secrets/token_key").chmod(0o400)

    assert ran.code != 0
    assert "Nothing that runs was changed" in ran.said
    assert [each["Id"] for each in two.containers("backend")] == before
    all_went_well(traffic, ran)


def test_an_upgrade_whose_script_died_is_taken_back_when_asked(
    two: Production, engine: Engine, traffic: Traffic
) -> None:
    died = upgrade(engine, two, "--images", NEXT, IMAGES["SCRIBE_NGINX_IMAGE"], dies_at="the API, one by one")
    assert died.code < 0
    assert running(two, "worker") == [NEXT]
    assert "under way" in upgrade(engine, two, "--images", NEXT, NEXT_NGINX).said

    ran = upgrade(engine, two, "--undo")

    assert ran.code == 0, ran.said
    assert running(two, "backend") == [IMAGES["SCRIBE_BACKEND_IMAGE"]] * 2
    assert running(two, "worker") == [IMAGES["SCRIBE_BACKEND_IMAGE"]]
    all_went_well(traffic, ran)


def test_two_upgrades_at_once_are_refused(two: Production, engine: Engine) -> None:
    (two.directory / ".upgrade/under-way").mkdir()

    ran = upgrade(engine, two, "--images", NEXT, NEXT_NGINX)

    assert ran.code != 0
    assert "under way" in ran.said
    assert upgrade(engine, two, "--undo").said.count("Nothing that runs was changed") == 1
    assert not (Path(two.directory) / ".upgrade/under-way").exists()

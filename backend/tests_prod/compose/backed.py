"""A site with backups, as docs/operations/backup.md sets it up."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from scribe.cli.embedded.people import Person
from tests.waiting import wait_until
from tests_prod.clusters.tools import ROOT
from tests_prod.compose.engine import Engine
from tests_prod.compose.pages import typed
from tests_prod.compose.production import Production

STATUS = Path("/var/lib/scribe/backup-status/status.json")
SCRIBE = 10001
# Audio is copied within five minutes; here it is looked for more often. Nothing else is hurried.
OBJECTS_SECONDS = "5"
PROFILE = ("--profile", "backups")


@dataclass
class Backed:
    """The site, its repository on another disk, and what its operator and its doctor keep to themselves."""

    site: Production
    repository: Path
    recovery_key: str
    doctor: Person

    def use(self, repository: Path) -> None:
        """An empty repository, from the next start on."""
        make_repository(repository)
        self.site.settle(BACKUP_VOLUME=str(repository))
        self.repository = repository

    def scribe(self, *words: str) -> str:
        """As the pages' `scribe`."""
        return self.site.compose(*PROFILE, "run", "--rm", "-T", "backup", *words)

    def drill(self, *words: str) -> dict[str, Any]:
        """`scribe ops drill`, which passes; its report."""
        said = self.scribe("ops", "drill", *words)
        report: dict[str, Any] = json.loads(said[said.index("{\n") :])
        assert report["passed"] is True
        return report

    def wait_for(self, *kinds: str, since: datetime | None = None) -> None:
        """Until each of these kinds of backup was made since the moment: until all that there is now is kept."""
        moment = since or datetime.now(UTC)
        for kind in kinds:
            wait_until(partial(self._since, kind, moment), f"{kind} to be kept", seconds=600, every=1)

    def _since(self, kind: str, moment: datetime) -> bool:
        found = json.loads(self.site.compose(*PROFILE, "exec", "-T", "backup", "cat", str(STATUS)))
        last = found.get("last_success", {}).get(kind)
        return last is not None and datetime.fromisoformat(last) > moment


def make_repository(place: Path) -> None:
    """What backup.md asks of a directory."""
    place.mkdir()
    os.chown(place, SCRIBE, SCRIBE)


@contextmanager
def installed(engine: Engine, repository: Path) -> Iterator[Production]:
    """What install.md says up to "Start"; the site is gone after the block, and the repository is not."""
    with TemporaryDirectory(prefix="scribe-production-") as directory, pytest.MonkeyPatch.context() as patch:
        site = Production(engine, Path(directory))
        for name in ("backend/scribe/db/backup-role.sh", "docker-compose.monitoring.yml"):
            shutil.copy(ROOT / name, Path(directory, name))
        site.begin("filesystem", BACKUP_VOLUME=str(repository), BACKUP_OBJECTS_SECONDS=OBJECTS_SECONDS)
        patch.setenv("SSL_CERT_FILE", str(site.certificate))
        try:
            yield site
        finally:
            site.compose(*PROFILE, "down", "--volumes", "--timeout", "20")


@contextmanager
def backing(engine: Engine) -> Iterator[Backed]:
    """A site that runs with the profile `backups`, and has its first full set."""
    with TemporaryDirectory(prefix="scribe-repository-", dir="/var/tmp") as place:
        began, repository = datetime.now(UTC), Path(place, "first")
        make_repository(repository)
        with installed(engine, repository) as site:
            site.bring_models()
            site.ops("backup", "init", "secrets")
            recovery_key = site.type("cat secrets/recovery_key; rm secrets/recovery_key")
            site.settle(COMPOSE_PROFILES="backups")
            site.type(typed("backup.md", "Set up (compose)")[-1])
            found = Backed(site, repository, recovery_key, site.clinic())
            found.wait_for("full", since=began)
            yield found

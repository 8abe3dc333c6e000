import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe.cli.embedded.people import Person
from tests_prod.compose.engine import IMAGES, Engine, running_engine, what_is_missing
from tests_prod.compose.production import Production


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A Docker Engine with Scribe's images, or a loud word: nothing of this is a pass where it could not run."""
    if missing := what_is_missing():
        if os.environ.get("SCRIBE_WITHOUT_ENGINE") == "yes":
            pytest.skip(f"NOT RUN: no Docker Engine of our own without {missing}")
        pytest.fail(f"No Docker Engine can be started without {missing} (SCRIBE_WITHOUT_ENGINE=yes leaves this out).")
    with running_engine() as engine:
        engine.build()
        yield engine


@pytest.fixture(scope="module")
def production(engine: Engine) -> Iterator[Production]:
    """A site that came up healthy, for the tests of one file: there is one site at a time."""
    with tempfile.TemporaryDirectory(prefix="scribe-production-") as directory:
        site = Production(engine, Path(directory))
        # From here on the tests trust no certificate but the site's.
        before = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = str(site.certificate)
        try:
            site.ops("init", "--public-url", site.url, "--storage", "filesystem")
            site.settle(HTTP_PORT=str(site.ports[0]), HTTPS_PORT=str(site.ports[1]), **IMAGES)
            site.bring_models()
            site.up()
            yield site
        finally:
            os.environ.pop("SSL_CERT_FILE") if before is None else os.environ.update(SSL_CERT_FILE=before)
            site.compose("down", "--volumes", "--timeout", "30")


@pytest.fixture(scope="module")
def doctor(production: Production) -> Person:
    """A doctor of the site's one clinic."""
    return production.clinic()

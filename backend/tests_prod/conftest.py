"""The fixtures of tests/ here too. These tests need more than Scribe's own packages: `make test-prod`."""

from tests.conftest import *  # noqa: F403 - fixtures are found by name

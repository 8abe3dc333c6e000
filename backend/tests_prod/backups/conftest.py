"""The fixtures of tests/backups here too."""

from tests.backups.conftest import *  # noqa: F403 - fixtures are found by name

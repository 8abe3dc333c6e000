"""The examples of log shipping read what Scribe and its compose file write."""

import json
import logging
from datetime import datetime
from pathlib import Path

import pytest
import structlog
import yaml

from scribe.core import logging as logs
from scribe.core.settings import LogSettings
from tests.ops_files.watching import MONITORING, ROOT

FILEBEAT = yaml.safe_load((MONITORING / "logs/filebeat.yml").read_text())
CLOUDWATCH = json.loads((MONITORING / "logs/cloudwatch-agent.json").read_text())


@pytest.fixture
def line(tmp_path: Path) -> dict[str, str]:
    """A line as LOG_FILE holds it."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure(LogSettings(log_file=tmp_path / "scribe.log"))
    structlog.get_logger("test").warning("store_unavailable", store="s3")
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)
    found: dict[str, str] = json.loads((tmp_path / "scribe.log").read_text().splitlines()[-1])
    return found


def test_the_time_that_filebeat_reads_is_in_every_line_and_of_that_form(line: dict[str, str]) -> None:
    (stamp,) = (each["timestamp"] for each in FILEBEAT["processors"] if "timestamp" in each)
    prefix, _, field = stamp["field"].partition(".")

    assert {parser["ndjson"]["target"] for each in FILEBEAT["filebeat.inputs"]
            for parser in each["parsers"] if "ndjson" in parser} == {prefix}  # fmt: skip
    # What 2006-01-02T15:04:05.999999Z means to it.
    assert datetime.strptime(line[field], "%Y-%m-%dT%H:%M:%S.%fZ").year >= 2026  # noqa: DTZ007 - its zone is in the form


def test_containers_of_this_compose_project_are_read_and_no_others() -> None:
    project = yaml.safe_load((ROOT / "docker-compose.prod.yml").read_text())["name"]
    (containers,) = (each for each in FILEBEAT["filebeat.inputs"] if each["id"] == "scribe-containers")
    (dropped,) = (each["drop_event"] for each in containers["processors"] if "drop_event" in each)

    assert dropped["when"]["not"]["equals"] == {"container.labels.com_docker_compose_project": project}


def test_cloudwatch_keeps_each_group_for_a_while_and_not_for_ever() -> None:
    groups = CLOUDWATCH["logs"]["logs_collected"]["files"]["collect_list"]

    assert len({group["log_group_name"] for group in groups}) == 2
    assert all(0 < group["retention_in_days"] <= 400 for group in groups)

"""The files in deploy/, by the tools that know their schemas."""

import json
from pathlib import Path

import pytest

from tests.ops_files.clouds import DEPLOY
from tests_prod.clusters.tools import passes, run

# 91: access logs need a bucket of the account's own. 158: logs hold ids only, and are encrypted by the service's key.
# 260: port 80 only sends on to TLS.
ECS_SKIPPED = "CKV_AWS_91,CKV_AWS_158,CKV_AWS_260"


def test_cloudformation_knows_every_property() -> None:
    assert passes("cfn-lint", DEPLOY / "ecs" / "scribe.yaml") == ""


def test_a_property_that_cloudformation_does_not_know_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text((DEPLOY / "ecs" / "scribe.yaml").read_text().replace("StopTimeout: 120", "StopTimout: 120"))

    assert "StopTimout" in run("cfn-lint", file).stdout


def test_no_policy_of_amazons_is_broken() -> None:
    words = "--framework cloudformation --skip-download --quiet --compact --skip-check".split()

    passes("checkov", *words, ECS_SKIPPED, "-f", DEPLOY / "ecs" / "scribe.yaml")


def test_the_bundle_is_a_compose_file() -> None:
    passes(
        "check-jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        DEPLOY / "elastic-beanstalk" / "docker-compose.yml",
    )


@pytest.mark.parametrize("whole", [True, False])
def test_bicep_can_be_parsed(tmp_path: Path, *, whole: bool) -> None:
    text = (DEPLOY / "azure" / "scribe.bicep").read_text()
    (tmp_path / "scribe.bicep").write_text(text if whole else text.replace("resource plan '", "resource plan "))

    said = json.loads(run("checkov", "--framework", "bicep", "--skip-download", "-o", "json", "-d", tmp_path).stdout)

    resources = {x["resource"].split(".")[-1] for x in said["results"]["passed_checks"]} if "results" in said else set()
    assert ({"plan", "web", "pipeline"} <= resources) == whole

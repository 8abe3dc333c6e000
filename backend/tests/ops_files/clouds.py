"""The files in deploy/, read so far that what they give to Scribe can be seen."""

import re
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[3] / "deploy"
# What deploys these files, beside what they give to the containers.
_BICEP_SETTING = re.compile(r"^ {2,4}([A-Z][A-Z0-9_]+): ", re.MULTILINE)


class _CloudFormation(yaml.SafeLoader):
    """Takes a template's short forms (!Ref ...) for what stands behind them."""


def _plain(loader: yaml.SafeLoader, _tag: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node)


_CloudFormation.add_multi_constructor("!", _plain)


def ecs_containers() -> list[dict[str, Any]]:
    """The containers of all tasks."""
    template = yaml.load((DEPLOY / "ecs" / "scribe.yaml").read_text(), _CloudFormation)
    tasks = [x for x in template["Resources"].values() if x["Type"] == "AWS::ECS::TaskDefinition"]
    return [container for task in tasks for container in task["Properties"]["ContainerDefinitions"]]


def cloud_run_containers(name: str) -> list[dict[str, Any]]:
    """The containers of a service or job."""
    template = yaml.safe_load((DEPLOY / "cloud-run" / f"{name}.yaml").read_text())["spec"]["template"]["spec"]
    return list(template.get("template", {"spec": template})["spec"]["containers"])


def azure_settings() -> set[str]:
    """The app settings' names."""
    return set(_BICEP_SETTING.findall((DEPLOY / "azure" / "scribe.bicep").read_text()))


def beanstalk() -> dict[str, Any]:
    """The bundle's compose file."""
    return dict(yaml.safe_load((DEPLOY / "elastic-beanstalk" / "docker-compose.yml").read_text()))


def beanstalk_properties() -> set[str]:
    """The environment's properties that the checklist names for Scribe."""
    step = (DEPLOY / "elastic-beanstalk" / "README.md").read_text().partition("4. [ ]")[2].partition("5. [ ]")[0]
    return set(re.findall(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b|\bENVIRONMENT\b", step)) - {
        "SCRIBE_BACKEND_IMAGE",
        "SCRIBE_NGINX_IMAGE",
    }

"""Kubernetes manifests as objects, and what can be wrong with them. Each check names all that it finds."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scribe.cli import serve
from scribe.core import settings as scribe
from scribe.worker import main as worker
from tests.ops_files.nginx import served_paths, shutdown_seconds

K8S = Path(__file__).parents[3] / "k8s"
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"
Thing = dict[str, Any]

# The values of a settings group as environment variables; secrets may be files.
SETTINGS = {
    field.upper()
    for group in scribe.Settings.model_fields.values()
    if isinstance(group.annotation, type)
    for field in getattr(group.annotation, "model_fields", {})
}
SECRETS = {name.upper() for name in scribe._SECRET_NAMES}


def read(*files: Path) -> list[Thing]:
    """The objects of the files, in order."""
    return [thing for file in files for thing in yaml.safe_load_all(file.read_text()) if thing]


def base() -> list[Thing]:
    """The base's objects, with the label that its kustomization gives to all of them."""
    kustomization = yaml.safe_load((K8S / "base" / "kustomization.yaml").read_text())
    things = read(*(K8S / "base" / name for name in kustomization["resources"]))
    for _, pod in pods(things):
        pod["metadata"]["labels"].update(kustomization["labels"][0]["pairs"])
    settings = dict(environment(K8S / "base" / "settings.env"))
    return [*things, {"kind": "ConfigMap", "metadata": {"name": "scribe-settings"}, "data": settings}]


def environment(file: Path) -> Iterator[tuple[str, str]]:
    """Names and values of an env file."""
    for line in file.read_text().splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name, value


def of_kind(things: list[Thing], *kinds: str) -> list[Thing]:
    """Those of these kinds."""
    return [thing for thing in things if thing["kind"] in kinds]


def named(things: list[Thing], kind: str, name: str) -> Thing:
    """The one of this kind and name."""
    (found,) = [thing for thing in of_kind(things, kind) if thing["metadata"]["name"] == name]
    return found


def pods(things: list[Thing]) -> Iterator[tuple[str, Thing]]:
    """Each workload's name and the template of its pods."""
    for thing in of_kind(things, "Deployment", "Job", "StatefulSet", "CronJob"):
        yield thing["metadata"]["name"], thing["spec"]["template"]


def containers(pod: Thing) -> list[Thing]:
    """All of a pod's, those that run first included."""
    spec = pod["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def config(things: list[Thing]) -> dict[str, str]:
    """The settings that pods get from the one ConfigMap."""
    (found,) = [thing for thing in of_kind(things, "ConfigMap") if thing["metadata"]["name"].startswith("scribe-set")]
    return dict(found["data"])


def is_selected(selector: Thing, labels: dict[str, str]) -> bool:
    """Whether a selector (matchLabels, matchExpressions with In, or a Service's bare labels) takes these labels."""
    wanted = selector.get("matchLabels", {} if "matchExpressions" in selector else selector)
    rules = selector.get("matchExpressions", [])
    assert all(rule["operator"] == "In" for rule in rules)
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        labels.get(rule["key"]) in rule["values"] for rule in rules
    )


def selectors(things: list[Thing]) -> Iterator[tuple[str, Thing]]:
    """Every selector of pods in this namespace, with where it stands."""
    for thing in of_kind(things, "Service", "PodDisruptionBudget", "Deployment", "PodMonitor"):
        yield f"{thing['kind']} {thing['metadata']['name']}", thing["spec"]["selector"]
    for policy in of_kind(things, "NetworkPolicy"):
        where = f"NetworkPolicy {policy['metadata']['name']}"
        yield where, policy["spec"]["podSelector"]
        for side, end in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(side, []):
                for peer in rule[end]:
                    if "podSelector" in peer and "namespaceSelector" not in peer:
                        yield f"{where}: {side}", peer["podSelector"]


def selects_nothing(things: list[Thing]) -> list[str]:
    """Selectors that take no pod, and Deployments that do not take their own."""
    labels = {name: pod["metadata"]["labels"] for name, pod in pods(things)}
    found = [
        where for where, selector in selectors(things) if not any(is_selected(selector, x) for x in labels.values())
    ]
    for deployment in of_kind(things, "Deployment"):
        name, selector = deployment["metadata"]["name"], deployment["spec"]["selector"]
        taken = [other for other, own in labels.items() if is_selected(selector, own)]
        spread = deployment["spec"]["template"]["spec"].get("topologySpreadConstraints", [])
        others = [rule for rule in spread if not is_selected(rule["labelSelector"], labels[name])]
        if taken != [name] or others:
            found.append(f"Deployment {name} takes {taken}, and spreads {len(others)} times over others")
    return found


def names_nothing(things: list[Thing]) -> list[str]:
    """References to Secrets, ConfigMaps, ServiceAccounts, Services and scaled workloads that are not there."""
    there = {(thing["kind"], thing["metadata"]["name"]) for thing in things}
    there |= {("Secret", x["spec"]["target"]["name"]) for x in of_kind(things, "ExternalSecret")}
    wanted: list[tuple[str, str]] = []
    for _, pod in pods(things):
        wanted.append(("ServiceAccount", pod["spec"]["serviceAccountName"]))
        wanted += [("Secret", x["secret"]["secretName"]) for x in pod["spec"]["volumes"] if "secret" in x]
        for container in containers(pod):
            wanted += [("ConfigMap", x["configMapRef"]["name"]) for x in container.get("envFrom", [])]
    for scaler in of_kind(things, "HorizontalPodAutoscaler", "ScaledObject"):
        target = scaler["spec"]["scaleTargetRef"]
        wanted.append((target["kind"], target["name"]))
    for ingress in of_kind(things, "Ingress"):
        paths = [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
        wanted += [("Service", path["backend"]["service"]["name"]) for path in paths]
    for route in of_kind(things, "HTTPRoute"):
        wanted += [("Service", x["name"]) for rule in route["spec"]["rules"] for x in rule["backendRefs"]]
    return sorted({f"{kind} {name}" for kind, name in wanted if (kind, name) not in there})


def unknown_settings(names: Iterator[str] | list[str]) -> list[str]:
    """Environment variables that Scribe does not read."""
    return sorted(name for name in names if name not in SETTINGS and name not in {f"{x}_FILE" for x in SECRETS})


def unset_files(things: list[Thing], keys: dict[str, set[str]]) -> list[str]:
    """Settings that name a file which no mounted Secret (name without its hash: its keys) brings."""
    found = []
    for name, pod in pods(things):
        secrets = {x["name"]: x["secret"]["secretName"] for x in pod["spec"]["volumes"] if "secret" in x}
        for container in containers(pod):
            own = {x["name"]: x["value"] for x in container.get("env", [])}
            given = {**(config(things) if container.get("envFrom") else {}), **own}
            files = set()
            for mount in container.get("volumeMounts", []):
                secret = secrets.get(mount["name"], "")
                kept = next((kept for name_, kept in keys.items() if secret.startswith(name_)), set())
                files |= {f"{mount['mountPath']}/{key}" for key in kept}
            found += [
                f"{name}/{container['name']}: {x}" for x in given if x.endswith("_FILE") and given[x] not in files
            ]
    return found


def probes_nothing(things: list[Thing], api_routes: set[str]) -> list[str]:
    """Probes of ports that are not open, and of paths that are not answered."""
    found = []
    for name, pod in pods(things):
        for container in pod["spec"]["containers"]:
            ports = {x["name"]: x["containerPort"] for x in container.get("ports", [])}
            for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
                asked = container.get(kind, {}).get("httpGet")
                if asked is None:
                    found += [f"{name}: no {kind}"] * (container["name"] != "migrate")
                elif asked["port"] not in ports or asked["path"] not in _answered(container["name"], api_routes):
                    found.append(f"{name}: {kind} asks {asked['port']} {asked['path']}")
            if container["name"] == "worker" and str(ports["metrics"]) != config(things)["WORKER_METRICS_PORT"]:
                found.append("worker: its figures are on another port")
    return found


def _answered(container: str, api_routes: set[str]) -> set[str]:
    return {"nginx": served_paths(), "worker": {"/metrics"}}.get(container, api_routes)


def cut_short(things: list[Thing]) -> list[str]:
    """Pods that are killed before they can have ended by themselves."""
    needed = {
        "backend": 5 + serve._DRAIN_SECONDS,
        "worker": float(config(things)["JOB_SHUTDOWN_SECONDS"]) + worker._LEAVE_BEHIND_AFTER_SECONDS,
        "web": 5 + shutdown_seconds("behind_proxy.conf"),
    }
    given = {name: pod["spec"].get("terminationGracePeriodSeconds", 30) for name, pod in pods(things)}
    return [f"{name} needs {least}, has {given[name]}" for name, least in needed.items() if given[name] <= least]


def loosely_held(things: list[Thing]) -> list[str]:
    """Containers that could do more than the restricted pod security standard allows, or more than they need."""
    found = []
    for name, pod in pods(things):
        of_pod = pod["spec"].get("securityContext", {})
        tight = of_pod.get("runAsNonRoot") and of_pod.get("seccompProfile") == {"type": "RuntimeDefault"}
        if (
            not tight
            or of_pod.get("runAsUser", 0) < 10000
            or pod["spec"].get("automountServiceAccountToken") is not False
        ):
            found.append(name)
        for container in containers(pod):
            held = container.get("securityContext", {})
            kept = {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            limits = container.get("resources", {}).get("limits", {})
            if any(held.get(key) != value for key, value in kept.items()) or set(limits) != {"cpu", "memory"}:
                found.append(f"{name}/{container['name']}")
    return found


def walled_off(things: list[Thing]) -> list[str]:
    """Ports that a NetworkPolicy opens on pods which listen on none such, and pods that nothing shuts."""
    found = []
    policies = of_kind(things, "NetworkPolicy")
    for policy in policies:
        taken = [
            pod for _, pod in pods(things) if is_selected(policy["spec"]["podSelector"], pod["metadata"]["labels"])
        ]
        listening = {port["containerPort"] for pod in taken for x in containers(pod) for port in x.get("ports", [])}
        for rule in policy["spec"].get("ingress", []):
            found += [f"{policy['metadata']['name']}: {x['port']}" for x in rule["ports"] if x["port"] not in listening]
    shut = [x["spec"] for x in policies if x["spec"]["podSelector"] == {}]
    if not any(
        set(x["policyTypes"]) == {"Ingress", "Egress"} and "ingress" not in x and "egress" not in x for x in shut
    ):
        found.append("nothing denies by default")
    return found

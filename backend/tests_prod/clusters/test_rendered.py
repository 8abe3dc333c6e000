"""What kustomize makes of k8s/: valid, tight, and of a piece, with each component and in each overlay."""

import shutil
from pathlib import Path

import pytest
import yaml
from fastapi import FastAPI

from tests.http.cells import routes_of
from tests.ops_files import manifests
from tests.ops_files.manifests import K8S, Thing, of_kind
from tests_prod.clusters.tools import passes, run

OVERLAYS = sorted(path.name for path in (K8S / "overlays").iterdir())
COMPONENTS = sorted(path.name for path in (K8S / "components").iterdir())
# Kinds that operators bring; no schema of Kubernetes' own knows them.
OTHERS = {"ExternalSecret", "ScaledObject", "PodMonitor", "HTTPRoute"}
# 15: an image that is named by digest needs no pull to be right, and a registry that is away must stop no restart.
# 43: the deploy workflow sets the digests.
SKIPPED = "CKV_K8S_15,CKV_K8S_43"
# The base with one component, as an overlay that asks for no more.
ALONE = """kind: Kustomization
namespace: scribe
resources: [../../base]
components: [../../components/{name}]
images:
  - {{name: scribe-backend, newTag: "1"}}
  - {{name: scribe-nginx, newTag: "1"}}
"""
_SECRETS = (
    "database_url database_replica_url redis_url root_key token_key s3_access_key_id s3_secret_access_key"
    " database_owner_url"
)


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """k8s/ with secrets in its staging overlay, and an overlay for each component alone."""
    here = tmp_path_factory.mktemp("clusters") / "k8s"
    shutil.copytree(K8S, here, ignore=shutil.ignore_patterns("secrets"))
    (here / "overlays" / "staging" / "secrets").mkdir()
    for name in _SECRETS.split():
        (here / "overlays" / "staging" / "secrets" / name).write_text("made for a test")
    for name in COMPONENTS:
        (here / "overlays" / f"only-{name}").mkdir()
        (here / "overlays" / f"only-{name}" / "kustomization.yaml").write_text(ALONE.format(name=name))
    return here


@pytest.fixture(scope="session", params=[*OVERLAYS, *(f"only-{name}" for name in COMPONENTS)])
def rendered(request: pytest.FixtureRequest, copied: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("rendered") / f"{request.param}.yaml"
    file.write_text(passes("kubectl", "kustomize", copied / "overlays" / request.param))
    return file


@pytest.fixture(scope="session")
def things(rendered: Path) -> list[Thing]:
    return manifests.read(rendered)


def test_kubernetes_knows_every_field(rendered: Path, things: list[Thing], tmp_path: Path) -> None:
    known = [thing for thing in things if thing["kind"] not in OTHERS]
    file = tmp_path / "known.yaml"
    file.write_text(yaml.safe_dump_all(known))

    for version in ("1.30", "1.34"):
        said = run("kubernetes-validate", "--strict", "--kubernetes-version", version, file)
        assert (said.returncode, (said.stdout + said.stderr).count(" passed ")) == (0, len(known)), said.stdout


def test_a_field_that_kubernetes_does_not_know_is_refused(rendered: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(rendered.read_text().replace("readinessProbe:", "readynessProbe:"))

    assert run("kubernetes-validate", "--strict", file).returncode != 0


def test_no_policy_is_broken(rendered: Path) -> None:
    passes(
        "checkov",
        "--framework",
        "kubernetes",
        "--skip-download",
        "--quiet",
        "--compact",
        "--skip-check",
        SKIPPED,
        "-f",
        rendered,
    )


def test_it_is_of_a_piece(things: list[Thing], app: FastAPI) -> None:
    gets = {path for verb, path in routes_of(app) if verb == "GET"}

    assert manifests.selects_nothing(things) == []
    assert manifests.probes_nothing(things, gets) == []
    assert manifests.unknown_settings(list(manifests.config(things))) == []
    assert manifests.cut_short(things) == []
    assert manifests.loosely_held(things) == []
    assert manifests.walled_off(things) == []


def test_an_overlay_brings_all_that_it_names(things: list[Thing], rendered: Path) -> None:
    if rendered.stem.startswith("only-"):
        # The base leaves the secrets to its overlay.
        left = {"Secret scribe-owner", "Secret scribe-secrets"}
        assert set(manifests.names_nothing(things)) == (set() if rendered.stem == "only-secrets-external" else left)
        return

    keys = {x["metadata"]["name"]: set(x.get("data", {})) for x in of_kind(things, "Secret")}
    keys |= {
        x["spec"]["target"]["name"]: {y["secretKey"] for y in x["spec"]["data"]}
        for x in of_kind(things, "ExternalSecret")
    }
    assert manifests.names_nothing(things) == []
    assert manifests.unset_files(things, keys) == []


def test_all_of_an_overlay_is_in_its_namespace(things: list[Thing]) -> None:
    (namespace,) = of_kind(things, "Namespace")

    elsewhere = [
        x for x in things if x["kind"] != "Namespace" and x["metadata"]["namespace"] != namespace["metadata"]["name"]
    ]

    assert elsewhere == []
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_a_changed_setting_rolls_the_pods(copied: Path, tmp_path: Path) -> None:
    shutil.copytree(copied, tmp_path / "k8s")
    settings = tmp_path / "k8s" / "overlays" / "production" / "settings.env"
    settings.write_text(settings.read_text() + "LOG_LEVEL=DEBUG\n")

    names = []
    for root in (copied, tmp_path / "k8s"):
        made = list(yaml.safe_load_all(passes("kubectl", "kustomize", root / "overlays" / "production")))
        names.append(
            manifests.named(made, "Deployment", "backend")["spec"]["template"]["spec"]["containers"][0]["envFrom"]
        )

    assert names[0] != names[1]

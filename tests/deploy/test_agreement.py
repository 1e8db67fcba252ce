"""Compose and Kubernetes run what the code has: every process, port, variable and queue stands in both."""

import dataclasses
import importlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml
from tools.compose_env import variables
from tools.maitre.processes import GATEWAY, PROCESSES, SERVICES

from crm_chassis.config import Variable
from crm_chassis.topology import inbox_name
from crm_contracts.topology import TOPOLOGY

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
VALIDATE = ROOT.parent / "shared/tools/k8s-validate"
API_PORT, HEALTH_PORT = 8000, 8081


@cache
def rendered(overlay: str) -> list[dict]:
    """What kustomize makes of an overlay."""
    command = [str(ROOT / ".venv/bin/kubectl"), "kustomize", str(ROOT / "deploy/k8s/overlays" / overlay)]
    return list(yaml.safe_load_all(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def of_kind(kind: str, overlay: str = "production") -> dict[str, dict]:
    """Rendered objects of one kind by name."""
    return {each["metadata"]["name"]: each for each in rendered(overlay) if each["kind"] == kind}


def settings_of(service: str) -> type:
    """The Settings class of a service or the gateway."""
    return importlib.import_module(f"crm_{service}.config").Settings


def required(service: str) -> set[str]:
    """Variables without which a process of *service* does not start."""
    hints = get_type_hints(settings_of(service), include_extras=True)
    found = set()
    for field in dataclasses.fields(settings_of(service)):
        marks = getattr(hints[field.name], "__metadata__", ())
        names = [mark.name for mark in marks if isinstance(mark, Variable)]
        if names and field.default is dataclasses.MISSING:
            found.update(names)
    return found


def known(service: str) -> set[str]:
    """Every variable a process of *service* reads."""
    hints = get_type_hints(settings_of(service), include_extras=True)
    marks = (mark for hint in hints.values() for mark in getattr(hint, "__metadata__", ()))
    return {mark.name for mark in marks if isinstance(mark, Variable)}


GUNICORN = {"CRM_API_WORKERS", "CRM_API_THREADS", "CRM_PORT", "CRM_BIND_HOST"}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: p.name)
def test_every_process_stands_in_compose_with_its_variables_and_its_health_check(process):
    container = COMPOSE["services"][process.name]
    environment = set(container["environment"])
    assert required(process.service) <= environment
    assert environment <= known(process.service) | GUNICORN
    port = API_PORT if process.kind == "api" else HEALTH_PORT
    assert f":{port}/health/ready" in " ".join(container["healthcheck"]["test"])
    if process.kind != "api":
        assert container["environment"]["CRM_HEALTH_PORT"] == port
        assert container["command"] == ["python", *process.arguments]
    assert container["read_only"] is True
    assert container["depends_on"][f"{process.service}-migrate"]["condition"] == "service_completed_successfully"


def test_compose_runs_nothing_that_the_code_does_not_have():
    names = {process.name for process in PROCESSES} | {f"{s}-migrate" for s in (*SERVICES, GATEWAY)}
    assert set(COMPOSE["services"]) == names | {"postgres", "rabbitmq"}


def test_compose_env_makes_every_secret_that_compose_asks_for():
    text = (ROOT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(CRM_\w+)(?::\?[^}]*)?\}", text)) - {"CRM_GATEWAY_PORT", "CRM_LOG_LEVEL"}
    assert asked == set(variables())


def test_every_image_of_compose_has_its_dockerfile():
    for name, container in COMPOSE["services"].items():
        if "build" in container:
            assert (ROOT / container["build"]["dockerfile"]).exists(), name


def deployment_of(process) -> str:
    """How a process is called on Kubernetes."""
    return "gateway-api" if process.name == GATEWAY else process.name


@pytest.mark.parametrize("process", PROCESSES, ids=lambda p: p.name)
def test_every_process_is_a_deployment_with_its_port_and_probes(process):
    pod = of_kind("Deployment")[deployment_of(process)]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    port = API_PORT if process.kind == "api" else HEALTH_PORT
    assert container["ports"] == [{"containerPort": port, "name": "http"}]
    assert container["readinessProbe"]["httpGet"] == {"path": "/health/ready", "port": "http"}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert container["image"].startswith(f"maitre/{process.service}:")
    if process.kind != "api":
        assert {"name": "CRM_HEALTH_PORT", "value": str(HEALTH_PORT)} in container["env"]


def test_kubernetes_runs_nothing_that_the_code_does_not_have():
    assert set(of_kind("Deployment")) == {deployment_of(process) for process in PROCESSES}
    assert set(of_kind("Job")) == {f"{service}-migrate" for service in (*SERVICES, GATEWAY)}


def documented_secrets(service: str) -> set[str]:
    """The variables that deploy/k8s/README.md asks a service's secret to hold."""
    text = (ROOT / "deploy/k8s/README.md").read_text()
    row = next(line for line in text.splitlines() if line.startswith(f"| `{'gateway' if service == GATEWAY else '<service>'}-secrets`"))  # fmt: skip # noqa: E501
    common, _, own = row.partition("; customer also")
    return set(re.findall(r"CRM_\w+", common + (own if service == "customer" else "")))


@pytest.mark.parametrize("service", [*SERVICES, GATEWAY])
def test_every_variable_comes_from_the_config_map_or_the_documented_secret(service):
    maps = [each for name, each in of_kind("ConfigMap").items() if name.startswith(f"{service}-settings")]
    given = set(maps[0]["data"]) | documented_secrets(service)
    assert required(service) <= given
    assert given <= known(service)


def test_every_inbox_is_what_its_worker_is_scaled_on():
    scaled = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"]["triggers"][0]["metadata"]["queueName"]
        for each in of_kind("ScaledObject").values()
    }
    assert scaled == {f"{service}-worker": inbox_name(service) for service in TOPOLOGY.listeners}
    assert set(scaled) <= set(of_kind("Deployment"))


def test_every_service_is_reached_under_the_name_the_gateway_uses():
    services = of_kind("Service")
    for each in (*SERVICES, GATEWAY):
        assert services[f"{each}-api"]["spec"]["ports"][0]["port"] == API_PORT


def test_the_keys_are_apart_and_their_backups_short_lived():
    """RULES E4: within 30 days no backup can read what was erased."""
    clusters = of_kind("Cluster")
    assert clusters["keys"]["spec"]["backup"]["retentionPolicy"] == "30d"
    made = " ".join(clusters["keys"]["spec"]["bootstrap"]["initdb"]["postInitSQL"])
    data = " ".join(clusters["data"]["spec"]["bootstrap"]["initdb"]["postInitSQL"])
    for service in SERVICES:
        assert f"{service}_keys" in made
        assert f"{service}_keys" not in data


@pytest.mark.parametrize("overlay", ["local", "production"])
def test_the_manifests_are_valid(overlay, tmp_path):
    """Strict and offline, operators' kinds included."""
    if not VALIDATE.exists():
        pytest.skip("../shared/tools/k8s-validate is not here")
    path = tmp_path / "rendered.yaml"
    path.write_text(yaml.safe_dump_all(rendered(overlay)))
    done = subprocess.run([sys.executable, str(VALIDATE), str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

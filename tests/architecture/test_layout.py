"""Every service has the same shape, so that the next person finds everything by its name (STYLE §4)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if path.is_dir())
FILES = ["__init__", "config", "app", "worker", "relay", "migrate", "consumers", "backfill", "models", "schemas"]
SOURCES = sorted(
    path
    for top in ("chassis/src", "contracts/src", "gateway/src", *(f"services/{s}/src" for s in SERVICES))
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)


def name_of(path: Path) -> str:
    """Name a file by its place in the repository."""
    return str(path.relative_to(ROOT))


def test_the_five_services_are_there():
    assert SERVICES == ["campaign", "customer", "feedback", "loyalty", "segmentation"]


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_files(service):
    package = ROOT / "services" / service / "src" / f"crm_{service}"
    missing = [
        f"{name}.py" for name in FILES if not (package / f"{name}.py").exists() and not (package / name).is_dir()
    ]
    missing += [name for name in ("api", "operations", "migrations") if not (package / name).is_dir()]
    top = ROOT / "services" / service
    missing += [
        name for name in ("README.md", "Dockerfile", "openapi.json", "requirements.lock") if not (top / name).exists()
    ]
    assert missing == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_files_and_functions_stay_small(path):
    """At most 300 lines a file, 40 a function: past that it is split by capability."""
    text = path.read_text()
    assert len(text.splitlines()) <= 300
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 40, f"{node.name} is too long"


def test_the_chassis_stays_small():
    """Its budget, docstrings included; past it something belongs into a service (CONTRIBUTING)."""
    lines = sum(len(p.read_text().splitlines()) for p in SOURCES if "crm_chassis" in p.parts)
    assert lines <= 6300


BUSINESS = set(
    "guest order orders points segment campaign loyalty reward review survey tier restaurant".split()  # noqa: SIM905
)


def identifiers(path: Path) -> set[str]:
    """Every name a module defines or uses, cut at its underscores."""
    words: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        name = (
            getattr(node, "id", None)
            or getattr(node, "attr", None)
            or getattr(node, "name", None)
            or getattr(node, "arg", None)
        )
        if isinstance(name, str) and name != "entry_points":  # importlib's own word
            words.update(name.lower().split("_"))
    return words


@pytest.mark.parametrize("path", [p for p in SOURCES if "crm_chassis" in p.parts], ids=name_of)
def test_the_chassis_knows_no_business_word(path):
    """Would deleting one service change this file? Then it does not belong here."""
    assert BUSINESS.isdisjoint(identifiers(path) - {"order"})  # in what order, not what was ordered


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_are_numbered_and_have_one_head(service):
    versions = sorted((ROOT / "services" / service / "src" / f"crm_{service}" / "migrations").rglob("[0-9]*.py"))
    numbers = [path.name[:4] for path in versions]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]

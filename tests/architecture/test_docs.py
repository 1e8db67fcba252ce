"""What the documents point at exists, and the README stays short enough to be read."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOPS = ("bench", "chassis", "contracts", "deploy", "docs", "gateway", "services", "tests", "tools")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def documents() -> list[Path]:
    """Every Markdown file of the repository, but what tools have put beside it."""
    found = ROOT.glob("[!.]*.md"), *(ROOT.glob(f"{top}/**/*.md") for top in TOPS)
    return sorted(path for paths in found for path in paths)


@pytest.mark.parametrize("path", documents(), ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(path):
    links = [link for link in LINK.findall(path.read_text()) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 100


def test_every_make_target_that_the_documents_name_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    named = {name for path in documents() for name in re.findall(r"`make ([a-z-]+)", path.read_text())}
    assert named <= targets


@pytest.mark.parametrize("service", sorted(path.name for path in (ROOT / "services").iterdir()))
def test_a_services_readme_is_short_and_names_its_variables(service):
    text = (ROOT / "services" / service / "README.md").read_text()
    assert len(text.splitlines()) <= 60
    assert "CRM_DATABASE_URL" in text

"""The console's files as a browser gets them."""

import gzip
import os
from dataclasses import replace
from functools import partial

import pytest

from crm_gateway.config import BASE

HOME = "/admin/customers"
HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
PAGE = b"<!doctype html><title>console</title>"
SCRIPT = b"console.log(1);" * 200
GZIP = gzip.compress(SCRIPT, mtime=0)
BROTLI = b"what brotli made of it"


@pytest.fixture
def built(make_gateway, settings, tmp_path):
    """A gateway with a built console of three files, one of them in three encodings."""
    (tmp_path / "assets").mkdir()
    (tmp_path / ".vite").mkdir()
    (tmp_path / "index.html").write_bytes(PAGE)
    (tmp_path / "favicon.svg").write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / ".vite/manifest.json").write_bytes(b"{}")
    script = tmp_path / "assets/index-abc123.js"
    script.write_bytes(SCRIPT)
    script.with_name("index-abc123.js.gz").write_bytes(GZIP)
    script.with_name("index-abc123.js.br").write_bytes(BROTLI)
    client = make_gateway(replace(settings, console_dir=str(tmp_path))).test_client()
    client.get = partial(client.get, buffered=True)  # files are read to the end, and closed
    return client


def test_the_start_page_is_the_console(built):
    page = built.get(HOME, headers=HTML)
    assert page.data == PAGE
    assert page.headers["Cache-Control"] == "no-cache"
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    "address", ["guests", "guests/0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50", "settings/staff", "apiary"]
)
def test_every_address_of_the_application_is_its_page(built, address):
    assert built.get(f"{HOME}/{address}", headers=HTML).data == PAGE


@pytest.mark.parametrize("address", ["assets/gone-123456.js", "robots.txt", ".vite/manifest.json", "../conftest.py"])
def test_a_missing_file_is_no_page(built, problem, address):
    problem(built.get(f"{HOME}/{address}", headers=HTML), 404)


@pytest.mark.parametrize("address", ["/api", "/api/", "/api/v1", "/api/v2/customers", "/api/v1/auth/nothing"])
def test_unknown_addresses_of_the_api_stay_problems(built, problem, address):
    problem(built.get(HOME + address, headers=HTML), 404)


def test_a_program_that_wants_no_html_gets_a_problem(built, problem):
    problem(built.get(f"{HOME}/guests", headers={"Accept": "application/json"}), 404)


def test_a_method_the_api_does_not_have_stays_a_405(built, problem):
    answer = built.get(f"{BASE}/auth/tokens", headers=HTML)
    problem(answer, 405)
    assert "GET" not in answer.headers["Allow"]


def test_scripts_run_from_here_alone_and_nobody_frames_us(built):
    policy = built.get(HOME, headers=HTML).headers["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["script-src"] == "'self'"
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "'none'"


@pytest.mark.parametrize(
    ("accepted", "encoding", "body"),
    [("gzip, br", "br", BROTLI), ("gzip", "gzip", GZIP), ("br;q=0, identity", None, SCRIPT)],
    ids=["brotli", "gzip", "plain"],
)
def test_files_come_in_the_smallest_encoding_the_browser_takes(built, accepted, encoding, body):
    answer = built.get(f"{HOME}/assets/index-abc123.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == encoding
    assert answer.data == body
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_hashed_files_are_kept_for_good_and_the_others_asked_after(built):
    assert "immutable" in built.get(f"{HOME}/assets/index-abc123.js").headers["Cache-Control"]
    icon = built.get(f"{HOME}/favicon.svg")
    assert icon.headers["Cache-Control"] == "no-cache"
    assert icon.content_type == "image/svg+xml"
    again = built.get(f"{HOME}/favicon.svg", headers={"If-None-Match": icon.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Content-Security-Policy"]


def test_a_new_build_is_served_without_a_restart(built, tmp_path):
    assert built.get(HOME, headers=HTML).data == PAGE
    newer = (tmp_path / "index.html").stat().st_mtime_ns + 1_000_000
    (tmp_path / "index.html").write_bytes(b"<title>newer</title>")
    os.utime(tmp_path / "index.html", ns=(newer, newer))
    assert built.get(HOME, headers=HTML).data == b"<title>newer</title>"


def test_a_slash_too_many_leads_to_the_console(built):
    assert built.get(f"{HOME}/").headers["Location"] == HOME


def test_without_a_build_a_plain_page_says_so(make_gateway, settings, tmp_path):
    page = make_gateway(replace(settings, console_dir=str(tmp_path))).test_client().get(HOME)
    assert "make console" in page.get_data(as_text=True).replace("\n", " ")

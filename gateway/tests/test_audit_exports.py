"""The audit log as a file: made by the worker as a job, sealed at rest, cancelled, resumed, gone after a week."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from crm_chassis.testing import wait_until
from crm_gateway.audit import chain, exports
from crm_gateway.audit.entries import Entry, hash_of
from crm_gateway.config import BASE
from crm_gateway.jobs import files
from crm_gateway.jobs.runner import JobFailed, Runner
from crm_gateway.models.jobs import Job, JobFile
from crm_gateway.operations import jobs
from crm_gateway.routing.operations import load_document
from crm_gateway.sealing import Sealer

PUBLISHED = load_document()
NOW = datetime.now(UTC)
ACTOR = "=HYPERLINK()"


@pytest.fixture
def owner(make_gateway, bearer, database):
    """An owner's ``get`` and ``post`` below the base, without any job under way."""
    with database.transaction() as session:
        session.execute(text("DELETE FROM jobs"))
    client = make_gateway(document=PUBLISHED).test_client()

    def asking(method):
        return lambda path, role="owner", **more: client.open(BASE + path, method=method, headers=bearer(role), **more)

    return SimpleNamespace(get=asking("GET"), post=asking("POST"))


@pytest.fixture
def runner(database, settings):
    """The worker's runner, driven by hand: ``runner()`` does the next job."""
    exporter = exports.Exporter(Sealer(settings.master_keys, files.PURPOSE))
    made = Runner(database, {exports.KIND: exporter.make})

    def run():
        begun = made.look()
        wait_until(made.is_idle)
        return begun

    return run


def seen(database, guest, count, **more):
    """Write entries about a guest."""
    values = {"at": NOW, "kind": "view", "actor_kind": "staff", "actor_id": ACTOR, "actor_role": "host",
              "action": "get_customers", "method": "GET", "status": 200} | more  # fmt: skip
    with database.transaction() as session:
        chain.append(session, [Entry(**values).about({guest}) for _ in range(count)])


def ordered(owner, **wanted):
    """Ask for an export of what ACTOR did: asking is in the log too."""
    answer = owner.post("/audit/exports", json={"actor_id": ACTOR} | wanted)
    assert answer.status_code == 202, answer.get_data(as_text=True)
    return answer.get_json()["job_id"]


def downloaded(owner, job_id):
    job = owner.get(f"/jobs/{job_id}").get_json()
    assert job["state"] == "succeeded", job
    answer = owner.get(job["result"]["url"])
    assert answer.status_code == 200
    return job, answer


def test_an_export_is_made_page_by_page_and_downloaded(owner, database, runner, monkeypatch):
    monkeypatch.setattr(exports, "PAGE", 10)
    guest = uuid4()
    seen(database, guest, 25)
    job_id = ordered(owner, customer_id=str(guest), format="csv")
    assert owner.get(f"/jobs/{job_id}").get_json()["state"] == "queued"
    assert owner.get(f"/audit/exports/{job_id}/file").status_code == 410
    assert runner()
    job, answer = downloaded(owner, job_id)
    assert (job["done"], job["total"], job["result"]["entries"]) == (25, 25, 25)
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert len(rows) == 25
    assert {row["customer_ids"] for row in rows} == {str(guest)}
    assert [int(row["sequence"]) for row in rows] == sorted(int(row["sequence"]) for row in rows)


def test_no_cell_is_a_formula_to_a_spreadsheet(owner, database, runner):
    guest = uuid4()
    seen(database, guest, 1, request_id="@SUM(1)", searched=("-1+1",), changed=("\tx",), attempt=-7)
    job_id = ordered(owner, customer_id=str(guest))
    runner()
    (row,) = csv.DictReader(io.StringIO(downloaded(owner, job_id)[1].get_data(as_text=True)))
    assert (row["actor_id"], row["request_id"], row["searched"]) == (f"'{ACTOR}", "'@SUM(1)", "'-1+1")
    assert row["attempt"] == "-7", "a number is a number"
    assert not any(cell.startswith(("=", "@", "+", "\t")) for cell in row.values())


def test_lines_of_json_hold_all_that_the_hashes_are_made_of(owner, database, runner):
    """Whoever has the file can check it by themselves."""
    guest = uuid4()
    seen(database, guest, 3)
    with database.reading() as connection:
        before = connection.scalar(text("SELECT hash FROM audit_entries ORDER BY sequence DESC OFFSET 3 LIMIT 1"))
    job_id = ordered(owner, customer_id=str(guest), format="ndjson")
    runner()
    lines = [json.loads(line) for line in downloaded(owner, job_id)[1].get_data().splitlines()]
    assert len(lines) == 3
    previous = bytes(before)
    for line in lines:
        values = {name: line[name] for name in Entry.__slots__}
        entry = Entry(**values | {"at": datetime.fromisoformat(line["at"]), "searched": (), "changed": (),
                                  "customer_ids": tuple(map(UUID, line["customer_ids"]))})  # fmt: skip
        previous = hash_of(previous, line["sequence"], entry)
        assert line["hash"] == previous.hex()


def test_only_what_is_wanted_is_in_it(owner, database, runner):
    guest = uuid4()
    seen(database, guest, 2, at=NOW - timedelta(days=10))
    seen(database, guest, 3, at=NOW)
    since = (NOW - timedelta(days=1)).isoformat()
    job_id = ordered(owner, **{"from": since, "to": None, "customer_id": str(guest), "format": "ndjson"})
    runner()
    assert downloaded(owner, job_id)[0]["result"]["entries"] == 3


def test_the_export_and_its_download_are_in_the_log_themselves(owner, database, runner):
    job_id = ordered(owner, customer_id=str(uuid4()))
    runner()
    downloaded(owner, job_id)

    def found():
        actions = ("post_audit_exports", "get_audit_exports_job_id_file")
        items = [each for action in actions for each in owner.get(f"/audit?action={action}").get_json()["items"]]
        return {each["kind"] for each in items} == {"attempt", "outcome", "view"}

    wait_until(found)


def test_the_file_is_sealed_at_rest_and_gone_after_a_week(owner, database, runner):
    guest = uuid4()
    seen(database, guest, 5)
    job_id = ordered(owner, customer_id=str(guest))
    runner()
    job, _ = downloaded(owner, job_id)
    with database.transaction() as session:
        pieces = session.scalars(select(JobFile.sealed).where(JobFile.job_id == UUID(job_id))).all()
        assert not any(str(guest).encode() in piece or b"sequence" in piece for piece in pieces)
    expires_at = datetime.fromisoformat(job["result"]["expires_at"])
    assert timedelta(days=6, hours=23) < expires_at - datetime.now(UTC) < timedelta(days=7, hours=1)
    with database.transaction() as session:
        session.execute(text("UPDATE job_files SET expires_at = now() - interval '1 second'"))
    assert owner.get(job["result"]["url"]).status_code == 410
    with database.transaction() as session:
        jobs.forget_old(session, now=datetime.now(UTC))
        assert session.scalars(select(JobFile.number).where(JobFile.job_id == UUID(job_id))).all() == []


def test_a_cancelled_export_stops_and_leaves_no_file(owner, database, runner, monkeypatch):
    guest = uuid4()
    seen(database, guest, 30)
    monkeypatch.setattr(exports, "PAGE", 5)
    job_id = ordered(owner, customer_id=str(guest))
    body, pages = exports.body, []

    def cancelling(form, rows):
        pages.append(len(rows))
        if len(pages) == 2:
            assert owner.post(f"/jobs/{job_id}/cancellations").get_json()["state"] == "cancelled"
        return body(form, rows)

    monkeypatch.setattr(exports, "body", cancelling)
    runner()
    assert owner.get(f"/jobs/{job_id}").get_json()["state"] == "cancelled"
    assert len(pages) == 2
    with database.transaction() as session:
        assert session.scalars(select(JobFile.number).where(JobFile.job_id == UUID(job_id))).all() == []
    assert owner.post(f"/jobs/{job_id}/cancellations").status_code == 200
    assert not runner()


def test_what_has_ended_is_not_cancelled(owner, runner):
    job_id = ordered(owner, customer_id=str(uuid4()))
    runner()
    assert owner.post(f"/jobs/{job_id}/cancellations").status_code == 409


def test_a_job_whose_worker_died_is_begun_anew_by_another(owner, database, runner):
    guest = uuid4()
    seen(database, guest, 4)
    job_id = ordered(owner, customer_id=str(guest), format="ndjson")
    with database.transaction() as session:
        dead = jobs.claim(session, [exports.KIND], now=datetime.now(UTC))
    assert not runner(), "its claim still stands"
    with database.transaction() as session:
        session.execute(text("UPDATE jobs SET claimed_until = now() - interval '1 second'"))
    assert runner()
    assert len(downloaded(owner, job_id)[1].get_data().splitlines()) == 4
    with database.transaction() as session, pytest.raises(jobs.ClaimLost):
        jobs.report(session, dead, done=1, total=1, now=datetime.now(UTC))


def test_a_job_that_kills_every_worker_fails(database, owner):
    job_id = ordered(owner, customer_id=str(uuid4()))
    for _ in range(jobs.MOST_ATTEMPTS + 1):
        with database.transaction() as session:
            jobs.claim(session, [exports.KIND], now=datetime.now(UTC))
            session.execute(text("UPDATE jobs SET claimed_until = now() - interval '1 second'"))
    job = owner.get(f"/jobs/{job_id}").get_json()
    assert (job["state"], bool(job["error"])) == ("failed", True)


def test_what_goes_wrong_is_said_without_its_inside(database, owner):
    def failing(_task):
        raise JobFailed("There is nothing to export.")

    def breaking(_task):
        raise RuntimeError("the secret inside")

    for work, said in ((failing, "nothing to export"), (breaking, "Something went wrong")):
        job_id = ordered(owner, customer_id=str(uuid4()))
        made = Runner(database, {exports.KIND: work})
        made.look()
        wait_until(made.is_idle)
        job = owner.get(f"/jobs/{job_id}").get_json()
        assert job["state"] == "failed"
        assert said in job["error"]
        assert "secret" not in job["error"]


def test_jobs_are_seen_by_who_asked_for_them_and_by_owners(owner, database):
    with database.transaction() as session:
        theirs = jobs.add(session, kind="other", parameters={}, created_by="somebody", now=NOW).id
    assert owner.get(f"/jobs/{theirs}").status_code == 200
    assert owner.get(f"/jobs/{theirs}", role="host").status_code == 404
    assert owner.post(f"/jobs/{theirs}/cancellations", role="manager").status_code == 404
    assert owner.get("/audit/exports/" + str(theirs) + "/file", role="manager").status_code == 403


def test_five_jobs_are_enough_for_one_person(owner, database):
    for _ in range(jobs.MOST_UNFINISHED):
        ordered(owner, customer_id=str(uuid4()))
    assert owner.post("/audit/exports", json={}).status_code == 409


def test_ones_own_jobs_are_in_the_list_of_all_services(owner, runner):
    job_id = ordered(owner, customer_id=str(uuid4()))
    items = owner.get("/jobs").get_json()["items"]
    assert [(each["id"], each["service"], each["kind"]) for each in items] == [(job_id, "gateway", "audit_export")]
    assert owner.get("/jobs", role="host").get_json()["items"] == []


def test_the_worker_does_the_jobs(owner, database, worker):
    guest = uuid4()
    seen(database, guest, 1200)
    job_id = ordered(owner, customer_id=str(guest), format="ndjson")
    worker.begin()
    wait_until(lambda: owner.get(f"/jobs/{job_id}").get_json()["state"] == "succeeded")
    assert len(downloaded(owner, job_id)[1].get_data().splitlines()) == 1200


def test_old_jobs_are_forgotten(database, owner):
    job_id = ordered(owner, customer_id=str(uuid4()))
    with database.transaction() as session:
        job = session.get(Job, UUID(job_id))
        jobs.cancel(job, now=NOW - timedelta(days=91))
    with database.transaction() as session:
        jobs.forget_old(session, now=NOW)
    assert owner.get(f"/jobs/{job_id}").status_code == 404

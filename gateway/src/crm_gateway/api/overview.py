"""The restaurant at a glance: dashboard, reports, jobs, and what a search box suggests."""

from datetime import UTC, datetime

from flask import Response, current_app, jsonify

from crm_chassis.auth import principal
from crm_chassis.http import Blueprint, allow, crm
from crm_gateway.audit.own import saw
from crm_gateway.composition import overview
from crm_gateway.composition.composer import Wanted, composer
from crm_gateway.config import BASE
from crm_gateway.operations import jobs
from crm_gateway.permissions import STAFF_ROLES
from crm_gateway.schemas.jobs import JobState
from crm_gateway.schemas.overview import Dashboard, Jobs, JobsQuery, Reports, SearchQuery, SearchSuggestions

blueprint = Blueprint("overview", __name__, url_prefix=BASE, description="The restaurant at a glance")

SHOWN = JobState()
METRICS, TILES, SUGGESTIONS, JOBS = "success-metrics", "tiles", "suggestions", "jobs"


@blueprint.get("/dashboard")
@allow(*STAFF_ROLES)
@blueprint.response(200, Dashboard)
def show_dashboard() -> Response:
    """Show the success metrics with target and baseline, and the tiles of the asker's home page.

    A metric that no service brings yet has the value null and the status not_offered. Figures are those of the
    locations that the asker is bound to.
    """
    asker = principal()
    wholes = composer().compose_all({METRICS: Wanted(), TILES: Wanted()}, asker, within_s=_deadline_s())
    unavailable = [{**each, "part": whole} for whole, found in wholes.items() for each in found.unavailable]
    return jsonify(
        {
            "persona": asker.role,
            "success_metrics": overview.success_metrics(wholes[METRICS]),
            "tiles": overview.tiles(wholes[TILES], asker.role),
            "unavailable": unavailable,
            "as_of": datetime.now(UTC),
        }
    )


@blueprint.get("/reports")
@allow(*STAFF_ROLES)
@blueprint.response(200, Reports)
def list_reports() -> Response:
    """List the product's reports, where each is, who may read it, and whether a service offers it yet."""
    return jsonify({"items": overview.reports(current_app.extensions["document"])})


@blueprint.get("/jobs")
@allow(*STAFF_ROLES)
@blueprint.arguments(JobsQuery, location="query", as_kwargs=True)
@blueprint.response(200, Jobs)
def list_jobs(limit: int) -> Response:
    """List the asker's running and recent jobs of all services, running ones first."""
    found = composer().compose(JOBS, principal(), within_s=_deadline_s(), query={"limit": str(limit)})
    with crm().database.transaction() as session:
        own = [
            {**SHOWN.dump(job), "service": "gateway"} for job in jobs.of_person(session, principal().id, limit=limit)
        ]
    return jsonify({"items": overview.newest(found, limit, own), "unavailable": found.unavailable})


@blueprint.get("/search/suggestions")
@allow(*STAFF_ROLES)
@blueprint.arguments(SearchQuery, location="query", as_kwargs=True)
@blueprint.response(200, SearchSuggestions)
def suggest(q: str, limit: int) -> Response:
    """Suggest what may be meant by what somebody began to type; kinds that are not there in time are named."""
    deadline_s = crm().settings.suggestions_deadline_ms / 1000
    found = composer().compose(SUGGESTIONS, principal(), within_s=deadline_s, query={"q": q, "limit": str(limit)})
    items = overview.interleaved(found, limit)
    saw(overview.guests_in(items))
    return jsonify({"items": items, "unavailable": found.unavailable})


def _deadline_s() -> float:
    return float(crm().settings.profile_deadline_ms) / 1000

"""Long work of the gateway's own."""

from datetime import UTC, datetime
from uuid import UUID

from crm_chassis.auth import Principal, principal
from crm_chassis.http import Blueprint, allow, crm
from crm_gateway.config import BASE
from crm_gateway.jobs import files
from crm_gateway.models.jobs import Job
from crm_gateway.operations import jobs
from crm_gateway.permissions import STAFF_ROLES
from crm_gateway.schemas.jobs import JobState

blueprint = Blueprint("jobs", __name__, url_prefix=f"{BASE}/jobs", description="Long work and how far it is")


@blueprint.get("/<uuid:job_id>")
@blueprint.response(200, JobState)
@allow(*STAFF_ROLES)
def show_job(job_id: UUID) -> Job:
    """Show a job of one's own, or any to the owner."""
    with crm().database.transaction() as session:
        return jobs.find(session, job_id, asker=_asker(principal()))


@blueprint.post("/<uuid:job_id>/cancellations")
@blueprint.response(200, JobState)
@blueprint.alt_response(409, "CONFLICT")
@allow(*STAFF_ROLES)
def cancel_job(job_id: UUID) -> Job:
    """Cancel a job that has not ended; what it made is deleted."""
    with crm().database.transaction() as session:
        job = jobs.find(session, job_id, asker=_asker(principal()), locked=True)
        jobs.cancel(job, now=datetime.now(UTC))
        files.drop(session, job_id)
        return job


def _asker(asking: Principal) -> str | None:
    """Give whose jobs somebody may see: their own, an owner everybody's."""
    return None if asking.role == "owner" else asking.id

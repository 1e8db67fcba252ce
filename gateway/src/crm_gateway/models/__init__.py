"""The gateway's own tables, a module for each thing it looks after; all are known once this package is."""

from crm_gateway.models import audit as audit
from crm_gateway.models import edge as edge
from crm_gateway.models import identity as identity
from crm_gateway.models import jobs as jobs
from crm_gateway.models import sessions as sessions
from crm_gateway.models import webhooks as webhooks
from crm_gateway.models.base import Base as Base

"""One fact or an array of them comes in by POST; an array has an outcome for each (RULES C2)."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify

from crm_chassis.errors import DomainError
from crm_chassis.fastload import FastLoader
from crm_chassis.http import InvalidRequest, crm, read_json
from crm_chassis.problems import STATUS
from crm_customer.operations.taking import Taken

MOST = 1_000
BODY_LIMIT = 4 * 1024 * 1024


def one_or_many(schema: type[Any]) -> dict[str, Any]:
    """Describe a body that is one or an array, for the OpenAPI document."""
    either = {"oneOf": [schema, {"type": "array", "maxItems": MOST, "items": schema}]}
    return {"required": True, "content": {"application/json": {"schema": either}}}


def take_in(loader: FastLoader, take: Callable[..., Sequence[Taken]], *, kind: str) -> Response:
    """Answer with one outcome each, in the order sent; of a single fact a refusal is the answer itself.

    ``take(session, items)`` takes them in; ``kind`` names the field that holds our id: ``order`` -> ``order_id``.
    """
    body = read_json()
    is_array = isinstance(body, list)
    raw = body if is_array else [body]
    if len(raw) > MOST:
        raise InvalidRequest(errors={"body": [f"At most {MOST} {kind}s at once."]})
    items = [_loaded(loader, item) for item in raw]
    with crm().database.transaction() as session:
        taken = take(session, items)
    if not is_array and taken[0].problem is not None:
        raise taken[0].problem
    return jsonify({"items": [_outcome(*pair, f"{kind}_id") for pair in zip(raw, taken, strict=True)]})


def _loaded(loader: FastLoader, item: Any) -> dict[str, Any] | DomainError:
    """Read one item's shape; what is wrong with it is its outcome."""
    try:
        return loader.load(item)
    except DomainError as refusal:
        return refusal


def _outcome(raw: Any, taken: Taken, id_name: str) -> dict[str, Any]:
    """Shape one outcome; a rejected item says which it was, as far as it can be read."""
    external_id = raw.get("external_id") if isinstance(raw, dict) else None
    shaped: dict[str, Any] = {
        "external_id": external_id if isinstance(external_id, str) else None,
        id_name: taken.id,
        "customer_id": taken.customer_id,
        "outcome": taken.outcome,
    }
    if taken.problem is not None:
        shaped["problem"] = {
            "type": taken.problem.type,
            "title": HTTPStatus(STATUS[taken.problem.kind]).phrase,
            "detail": str(taken.problem),
            "errors": taken.problem.errors,
        }
    return shaped

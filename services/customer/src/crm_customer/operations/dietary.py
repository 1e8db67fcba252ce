"""What guests must not or do not eat: sealed apart from the profile, shown to nobody but those who serve (RULES F6)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_customer.providers.vault import DIETARY, Vault

LOCK = text("SELECT id FROM guest WHERE id = ANY(CAST(:ids AS uuid[])) ORDER BY id FOR UPDATE")
CLEAR = text("UPDATE guest SET dietary = NULL WHERE id = ANY(CAST(:ids AS uuid[])) AND dietary IS NOT NULL")
SET = text("UPDATE guest SET dietary = :sealed WHERE id = :id")

Needs = Sequence[Mapping[str, Any]]


def lock_person(session: Session, customer_id: UUID) -> None:
    """Lock all records of a person in ascending order, as merging and erasing do; before any one of them is."""
    session.execute(LOCK, {"ids": subjects.members(session, customer_id)})


def set_needs(session: Session, *, vault: Vault, guest_id: UUID, needs: Needs | None) -> None:
    """Let a guest have exactly these needs, whatever a record merged into theirs had; None and none clear them."""
    session.execute(CLEAR, {"ids": subjects.members(session, guest_id)})
    if needs:
        session.execute(SET, {"sealed": vault.seal([(guest_id, needs)], DIETARY)[0], "id": guest_id})

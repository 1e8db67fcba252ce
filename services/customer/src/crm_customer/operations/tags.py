"""The managed vocabulary of tags: a word is added when it is first used, and has an id from then on."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_customer.models import GuestTag, Tag
from crm_customer.operations import bulk


def tag_ids(session: Session, names: Collection[str]) -> dict[str, UUID]:
    """Return the id of each tag, new words added."""
    wanted = sorted(set(names))
    known = _known(session, wanted)
    if missing := [name for name in wanted if name not in known]:
        rows = [{"id": uuid7(), "name": name} for name in missing]
        bulk.insert_absent(session, "tag", {"id": "uuid", "name": "text"}, rows)
        known = _known(session, wanted)
    return known


def set_tags(session: Session, *, guest_id: UUID, names: Sequence[str]) -> list[UUID]:
    """Give a guest exactly these tags; returns their ids, ascending."""
    ids = sorted(tag_ids(session, names).values())
    session.execute(delete(GuestTag).where(GuestTag.guest_id == guest_id, GuestTag.tag_id.not_in(ids)))
    rows = [{"guest_id": guest_id, "tag_id": tag_id} for tag_id in ids]
    bulk.insert_absent(session, "guest_tag", {"guest_id": "uuid", "tag_id": "uuid"}, rows)
    return ids


def _known(session: Session, names: Sequence[str]) -> dict[str, UUID]:
    if not names:
        return {}
    return {row.name: row.id for row in session.execute(select(Tag.name, Tag.id).where(Tag.name.in_(names)))}

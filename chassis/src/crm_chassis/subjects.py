"""Who a subject is by now: merged into another, or erased (RULES E1, E2).

Merging never rewrites rows: an alias map leads from the merged id to the survivor, and taking the merge back empties
one entry. Everything here may be repeated without further effect, and told in any order: ``sequence`` is that of the
event that tells it, and an entry keeps the newest (RULES D1).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

# UNION, not UNION ALL: two services that told each other opposite merges must not send us round in circles.
RESOLVE = text("""
WITH RECURSIVE step(id, reached, depth) AS (
    SELECT merged, survivor, 1 FROM subject_alias
    WHERE merged = ANY(CAST(:ids AS uuid[])) AND survivor IS NOT NULL
    UNION
    SELECT step.id, alias.survivor, depth + 1 FROM step JOIN subject_alias alias ON alias.merged = step.reached
    WHERE depth < 100 AND alias.survivor IS NOT NULL
)
SELECT DISTINCT ON (id) id, reached FROM step ORDER BY id, depth DESC
""")
PERSON = text("""
WITH RECURSIVE step(id, depth) AS (
    SELECT CAST(:id AS uuid), 0
    UNION
    SELECT alias.survivor, depth + 1 FROM step JOIN subject_alias alias ON alias.merged = step.id
    WHERE depth < 100 AND alias.survivor IS NOT NULL
), survivor AS (
    SELECT id FROM step ORDER BY depth DESC LIMIT 1
), person(id) AS (
    SELECT id FROM survivor
    UNION
    SELECT alias.merged FROM person JOIN subject_alias alias ON alias.survivor = person.id
)
SELECT survivor.id AS survivor, person.id FROM person, survivor ORDER BY person.id
""")
TELL = text("""
INSERT INTO subject_alias (merged, survivor, sequence) VALUES (:merged, :survivor, :sequence)
ON CONFLICT (merged) DO UPDATE SET survivor = excluded.survivor, sequence = excluded.sequence
WHERE subject_alias.sequence <= excluded.sequence
""")
ERASE = text("INSERT INTO erased_subject (subject) VALUES (:subject) ON CONFLICT DO NOTHING")
LOCK_SEQUENCE = text("""
INSERT INTO subject_sequence (subject, sequence) VALUES (:subject, 0)
ON CONFLICT (subject) DO UPDATE SET sequence = subject_sequence.sequence
""")
FORGET_ANSWERS = text("DELETE FROM idempotent_answer WHERE subject = :subject")
ERASURES = text("""
SELECT erased.subject, erased.erased_at, known.sequence FROM erased_subject erased
JOIN subject_sequence known ON known.subject = erased.subject ORDER BY erased.subject
""")
IS_ERASED = text("SELECT subject FROM erased_subject WHERE subject = ANY(CAST(:ids AS uuid[]))")


class Person(NamedTuple):
    """Who an id means: the survivor, and in ascending order all ids that stand for it, its own included."""

    survivor: UUID
    ids: list[UUID]


class Erasure(NamedTuple):
    """A subject that was erased, when, and the sequence of the last event about it."""

    subject: UUID
    erased_at: datetime
    sequence: int


def resolve(session: Session | Connection, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Map each id to the survivor it stands for by now; an id that was never merged to itself."""
    wanted = list(ids)
    found = {row.id: row.reached for row in session.execute(RESOLVE, {"ids": wanted})} if wanted else {}
    return {id_: found.get(id_, id_) for id_ in wanted}


def person(session: Session | Connection, id: UUID) -> Person:  # noqa: A002 -- it is the id, as everywhere
    """Give the survivor that an id stands for by now and all ids that mean the same person."""
    rows = session.execute(PERSON, {"id": id}).all()
    return Person(rows[0].survivor, [row.id for row in rows])


def members(session: Session | Connection, id: UUID) -> list[UUID]:  # noqa: A002 -- it is the id, as everywhere
    """List all ids that mean this person, the survivor's included, in ascending order."""
    return person(session, id).ids


def merge(session: Session, *, merged: UUID, survivor: UUID, sequence: int = 0) -> None:
    """Let ``merged`` stand for ``survivor`` from now on; a merge with itself is ignored.

    Merges that lead back to where they began are kept too: one of them was taken back, which we are yet to hear.
    """
    if merged != survivor:
        session.execute(TELL, {"merged": merged, "survivor": survivor, "sequence": sequence})


def unmerge(session: Session, *, merged: UUID, sequence: int = 0) -> None:
    """Let ``merged`` stand for itself again, along with the ids that were merged into it."""
    session.execute(TELL, {"merged": merged, "survivor": None, "sequence": sequence})


def erase(session: Session, subject: UUID) -> None:
    """Refuse further events of ``subject``, and drop the stored answers about them.

    Call it late in a transaction, it waits for events under way.
    """
    session.execute(LOCK_SEQUENCE, {"subject": subject})
    session.execute(ERASE, {"subject": subject})
    session.execute(FORGET_ANSWERS, {"subject": subject})


def is_erased(session: Session | Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Give those of ``ids`` that were erased themselves."""
    wanted = list(ids)
    return set(session.scalars(IS_ERASED, {"ids": wanted})) if wanted else set()


def erasures(session: Session) -> Iterator[Erasure]:
    """Stream all erasures there were, by subject."""
    for row in session.execute(ERASURES, execution_options={"yield_per": 1_000}):
        yield Erasure(row.subject, row.erased_at, row.sequence)

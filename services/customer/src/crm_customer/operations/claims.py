"""Claims: whoever makes the guest of an unknown identity holds it until the commit, so that two tills make one guest.

A claim is a row of an unlogged table that is deleted again in the same transaction: inserting it waits for
every transaction that has inserted the same, and nothing remains.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

CLAIM = text("""
INSERT INTO identity_claim (token) SELECT token FROM unnest(CAST(:tokens AS bytea[])) AS wanted (token)
ON CONFLICT DO NOTHING
""")
RELEASE = text("DELETE FROM identity_claim WHERE token = ANY(CAST(:tokens AS bytea[]))")


@contextmanager
def held(session: Session, tokens: Collection[bytes]) -> Iterator[None]:
    """Hold the identities while the block decides and writes; taken in sorted order, so that nobody waits in a circle.

    What others committed about them is visible within the block. The hold itself lasts until the transaction ends.
    """
    if not tokens:
        yield
        return
    ordered = sorted(set(tokens))
    session.execute(CLAIM, {"tokens": ordered})
    yield
    session.execute(RELEASE, {"tokens": ordered})

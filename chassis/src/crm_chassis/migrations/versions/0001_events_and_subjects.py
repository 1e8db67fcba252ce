"""Outbox, inbox, subjects and stored answers.

The outbox, whose rows live for milliseconds, is vacuumed after every few thousand deletions; waiting for the usual
fifth of the table would leave the relay reading over dead rows.
"""

from alembic import op

revision = "0001"
down_revision = None

UP = """
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id uuid NOT NULL,
    type text NOT NULL,
    subject uuid NOT NULL,
    traceparent text,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0,
        autovacuum_analyze_scale_factor = 0.0, autovacuum_analyze_threshold = 20000);
CREATE TABLE inbox (
    event_id uuid NOT NULL,
    consumer text NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, consumer)
);
CREATE INDEX inbox_received_at ON inbox USING brin (received_at);
CREATE TABLE subject_sequence (
    subject uuid PRIMARY KEY,
    sequence bigint NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE subject_alias (
    merged uuid PRIMARY KEY,
    survivor uuid,
    sequence bigint NOT NULL
);
CREATE INDEX subject_alias_survivor ON subject_alias (survivor);
CREATE TABLE erased_subject (
    subject uuid PRIMARY KEY,
    erased_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE idempotent_answer (
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status bigint NOT NULL,
    answer bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotent_answer_created_at ON idempotent_answer (created_at);
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP TABLE idempotent_answer, erased_subject, subject_alias, subject_sequence, inbox, outbox")

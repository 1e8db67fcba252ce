"""The migrations make what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from crm_loyalty.models import Base


def test_models_and_migrations_agree(database):
    own = {"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, **own})
        assert compare_metadata(context, Base.metadata) == []

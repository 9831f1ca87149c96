"""Alembic environment: runs on the connection that :func:`gis.store.migrate` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection, version_table="alembic_version", version_table_schema="sig_meta"
)
with context.begin_transaction():
    context.run_migrations()

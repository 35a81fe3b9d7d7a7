"""Alembic's entry: runs the migrations of one store on the connection that `db.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Text


def _render(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our one text type by the name the template gives it."""
    return "TEXT" if kind == "type" and isinstance(item, Text) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    # SQLite cannot alter a column: Alembic then copies the table.
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    render_item=_render,
)
with context.begin_transaction():
    context.run_migrations()

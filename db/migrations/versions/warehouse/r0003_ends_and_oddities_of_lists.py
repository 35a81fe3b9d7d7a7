"""Ends and oddities of lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Text in code point order on both stores.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Move one step up. Lists are read from the archive again: nobody wrote down how the old ones ended."""
    op.execute("DELETE FROM list_page")
    with op.batch_alter_table("list_page", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last", sa.Boolean(), nullable=False))
        batch_op.add_column(sa.Column("warnings", TEXT, nullable=False))


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("list_page", schema=None) as batch_op:
        batch_op.drop_column("warnings")
        batch_op.drop_column("last")

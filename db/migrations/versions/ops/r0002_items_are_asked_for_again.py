"""Items are asked for again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: Text in code point order on both stores.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Move one step up."""
    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_capture_source_outcome_fetched_at"), ["source", "outcome", "fetched_at"], unique=False
        )

    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.add_column(sa.Column("mark", TEXT, nullable=True))
        batch_op.add_column(sa.Column("again_on", TEXT, nullable=True))
        batch_op.drop_index(batch_op.f("ix_frontier_source_kind_state"))
        batch_op.create_index(
            batch_op.f("ix_frontier_source_again_on_key"), ["source", "again_on", "key"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_frontier_source_kind_state_key"), ["source", "kind", "state", "key"], unique=False
        )


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frontier_source_kind_state_key"))
        batch_op.drop_index(batch_op.f("ix_frontier_source_again_on_key"))
        batch_op.create_index(batch_op.f("ix_frontier_source_kind_state"), ["source", "kind", "state"], unique=False)
        batch_op.drop_column("again_on")
        batch_op.drop_column("mark")

    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_capture_source_outcome_fetched_at"))

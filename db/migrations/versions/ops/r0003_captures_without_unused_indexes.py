"""Captures without the indexes that nobody asked."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move one step up."""
    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_capture_raw_sha256"))
        batch_op.drop_index(batch_op.f("ix_capture_source_source_id"))


def downgrade() -> None:
    """Undo it."""
    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_capture_source_source_id"), ["source", "source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_capture_raw_sha256"), ["raw_sha256"], unique=False)

"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Text in code point order on both stores.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Move one step up."""
    op.create_table(
        "capture",
        sa.Column("segment", TEXT, nullable=False),
        sa.Column("offset", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source", TEXT, nullable=True),
        sa.Column("scope", TEXT, nullable=True),
        sa.Column("window", TEXT, nullable=True),
        sa.Column("kind", TEXT, nullable=True),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("outcome", TEXT, nullable=True),
        sa.Column("fetched_at", TEXT, nullable=True),
        sa.Column("attempt", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("walk", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("page", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("source_id", TEXT, nullable=True),
        sa.Column("method", TEXT, nullable=True),
        sa.Column("status", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("content_type", TEXT, nullable=True),
        sa.Column("detail", TEXT, nullable=True),
        sa.Column("raw_sha256", TEXT, nullable=True),
        sa.Column("length", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("segment", "offset", name=op.f("pk_capture")),
    )
    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_capture_raw_sha256"), ["raw_sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_capture_source_source_id"), ["source", "source_id"], unique=False)

    op.create_table(
        "cursor",
        sa.Column("segment", TEXT, nullable=False),
        sa.Column("offset", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("segment", name=op.f("pk_cursor")),
    )
    op.create_table(
        "frontier",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("window", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("walk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("attempts", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("last_error", TEXT, nullable=True),
        sa.Column("raw_sha256", TEXT, nullable=True),
        sa.Column("segment", TEXT, nullable=True),
        sa.Column("page", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("offset", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("source", "kind", "key", name=op.f("pk_frontier")),
    )
    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_frontier_source_kind_state"), ["source", "kind", "state"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("owner", TEXT, nullable=False),
        sa.Column("token", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("heartbeat", sa.Double(), nullable=False),
        sa.Column("expires", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "walk",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("window", TEXT, nullable=False),
        sa.Column("walk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("began", TEXT, nullable=True),
        sa.Column("page", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("distinct_ids", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total_first", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.Column("total_last", sa.BigInteger(), autoincrement=False, nullable=True),
        sa.PrimaryKeyConstraint("source", "scope", "window", "walk", name=op.f("pk_walk")),
    )
    op.create_table(
        "walk_item",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("window", TEXT, nullable=False),
        sa.Column("walk", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("source", "scope", "window", "walk", "source_id", name=op.f("pk_walk_item")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("walk_item")
    op.drop_table("walk")
    op.drop_table("lease")
    with op.batch_alter_table("frontier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_frontier_source_kind_state"))

    op.drop_table("frontier")
    op.drop_table("cursor")
    with op.batch_alter_table("capture", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_capture_source_source_id"))
        batch_op.drop_index(batch_op.f("ix_capture_raw_sha256"))

    op.drop_table("capture")

"""Policies and their copies."""

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
    op.create_table(
        "policy",
        sa.Column("policy_id", TEXT, nullable=False),
        sa.Column("doc_number", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("issuers", TEXT, nullable=False),
        sa.Column("doc_type", TEXT, nullable=True),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("place_code", TEXT, nullable=True),
        sa.Column("published_on", TEXT, nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("copies", sa.BigInteger(), nullable=False),
        sa.Column("recipe", TEXT, nullable=False),
        sa.CheckConstraint("\"level\" IN ('central', 'province', 'city')", name=op.f("ck_policy_level")),
        sa.PrimaryKeyConstraint("policy_id", name=op.f("pk_policy")),
    )
    op.create_table(
        "policy_copy",
        sa.Column("policy_id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("published_on", TEXT, nullable=True),
        sa.Column("evidence", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"],
            ["policy.policy_id"],
            name=op.f("fk_policy_copy_policy_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("policy_id", "source", "source_id", name=op.f("pk_policy_copy")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("policy_copy")
    op.drop_table("policy")

"""Organisations of imported lists."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: Text in code point order on both stores.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Move one step up."""
    op.create_table(
        "organisation",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("org_id", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("former_names", TEXT, nullable=False),
        sa.Column("short_names", TEXT, nullable=False),
        sa.Column("uscc", TEXT, nullable=True),
        sa.Column("code", TEXT, nullable=True),
        sa.Column("city_code", TEXT, nullable=True),
        sa.Column("city_evidence", TEXT, nullable=False),
        sa.Column("industry", TEXT, nullable=True),
        sa.Column("status", TEXT, nullable=True),
        sa.Column("founded_on", TEXT, nullable=True),
        sa.Column("listed_on", TEXT, nullable=False),
        sa.Column("out_of_scope", TEXT, nullable=True),
        sa.Column("recipe", TEXT, nullable=False),
        sa.CheckConstraint("\"kind\" IN ('firm', 'bank')", name=op.f("ck_organisation_kind")),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_organisation")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("organisation")

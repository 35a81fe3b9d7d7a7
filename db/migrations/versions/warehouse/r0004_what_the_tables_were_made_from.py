"""What the tables were made from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Text in code point order on both stores.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Move one step up."""
    op.create_table(
        "build",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("recipe", TEXT, nullable=False),
        sa.Column("said", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_build")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("build")

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
        "award",
        sa.Column("award_id", TEXT, nullable=False),
        sa.Column("project_code", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("purchaser", TEXT, nullable=True),
        sa.Column("buyer_id", TEXT, nullable=True),
        sa.Column("buyer_city", TEXT, nullable=True),
        sa.Column("bank_class", TEXT, nullable=True),
        sa.Column("bank_level", TEXT, nullable=True),
        sa.Column("published_on", TEXT, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("lots", sa.BigInteger(), nullable=False),
        sa.Column("framework", sa.Boolean(), nullable=False),
        sa.Column("status", TEXT, nullable=False),
        sa.Column("recipe", TEXT, nullable=False),
        sa.CheckConstraint("\"status\" IN ('standing', 'cancelled')", name=op.f("ck_award_status")),
        sa.PrimaryKeyConstraint("award_id", name=op.f("pk_award")),
    )
    op.create_table(
        "contribution",
        sa.Column("indicator", TEXT, nullable=False),
        sa.Column("city_code", TEXT, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("source_kind", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.CheckConstraint(
            "\"source_kind\" IN ('deal', 'award', 'document')", name=op.f("ck_contribution_source_kind")
        ),
        sa.PrimaryKeyConstraint(
            "indicator", "city_code", "year", "source_kind", "source_id", name=op.f("pk_contribution")
        ),
    )
    op.create_table(
        "coverage_day",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("day", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("listed", sa.BigInteger(), nullable=False),
        sa.Column("open_items", sa.BigInteger(), nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.Column("lag_days", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "\"state\" IN ('not_looked', 'partial', 'complete', 'silent', 'blocked', 'ended')",
            name=op.f("ck_coverage_day_state"),
        ),
        sa.CheckConstraint("open_items BETWEEN 0 AND listed", name=op.f("ck_coverage_day_open_items")),
        sa.PrimaryKeyConstraint("source", "scope", "day", name=op.f("pk_coverage_day")),
    )
    op.create_table(
        "declaration",
        sa.Column("import_id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("declaration", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_declaration")),
    )
    op.create_table(
        "document",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("notice_type", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("published_at", TEXT, nullable=True),
        sa.Column("place_code", TEXT, nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=True),
        sa.Column("characters", sa.BigInteger(), nullable=False),
        sa.Column("record", TEXT, nullable=False),
        sa.Column("raw_sha256", TEXT, nullable=False),
        sa.Column("parser", TEXT, nullable=False),
        sa.Column("recipe", TEXT, nullable=False),
        sa.CheckConstraint("\"kind\" IN ('notice', 'policy', 'report')", name=op.f("ck_document_kind")),
        sa.PrimaryKeyConstraint("source", "source_id", "fingerprint", name=op.f("pk_document")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_raw_sha256"), ["raw_sha256"], unique=False)

    op.create_table(
        "edge",
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("seller_city", TEXT, nullable=False),
        sa.Column("buyer_city", TEXT, nullable=False),
        sa.Column("bank_class", TEXT, nullable=False),
        sa.Column("domain", TEXT, nullable=False),
        sa.Column("deals", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("year", "seller_city", "buyer_city", "bank_class", "domain", name=op.f("pk_edge")),
    )
    op.create_table(
        "hit",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("lexicon", TEXT, nullable=False),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("term", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("layer", TEXT, nullable=True),
        sa.Column("dimension", TEXT, nullable=True),
        sa.Column("policy", TEXT, nullable=False),
        sa.Column("recipe", TEXT, nullable=False),
        sa.CheckConstraint("\"policy\" IN ('strict', 'published')", name=op.f("ck_hit_policy")),
        sa.CheckConstraint('"start" >= 0 AND "end" > "start"', name=op.f("ck_hit_span")),
        sa.PrimaryKeyConstraint("source", "source_id", "lexicon", "field", "start", "end", name=op.f("pk_hit")),
    )
    op.create_table(
        "list_page",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("raw_sha256", TEXT, nullable=False),
        sa.Column("listed", sa.BigInteger(), nullable=True),
        sa.Column("pages", sa.BigInteger(), nullable=True),
        sa.Column("items", TEXT, nullable=False),
        sa.Column("error", TEXT, nullable=True),
        sa.Column("recipe", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("source", "raw_sha256", name=op.f("pk_list_page")),
    )
    op.create_table(
        "listing",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("scope", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("title", TEXT, nullable=True),
        sa.Column("published_on", TEXT, nullable=True),
        sa.Column("kind_given", TEXT, nullable=True),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.CheckConstraint(
            "\"state\" IN ('parsed', 'quarantined', 'out_of_scope', 'pending')", name=op.f("ck_listing_state")
        ),
        sa.PrimaryKeyConstraint("source", "source_id", name=op.f("pk_listing")),
    )
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_listing_source_state"), ["source", "state"], unique=False)

    op.create_table(
        "measurement",
        sa.Column("city_code", TEXT, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("indicator", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("vintage", TEXT, nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("city_code", "year", "indicator", "source", "vintage", name=op.f("pk_measurement")),
    )
    op.create_table(
        "observation",
        sa.Column("indicator", TEXT, nullable=False),
        sa.Column("city_code", TEXT, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("boundary", TEXT, nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", TEXT, nullable=False),
        sa.Column("basis", TEXT, nullable=False),
        sa.Column("completeness", sa.Double(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("reason", TEXT, nullable=True),
        sa.CheckConstraint("\"basis\" IN ('observed', 'derived', 'interpolated')", name=op.f("ck_observation_basis")),
        sa.CheckConstraint(
            "(completeness = 1 AND value IS NOT NULL) OR reason IS NOT NULL", name=op.f("ck_observation_reason")
        ),
        sa.CheckConstraint("completeness > 0 OR value IS NULL", name=op.f("ck_observation_unknown_is_empty")),
        sa.CheckConstraint("completeness BETWEEN 0 AND 1", name=op.f("ck_observation_completeness")),
        sa.PrimaryKeyConstraint("indicator", "city_code", "year", "boundary", name=op.f("pk_observation")),
    )
    op.create_table(
        "place",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("short_name", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("province_code", TEXT, nullable=True),
        sa.Column("province", TEXT, nullable=True),
        sa.CheckConstraint(
            "\"level\" IN ('province', 'municipality', 'prefecture', 'none')", name=op.f("ck_place_level")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_place")),
    )
    op.create_table(
        "quarantine",
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("raw_sha256", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("url", TEXT, nullable=True),
        sa.Column("parser", TEXT, nullable=False),
        sa.Column("recipe", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("source", "source_id", "raw_sha256", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "resolution",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("address", TEXT, nullable=False),
        sa.Column("uscc", TEXT, nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("org_id", TEXT, nullable=True),
        sa.Column("canonical_name", TEXT, nullable=True),
        sa.Column("org_kind", TEXT, nullable=True),
        sa.Column("bank_class", TEXT, nullable=True),
        sa.Column("level", TEXT, nullable=True),
        sa.Column("city_code", TEXT, nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=True),
        sa.Column("candidates", TEXT, nullable=True),
        sa.Column("recipe", TEXT, nullable=False),
        sa.CheckConstraint("\"kind\" IN ('bank', 'firm', 'body')", name=op.f("ck_resolution_kind")),
        sa.CheckConstraint(
            "\"method\" IN ('decision', 'uscc', 'cnaps', 'alias', 'grammar', 'address', 'name_place', 'fuzzy', 'none')",
            name=op.f("ck_resolution_method"),
        ),
        sa.PrimaryKeyConstraint("kind", "name", "address", "uscc", "year", name=op.f("pk_resolution")),
    )
    op.create_table(
        "award_line",
        sa.Column("award_id", TEXT, nullable=False),
        sa.Column("lot", TEXT, nullable=False),
        sa.Column("supplier", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=True),
        sa.Column("supplier_address", TEXT, nullable=True),
        sa.Column("uscc", TEXT, nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("amount_basis", TEXT, nullable=False),
        sa.Column("tax_basis", TEXT, nullable=False),
        sa.Column("amount_note", TEXT, nullable=True),
        sa.Column("currency", TEXT, nullable=False),
        sa.CheckConstraint(
            "\"amount_basis\" IN ('sole', 'leader', 'member', 'equal_share', 'unknown')",
            name=op.f("ck_award_line_amount_basis"),
        ),
        sa.CheckConstraint("\"tax_basis\" IN ('incl', 'excl', 'unknown')", name=op.f("ck_award_line_tax_basis")),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.award_id"], name=op.f("fk_award_line_award_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("award_id", "lot", "supplier", name=op.f("pk_award_line")),
    )
    op.create_table(
        "award_notice",
        sa.Column("award_id", TEXT, nullable=False),
        sa.Column("source", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("evidence", TEXT, nullable=False),
        sa.CheckConstraint(
            "\"role\" IN ('award', 'copy', 'correction', 'cancellation')", name=op.f("ck_award_notice_role")
        ),
        sa.ForeignKeyConstraint(
            ["award_id"],
            ["award.award_id"],
            name=op.f("fk_award_notice_award_id"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("award_id", "source", "source_id", name=op.f("pk_award_notice")),
    )
    with op.batch_alter_table("award_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_award_notice_source_source_id"), ["source", "source_id"], unique=False)

    op.create_table(
        "deal",
        sa.Column("award_id", TEXT, nullable=False),
        sa.Column("supplier_id", TEXT, nullable=False),
        sa.Column("supplier", TEXT, nullable=False),
        sa.Column("seller_city", TEXT, nullable=True),
        sa.Column("buyer_city", TEXT, nullable=True),
        sa.Column("buyer_id", TEXT, nullable=True),
        sa.Column("bank_class", TEXT, nullable=True),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("published_on", TEXT, nullable=False),
        sa.Column("lots", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("amount_complete", sa.Boolean(), nullable=False),
        sa.Column("framework", sa.Boolean(), nullable=False),
        sa.Column("domains", TEXT, nullable=False),
        sa.Column("primary_domain", TEXT, nullable=True),
        sa.Column("recipe", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["award_id"], ["award.award_id"], name=op.f("fk_deal_award_id"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("award_id", "supplier_id", name=op.f("pk_deal")),
    )


def downgrade() -> None:
    """Undo it."""
    op.drop_table("deal")
    with op.batch_alter_table("award_notice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_award_notice_source_source_id"))

    op.drop_table("award_notice")
    op.drop_table("award_line")
    op.drop_table("resolution")
    op.drop_table("quarantine")
    op.drop_table("place")
    op.drop_table("observation")
    op.drop_table("measurement")
    with op.batch_alter_table("listing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_listing_source_state"))

    op.drop_table("listing")
    op.drop_table("list_page")
    op.drop_table("hit")
    op.drop_table("edge")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_raw_sha256"))

    op.drop_table("document")
    op.drop_table("declaration")
    op.drop_table("coverage_day")
    op.drop_table("contribution")
    op.drop_table("award")

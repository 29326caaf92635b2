"""Subscriptions, the issues of the digest, and who got which."""

import sqlalchemy as sa
from alembic import op

revision = "v0002"
down_revision = "v0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "subscription",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String, nullable=False, unique=True),
        sa.Column("frequency", sa.String, nullable=False),
        sa.Column("rooms", sa.JSON, nullable=False),
        sa.Column("query", sa.String, nullable=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("confirmed", sa.DateTime),
        sa.Column("reason", sa.String, nullable=False),
    )
    op.create_table(
        "news",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("mark", sa.String, nullable=False),
        sa.Column("seen", sa.DateTime, nullable=False, index=True),
        sa.UniqueConstraint("slug", "kind", "mark"),
    )
    op.create_table(
        "issue",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.String, nullable=False, unique=True),
        sa.Column("frequency", sa.String, nullable=False),
        sa.Column("cut", sa.DateTime, nullable=False),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("issue_id", sa.Integer, sa.ForeignKey("issue.id"), nullable=False),
        sa.Column(
            "subscription_id",
            sa.Integer,
            sa.ForeignKey("subscription.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("since", sa.DateTime, nullable=False),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("message_id", sa.String, nullable=False),
        sa.Column("changed", sa.DateTime, nullable=False),
        sa.Column("error", sa.String, nullable=False),
        sa.UniqueConstraint("issue_id", "subscription_id"),
    )


def downgrade() -> None:
    """Remove the tables."""
    for name in ("delivery", "issue", "news", "subscription"):
        op.drop_table(name)

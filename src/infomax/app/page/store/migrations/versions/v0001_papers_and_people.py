"""Papers that editors add, people, votes, comments and runs."""

import sqlalchemy as sa
from alembic import op

revision = "v0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "person",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
    )
    op.create_table(
        "used_link",
        sa.Column("digest", sa.String, primary_key=True),
        sa.Column("used", sa.DateTime, nullable=False),
    )
    op.create_table(
        "added_paper",
        sa.Column("slug", sa.String, primary_key=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("arxiv", sa.String, nullable=False),
        sa.Column("doi", sa.String, nullable=False),
        sa.Column("room", sa.String, nullable=False),
        sa.Column("summary", sa.String, nullable=False),
        sa.Column("keywords", sa.JSON, nullable=False),
        sa.Column("added", sa.DateTime, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id")),
    )
    op.create_table(
        "vote",
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), primary_key=True),
        sa.Column("slug", sa.String, primary_key=True, index=True),
        sa.Column("cast", sa.DateTime, nullable=False),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id"), nullable=False),
        sa.Column("slug", sa.String, nullable=False, index=True),
        sa.Column("text", sa.String, nullable=False),
        sa.Column("written", sa.DateTime, nullable=False),
        sa.Column("removed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String, nullable=False, index=True),
        sa.Column("scale", sa.String, nullable=False),
        sa.Column("n_seeds", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, sa.ForeignKey("person.id")),
        sa.Column("state", sa.String, nullable=False, index=True),
        sa.Column("upload", sa.String),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("started", sa.DateTime),
        sa.Column("ended", sa.DateTime),
        sa.Column("n_done", sa.Integer, nullable=False),
        sa.Column("message", sa.String, nullable=False),
        sa.Column("n_starts", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Remove the tables."""
    for name in ("job", "comment", "vote", "added_paper", "used_link", "person"):
        op.drop_table(name)

"""Brings a database to the tables of this release, whole or not at all."""

import sqlite3
from contextlib import closing
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Engine, inspect, text

NEWEST = "v0002"


def migrate(engine: Engine, file: Path) -> None:
    """Carry out what is missing of the migrations, each in one transaction.

    A database that holds anything is copied beside itself first (``page.sqlite.before-v0002``).

    Raises
    ------
    ValueError
        If a newer release has written the database.
    """
    found = version_of(engine)
    if found == NEWEST:
        return
    if found is not None and found > NEWEST:
        raise ValueError(
            f"{file} was written by a newer infomax (tables {found}, this one knows {NEWEST})"
        )
    if found is not None:
        _copy(file, file.with_name(f"{file.name}.before-{NEWEST}"))
    upgrade(engine, NEWEST)


def version_of(engine: Engine) -> str | None:
    """Return the version of the tables; None for an empty database."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def upgrade(engine: Engine, version: str) -> None:
    """Carry out the migrations up to a version."""
    from alembic import command
    from alembic.config import Config

    with (
        as_file(files("infomax.app.page.store") / "migrations") as folder,
        engine.execution_options(begin="IMMEDIATE").connect() as connection,
    ):
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection
        command.upgrade(config, version)


def _copy(file: Path, copy: Path) -> None:
    """Copy a database that others may be reading; a copy that is there already is older and kept."""
    if copy.exists():
        return
    fresh = copy.with_name(f".{copy.name}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(fresh)) as target:
        source.backup(target)
    fresh.replace(copy)

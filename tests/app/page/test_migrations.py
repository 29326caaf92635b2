"""The database comes from any earlier state to this release's, whole or not at all."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from sqlalchemy import select

from infomax.app.page.store.database import Database, open_engine
from infomax.app.page.store.migrate import NEWEST, upgrade, version_of
from infomax.app.page.store.models import Base, Comment, Person, Vote


@pytest.fixture
def file(tmp_path):
    return tmp_path / "page.sqlite"


@pytest.fixture
def old(file):
    """A database of the first release, with content."""
    engine = open_engine(file)
    upgrade(engine, "v0001")
    engine.dispose()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("INSERT INTO person VALUES (1, NULL, 'you', '2026-11-24 09:00:00', 0)")
        connection.execute("INSERT INTO vote VALUES (1, 'cim', '2026-11-24 09:00:00')")
        connection.execute(
            "INSERT INTO comment VALUES (1, 1, 'cim', 'kept', '2026-11-24 09:00:00', 0)"
        )
    return file


def content(file):
    database = Database(file)
    with database.read() as session:
        found = (
            [person.name for person in session.scalars(select(Person))],
            [vote.slug for vote in session.scalars(select(Vote))],
            [comment.text for comment in session.scalars(select(Comment))],
        )
    database.close()
    return found


def test_the_newest_migration_is_the_one_that_is_expected(tmp_path):
    from importlib.resources import files

    folder = files("infomax.app.page.store") / "migrations" / "versions"
    names = sorted(f.name.split("_")[0] for f in folder.iterdir() if f.name.startswith("v"))
    assert names[-1] == NEWEST


def test_migrations_make_exactly_the_tables_of_the_models(file):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    Database(file).close()
    engine = open_engine(file)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    engine.dispose()


def test_what_an_older_release_kept_is_there_and_copied_aside(old):
    assert content(old) == (["you"], ["cim"], ["kept"])
    copy = old.with_name(f"page.sqlite.before-{NEWEST}")
    engine = open_engine(copy)
    assert version_of(engine) == "v0001"
    engine.dispose()


def test_opening_again_changes_nothing(file):
    Database(file).close()
    before = file.stat().st_mtime_ns
    Database(file).close()
    assert not list(file.parent.glob("*before*"))
    assert file.stat().st_mtime_ns >= before


def test_a_database_of_a_newer_release_is_refused(file):
    Database(file).close()
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = 'v9999'")
    with pytest.raises(ValueError, match="newer infomax"):
        Database(file)


KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from infomax.app.page.store import database
count = int(sys.argv[2])
opened = database.open_engine
def open_engine(file):
    engine = opened(file)
    seen = [0]
    @event.listens_for(engine, "after_cursor_execute")
    def after(connection, cursor, statement, *rest):
        if statement.lstrip().upper().startswith(("CREATE", "INSERT", "UPDATE", "BEGIN")):
            seen[0] += 1
            if seen[0] == count:
                os.kill(os.getpid(), signal.SIGKILL)
    return engine
database.open_engine = open_engine
database.Database(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("count", [1, 2, 4, 6, 8])
def test_a_server_killed_during_a_migration_loses_nothing(old, count):
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(old), str(count)], check=False, timeout=60
    )
    assert killed.returncode == -9
    engine = open_engine(old)
    assert version_of(engine) == "v0001"
    with engine.connect() as connection:
        from sqlalchemy import inspect

        assert "subscription" not in inspect(connection).get_table_names()
    engine.dispose()
    assert content(old) == (["you"], ["cim"], ["kept"])


def test_a_write_that_fails_leaves_nothing(file):
    database = Database(file)

    def fail():
        with database.write() as session:
            session.add(Person(name="half"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with database.read() as session:
        assert session.scalars(select(Person)).all() == []
    database.close()


def test_law_writers_wait_for_each_other(file):
    import threading

    database = Database(file)
    with database.write() as session:
        session.add(Person(id=1, name="0", epoch=0))

    def add():
        for _ in range(10):
            with database.write() as session:
                session.get(Person, 1).epoch += 1

    threads = [threading.Thread(target=add) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.get(Person, 1).epoch == 50
    database.close()

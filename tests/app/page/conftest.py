"""A page on a home folder of its own, with a judged paper; for one person, and for a group."""

import json
import shutil
import sys
from pathlib import Path

import pytest
from tests.app.page.browser import Visit
from tests.app.page.run_folders import write_run

from infomax.app.page.application import create_app
from infomax.app.page.runs import queue
from infomax.app.page.settings import PageSettings
from infomax.app.page.store.database import Database

SECRET = "a secret that is long enough for the tests"
FREQUENT = dict.fromkeys(("sign-in", "subscribe", "search", "run", "write"), "1000/minute")


@pytest.fixture
def runs(tmp_path):
    folder = tmp_path / "evidence"
    write_run(folder, "cim")
    return folder


@pytest.fixture(scope="session")
def fresh_database(tmp_path_factory):
    """A database as the first start makes it."""
    file = tmp_path_factory.mktemp("fresh") / "page.sqlite"
    Database(file).close()
    return file


@pytest.fixture
def settings(tmp_path, runs, fresh_database):
    (tmp_path / "home").mkdir()
    shutil.copy(fresh_database, tmp_path / "home")

    def make(**changes):
        given = {
            "home": tmp_path / "home",
            "runs": (runs,),
            "secret": SECRET,
            "rates": FREQUENT,
            "meaning": False,
        }
        return PageSettings(**{"address": "http://127.0.0.1", **given, **changes})

    return make


@pytest.fixture
def serve(settings):
    """Start a page with changed settings and return a visit to it."""
    entered = []

    def start(**changes):
        app = create_app(settings(**changes))
        visit = Visit(app)
        visit.client.__enter__()
        entered.append(visit.client)
        return visit

    yield start
    for client in reversed(entered):
        client.__exit__(None, None, None)


@pytest.fixture
def visit(serve):
    return serve()


@pytest.fixture
def fake_runs(monkeypatch, tmp_path):
    """Let runs be carried out by the fake process, at the pace that the test sets."""
    plan = tmp_path / "plan.json"
    plan.write_text("{}")
    monkeypatch.setenv("FAKE_CHILD", str(plan))
    fake = Path(__file__).with_name("fake_child.py")
    monkeypatch.setattr(queue, "COMMAND", (sys.executable, str(fake)))
    monkeypatch.setattr(queue, "LOOK_EVERY", 0.05)

    def change(**values):
        plan.write_text(json.dumps(values))

    return change


def mails(home: Path, kind: str = "") -> list[str]:
    """Return the mails that a page without a server wrote, as text, the newest last."""
    import email
    from email.policy import default

    files = sorted((home / "mail").glob(f"{kind}*.eml"), key=lambda f: f.stat().st_mtime_ns)
    parsed = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
    heads = ["\n".join(f"{name}: {value}" for name, value in mail.items()) for mail in parsed]
    bodies = [mail.get_body(("plain",)).get_content() for mail in parsed]
    return [f"{head}\n\n{body}" for head, body in zip(heads, bodies, strict=True)]

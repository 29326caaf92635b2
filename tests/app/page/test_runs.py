"""Runs: queued one at a time, watched, cancelled, resumed, and on files of one's own."""

import io
import json
import os
import signal
import time

import numpy as np
import psutil
import pytest
from sqlalchemy import select

from infomax.app.page.store.models import Job

GRAPH = "source,target\na,b\na,c\nb,c\nc,d\nd,a\n"


def until(condition, *, seconds=20.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.03)
    raise AssertionError("it did not happen in time")


def state(visit, number):
    return visit.get(f"/api/v1/runs/{number}").json()


def ask(visit, slug="cim", **fields):
    answer = visit.send(
        f"/papers/{slug}/run", seen_on=f"/papers/{slug}", **{"scale": "smoke", **fields}
    )
    assert answer.status_code == 303, answer.text[-500:]
    return int(answer.headers["location"].rsplit("/", 1)[1])


def folder(home, number):
    return home / "runs" / f"job-{number}"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def test_a_run_goes_from_the_form_to_the_end(visit, fake_runs):
    assert "smoke" in visit.text("/papers/cim/run")
    number = ask(visit, seeds="4")
    until(lambda: state(visit, number)["state"] == "finished")
    assert state(visit, number)["n_done"] == 4
    text = visit.text(f"/runs/{number}")
    assert "finished" in text
    assert f"/runs/{number}" in visit.text("/runs")
    assert f"/runs/{number}" in visit.text("/papers/cim")


@pytest.mark.slow
def test_a_real_run_is_judged_on_the_page(visit):
    number = ask(visit, seeds="3")
    until(lambda: state(visit, number)["state"] in ("finished", "failed"), seconds=120)
    text = visit.text(f"/runs/{number}")
    assert "Claims and verdicts" in text
    assert f"infomax run cim --scale smoke --out job-{number}" in text
    assert visit.get(f"/runs/{number}/forest.svg").status_code == 200
    assert visit.get(f"/runs/{number}/figures/spread.svg").status_code == 200
    assert "smoke, 3 seeds" in visit.text("/papers/cim")
    assert "/papers/cim" in visit.text("/trending")


def test_runs_go_one_at_a_time_in_their_order(visit, fake_runs):
    fake_runs(pause=0.15)
    numbers = [ask(visit, seeds="2") for _ in range(3)]
    seen = set()

    def over():
        states = tuple(state(visit, number)["state"] for number in numbers)
        seen.add(states)
        return states == ("finished",) * 3

    until(over)
    assert all(states.count("running") <= 1 for states in seen)
    assert not any(a == "waiting" and b != "waiting" for a, b, _ in seen)


def test_several_at_once_where_that_is_wanted(serve, fake_runs):
    fake_runs(pause=0.3)
    visit = serve(parallel_runs=2)
    first, second = ask(visit), ask(visit)
    until(lambda: state(visit, first)["state"] == state(visit, second)["state"] == "running")


def test_progress_is_streamed_until_the_end(visit, fake_runs):
    fake_runs(pause=0.2)
    number = ask(visit, seeds="3")
    with visit.client.stream("GET", f"/runs/{number}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        told = [json.loads(line[5:]) for line in answer.iter_lines() if line.startswith("data:")]
    done = [now["n_done"] for now in told]
    assert done == sorted(done)
    assert told[-1]["state"] == "finished"
    assert {"running", "finished"} <= {now["state"] for now in told}
    assert any("seed" in now["text"] for now in told)


def test_one_visitor_cannot_hold_all_the_streams(visit, fake_runs, monkeypatch):
    from infomax.app.page.routes import runs

    fake_runs(pause=30)
    number = ask(visit)
    key = f"person {visit.client.app.state.page.person({}).id}"
    held = {runs.Watcher(key) for _ in range(runs.MOST_MINE)}
    monkeypatch.setattr(runs, "_watchers", held)
    answer = visit.get(f"/runs/{number}/events")
    assert answer.status_code == 503
    assert "reload the page" in answer.text


def test_cancel_ends_the_process_and_frees_the_queue(visit, fake_runs, home):
    fake_runs(pause=30)
    number, waiting = ask(visit), ask(visit)
    pid = until(lambda: (f := folder(home, number) / "starts").exists() and int(f.read_text() or 0))
    assert visit.send(f"/runs/{waiting}/cancel").status_code == 303
    assert visit.send(f"/runs/{number}/cancel").status_code == 303
    until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie")
    assert state(visit, number)["state"] == state(visit, waiting)["state"] == "cancelled"
    fake_runs()
    after = ask(visit)
    until(lambda: state(visit, after)["state"] == "finished")
    assert state(visit, number)["state"] == "cancelled"


def test_a_run_that_failed_says_why_and_goes_on_where_it_was(visit, fake_runs, home):
    fake_runs(fail_at=2)
    number = ask(visit, seeds="4")
    until(lambda: state(visit, number)["state"] == "failed")
    text = visit.text(f"/runs/{number}")
    assert "the data cannot be read: &lt;b&gt;row 3" in text
    fake_runs()
    assert visit.send(f"/runs/{number}/again").status_code == 303
    until(lambda: state(visit, number)["state"] == "finished")
    assert len(list(folder(home, number).glob("seed-*"))) == 4


def test_a_process_that_dies_is_a_run_that_failed(visit, fake_runs):
    fake_runs(die_at=1)
    number = ask(visit)
    until(lambda: state(visit, number)["state"] == "failed")
    assert "its process died" in visit.text(f"/runs/{number}")


def test_trials_that_raised_are_counted(visit, fake_runs):
    fake_runs(n_failures=2)
    number = ask(visit)
    until(lambda: state(visit, number)["state"] == "finished")
    assert "2 trials raised an error" in visit.text(f"/runs/{number}")


def test_a_run_that_takes_too_long_is_ended(serve, fake_runs, monkeypatch):
    fake_runs(pause=30)
    visit = serve(run_minutes=1)
    monkeypatch.setattr("infomax.app.page.runs.queue.asyncio.timeout", _short_timeout)
    number = ask(visit)
    until(lambda: state(visit, number)["state"] == "failed")
    assert "longer than 1 minutes" in visit.text(f"/runs/{number}")


def _short_timeout(_seconds):
    import asyncio.timeouts

    return asyncio.timeouts.timeout(0.5)


def test_a_restart_of_the_server_resumes_what_was_under_way(serve, fake_runs, home):
    fake_runs(pause=0.25)
    first = serve()
    number, waiting = ask(first, seeds="6"), ask(first, seeds="1")
    until(lambda: state(first, number)["n_done"] >= 2)
    pid = int((folder(home, number) / "starts").read_text())
    first.client.__exit__(None, None, None)
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == "zombie"
    second = serve()
    until(lambda: state(second, waiting)["state"] == "finished")
    assert state(second, number)["state"] == "finished"
    assert state(second, number)["n_done"] == 6
    assert len((folder(home, number) / "starts").read_text().split()) == 2
    assert "taken up 1 time after a restart" in second.text(f"/runs/{number}")


def test_a_run_that_takes_the_server_down_again_and_again_is_given_up(serve, fake_runs):
    fake_runs(pause=30)
    first = serve()
    number = ask(first)
    until(lambda: state(first, number)["state"] == "running")
    page = first.client.app.state.page
    first.client.__exit__(None, None, None)
    with page.database.write() as session:
        session.get(Job, number).n_starts = 4
    assert state(serve(), number)["state"] == "failed"


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"scale": "full"}, 400),
        ({"scale": "own"}, 400),
        ({"scale": "../smoke"}, 400),
        ({"scale": "smoke", "seeds": "0"}, 400),
        ({"scale": "smoke", "seeds": "51"}, 400),
        ({"scale": "smoke", "seeds": "two"}, 400),
        ({"scale": "smoke", "seeds": "²"}, 400),
        ({"scale": "s" * 30}, 422),
    ],
)
def test_only_what_is_offered_can_be_asked_for(visit, fields, status):
    answer = visit.send("/papers/cim/run", seen_on="/papers/cim", **fields)
    assert answer.status_code == status
    with visit.client.app.state.page.database.read() as session:
        assert session.scalars(select(Job)).all() == []


@pytest.mark.parametrize(
    "slug", ["kecor", "catalogue", "nothing", "..%2f..%2fcim", "os", "discovery"]
)
def test_nothing_outside_the_package_can_be_run(visit, slug):
    answer = visit.send(f"/papers/{slug}/run", seen_on="/papers/cim", scale="smoke")
    assert answer.status_code in (400, 404)


def test_one_person_cannot_fill_the_queue(visit, fake_runs):
    fake_runs(pause=30)
    for _ in range(8):
        ask(visit)
    answer = visit.send("/papers/cim/run", seen_on="/papers/cim", scale="smoke")
    assert answer.status_code == 429


def own(visit, name, content, **fields):
    files = {"file": (name, io.BytesIO(content), "application/octet-stream")}
    return visit.send("/papers/cim/own", seen_on="/papers/cim/run", files=files, **fields)


def uploads(home):
    return [file for file in (home / "private").rglob("upload-*") if file.is_file()]


def test_a_file_of_ones_own_is_run_and_deleted(visit, fake_runs, home):
    answer = own(visit, "friends.csv", GRAPH.encode())
    assert answer.status_code == 303, answer.text
    number = int(answer.headers["location"].rsplit("/", 1)[1])
    page = visit.client.app.state.page
    until(lambda: page.queue.progress(_job(page, number)).state == "finished")
    assert (home / "private" / f"job-{number}" / "run" / "saw").read_text() == GRAPH
    until(lambda: uploads(home) == [])
    assert "your own file" in visit.text(f"/runs/{number}")
    assert visit.get(f"/api/v1/runs/{number}").status_code == 404
    assert f"/runs/{number}" not in visit.text("/papers/cim")


def _job(page, number):
    with page.database.read() as session:
        return session.get(Job, number)


def test_a_cancelled_or_failed_run_deletes_its_file_too(visit, fake_runs, home):
    fake_runs(pause=30)
    first, second = (own(visit, "g.csv", GRAPH.encode()).headers["location"] for _ in range(2))
    until(lambda: len(uploads(home)) == 2)
    visit.send(f"{second}/cancel")
    visit.send(f"{first}/cancel")
    until(lambda: uploads(home) == [])
    assert visit.send(f"{first}/again").status_code == 400


def test_a_file_left_by_a_killed_server_is_deleted_at_the_next_start(serve, fake_runs, home):
    stray = home / "private" / "job-77" / "upload-00.csv"
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_text(GRAPH)
    staged = home / "private" / "staging" / "upload-01.csv"
    staged.parent.mkdir(exist_ok=True)
    staged.write_text(GRAPH)
    serve()
    assert uploads(home) == []


def bomb():
    target = io.BytesIO()
    np.savez_compressed(target, x=np.zeros(20_000_000))
    return target.getvalue()


def pickled():
    target = io.BytesIO()
    np.savez(target, x=np.array([{"a": 1}], dtype=object))
    return target.getvalue()


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaa">]><graphml>&a;</graphml>'


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("big.csv", b"a,b\n" * 300_000, 413),
        ("empty.csv", b"", 400),
        ("code.py", b"print()", 415),
        ("none", b"a,b", 415),
        ("../../etc/passwd", b"a,b", 415),
        ("binary.csv", b"a,b\0\1\2", 415),
        ("not.npz", b"a,b\n", 415),
        ("bomb.npz", bomb(), 413),
        ("entities.graphml", ENTITIES, 415),
        ("broken.graphml", b"<graphml><", 415),
        ("wrong.mtx", b"1 2 3\n", 415),
    ],
)
def test_hostile_uploads_are_refused_and_nothing_is_kept(serve, home, name, content, status):
    visit = serve(upload_megabytes=1)
    answer = own(visit, name, content)
    assert answer.status_code == status, answer.text[-400:]
    assert uploads(home) == []


def test_nothing_of_an_uploads_name_is_used(visit, fake_runs, home):
    fake_runs(pause=30)
    own(visit, "..\\..\\<script>evil.CSV", GRAPH.encode())
    kept = until(lambda: uploads(home))[0]
    assert kept.parent.parent == home / "private"
    assert kept.name.startswith("upload-")
    assert kept.suffix == ".csv"


def test_an_oversized_request_is_cut_off(visit):
    answer = visit.client.post("/papers/cim/comments", content=b"x" * 300_000)
    assert answer.status_code == 413


def test_the_queue_process_ends_when_the_server_is_gone(tmp_path):
    """The real child ends at the end of its standard input."""
    import subprocess
    import sys

    wanted = json.dumps(
        {"slug": "cim", "scale": "laptop", "n_seeds": 1, "out": "job", "data": None}
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "infomax.app.page.runs.child", wanted],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=tmp_path,
    )  # fmt: skip
    time.sleep(0.5)
    assert child.poll() is None
    child.stdin.close()
    assert child.wait(timeout=10) != 0
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, signal.SIGCONT)

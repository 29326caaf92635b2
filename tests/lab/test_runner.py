import errno
import json
import os

import numpy as np
import pytest
from tests.lab.fake_papers import tiny
from tests.lab.serial import contents, run_tiny

from infomax.lab import storage
from infomax.lab.contract import experiment_from
from infomax.lab.engine import LocalEngine
from infomax.lab.errors import RunFolderError, RunStoppedError
from infomax.lab.events import RunFinished, RunStarted, TrialFailed, TrialFinished, TrialProgress
from infomax.lab.runner import run
from infomax.lab.runs import read_run


@pytest.fixture
def finished(tmp_path):
    run_tiny(tmp_path)
    return tmp_path / "tiny"


def no_trial(function, trials):
    raise AssertionError("a trial was started")


def test_a_run_leaves_rows_spends_artifacts_verdicts_and_figures(tmp_path):
    ran = run_tiny(tmp_path)
    assert ran.finished
    assert (ran.slug, ran.scale, ran.n_seeds, ran.failures) == ("tiny", "smoke", 3, ())
    assert ran.rows["seed"].tolist() == [seed for seed in range(3) for _ in range(6)]
    assert ran.rows["k"].tolist()[:2] == [1, 2]
    assert ran.spend.groupby("resource")["amount"].count().to_dict() == {
        "samples": 12,
        "seconds": 6,
    }
    assert list(ran.artifacts) == [0, 1, 2]
    np.testing.assert_array_equal(ran.artifacts[2]["curve"]["n"], [0, 1])
    assert [v.text for v in ran.verdicts] == ["new gives more"]
    assert [figure.name for figure in ran.figures] == ["curves.svg"]
    assert not list((tmp_path / "tiny" / "progress").iterdir())


def test_run_json_says_what_was_run(tmp_path):
    info = run_tiny(tmp_path, n_seeds=4).info
    assert info["n_seeds_differs"] is True
    assert info["setting"]["options"] == {"k": [1, 2]}
    assert info["command"] == f"infomax run tiny --scale smoke --seeds 4 --out {tmp_path}"
    assert list(info["code"]["files"]) == ["tests/lab/fake_papers/tiny.py"]
    assert set(info["code"]["versions"]) == {"numpy", "scipy", "numba", "torch"}
    assert info["started"] <= info["finished"]


def test_one_and_two_jobs_give_the_same_files_bit_for_bit(tmp_path):
    experiment = experiment_from(tiny)
    run(experiment, "smoke", out=tmp_path / "one", n_jobs=1)
    run(experiment, "smoke", out=tmp_path / "two", n_jobs=2)
    one, two = (contents(tmp_path / name / "tiny") for name in ("one", "two"))
    assert len([name for name in one if name.startswith("rows.parquet")]) == 3
    assert one == two


def test_a_finished_run_called_again_returns_at_once(finished, monkeypatch):
    before = {path: path.stat().st_mtime_ns for path in finished.rglob("*.*") if path.is_file()}
    monkeypatch.setattr(LocalEngine, "imap_unordered", no_trial)
    events = []
    again = run(experiment_from(tiny), "smoke", out=finished.parent, on_event=events.append)
    assert len(again.rows) == 18
    assert [type(event) for event in events] == [RunStarted, RunFinished]
    assert events[0].n_done == 3
    after = {path: path.stat().st_mtime_ns for path in before}
    assert after == before


def test_a_trial_that_raises_is_kept_and_the_others_go_on(tmp_path, monkeypatch):
    monkeypatch.setenv("FAIL", "1")
    events = []
    ran = run_tiny(tmp_path, on_event=events.append)
    (failure,) = ran.failures
    assert (failure.seed, failure.error) == (1, "ArithmeticError: as asked")
    assert "raise ArithmeticError" in failure.traceback
    assert sorted(set(ran.rows["seed"])) == [0, 2]
    assert ran.verdicts[0].outcome == "refused"
    assert TrialFailed("tiny", 1, failure.error) in events
    assert events[-1].n_failed == 1


def test_failed_trials_are_tried_again(tmp_path, monkeypatch):
    monkeypatch.setenv("FAIL", "1")
    run_tiny(tmp_path / "a")
    monkeypatch.delenv("FAIL")
    assert run_tiny(tmp_path / "a").failures == ()
    run_tiny(tmp_path / "b")
    assert contents(tmp_path / "a" / "tiny") == contents(tmp_path / "b" / "tiny")


def test_a_run_without_any_row_ends_with_its_failures(tmp_path, monkeypatch):
    monkeypatch.setattr(tiny, "trial", lambda *_: iter([3]))
    ran = run_tiny(tmp_path)
    assert [failure.seed for failure in ran.failures] == [0, 1, 2]
    assert "must yield Row, Spend or Artifact, got 3" in ran.failures[0].error
    assert ran.verdicts[0].outcome in ("refused", "not tested at this scale")


def test_an_arm_that_was_not_announced_is_refused(tmp_path, monkeypatch):
    row = tiny.Row("newer", "score", 1.0, "nats")
    monkeypatch.setattr(tiny, "trial", lambda *_: iter([row]))
    assert "must yield the arms 'new', 'old', got 'newer'" in run_tiny(tmp_path).failures[0].error


def test_figures_that_raise_cost_no_verdict(tmp_path, monkeypatch):
    monkeypatch.setenv("FAIL", "figures")
    ran = run_tiny(tmp_path)
    assert [(f.seed, f.error) for f in ran.failures] == [(None, "ArithmeticError: no figure")]
    assert len(ran.verdicts) == 1
    monkeypatch.delenv("FAIL")
    assert run_tiny(tmp_path).failures == ()


def test_data_that_cannot_be_prepared_stop_the_run(tmp_path):
    with pytest.raises(RunStoppedError, match=r"tiny could not prepare its data: .*no data set"):
        run_tiny(tmp_path, data="absent")


def test_events_tell_arm_step_and_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("infomax.lab.progress.INTERVAL", 0.01)
    monkeypatch.setattr(tiny, "stall", lambda _: tiny.time.sleep(0.05))
    events = []
    run_tiny(tmp_path, on_event=events.append)
    assert isinstance(events[0], RunStarted)
    assert isinstance(events[-1], RunFinished)
    told = [event for event in events if isinstance(event, TrialProgress) and event.seed == 1]
    assert {event.arm for event in told} >= {"new", "old"}
    ends = [event.seed for event in events if isinstance(event, TrialFinished)]
    assert ends == [0, 1, 2]
    last = max(i for i, event in enumerate(events) if event in told)
    assert isinstance(events[last + 1], TrialProgress | TrialFinished)


def test_what_a_listener_raises_ends_the_run_and_is_no_loss(tmp_path):
    def listener(event):
        if isinstance(event, TrialFinished):
            raise LookupError("display gone")

    with pytest.raises(LookupError, match="display gone"):
        run_tiny(tmp_path, on_event=listener)
    assert sorted(set(read_run(tmp_path / "tiny").rows["seed"])) == [0]
    assert run_tiny(tmp_path).finished


@pytest.mark.parametrize("where", ["rows.parquet", "spend.parquet", "verdicts.json", "run.json"])
def test_no_space_left_is_one_error_and_the_run_resumes(tmp_path, monkeypatch, where):
    run_tiny(tmp_path / "whole")
    n_writes = {"run.json": 1, "verdicts.json": 1}.get(where, 2)
    full = []
    replace = storage.Path.replace

    def limited(path, target):
        if where in str(target):
            full.append(target)
            if len(full) == n_writes:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(path, target)

    monkeypatch.setattr(storage.Path, "replace", limited)
    with pytest.raises(RunStoppedError, match=f"{where}.* could not be written .No space left"):
        run_tiny(tmp_path / "out")
    monkeypatch.undo()
    assert not list((tmp_path / "out").rglob(".tmp-*"))
    assert run_tiny(tmp_path / "out").finished
    assert contents(tmp_path / "out" / "tiny") == contents(tmp_path / "whole" / "tiny")


def test_out_below_a_regular_file_is_refused(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(RunFolderError, match=f"`out` must be a folder.*{tmp_path}/file is a file"):
        run_tiny(tmp_path / "file" / "out")
    with pytest.raises(RunFolderError, match="`out` must be a folder"):
        run_tiny(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_another_number_of_seeds_scale_or_data_is_refused(finished):
    before = contents(finished)
    for options, told in [
        ({"n_seeds": 5}, "holds a run with n_seeds 3, not 5"),
        ({"scale": "demo"}, 'holds a run with scale "smoke", not "demo"'),
        ({"data": "x"}, 'data null, not {"argument": "x"'),
    ]:
        with pytest.raises(RunFolderError) as raised:
            run_tiny(finished.parent, **options)
        assert told in str(raised.value)
        assert "use another folder" in str(raised.value)
    assert contents(finished) == before


def test_other_code_is_refused_and_named(finished):
    info = json.loads((finished / "run.json").read_text())
    info["code"]["files"]["tests/lab/fake_papers/tiny.py"] = "0"
    (finished / "run.json").write_text(json.dumps(info))
    with pytest.raises(
        RunFolderError, match=r"run of other code .tests/lab/fake_papers/tiny.py ch"
    ):
        run_tiny(finished.parent)


def test_changed_content_of_the_data_file_is_refused(tmp_path):
    data = tmp_path / "edges.csv"
    data.write_text("1,2")
    run_tiny(tmp_path / "out", data=str(data))
    data.write_text("1,3")
    with pytest.raises(RunFolderError, match="holds a run with data"):
        run_tiny(tmp_path / "out", data=str(data))


def test_fresh_starts_again_with_another_number_of_seeds(finished):
    (finished / "rows.parquet" / "seed-0001.parquet").write_bytes(b"PAR1")
    ran = run_tiny(finished.parent, n_seeds=2, fresh="always")
    assert sorted(set(ran.rows["seed"])) == [0, 1]
    assert len(list(finished.rglob("seed-*"))) == 6


def test_a_changed_run_alone_is_started_again_where_that_is_asked_for(finished):
    before = (finished / "run.json").read_text()
    run_tiny(finished.parent, fresh="changed")
    assert (finished / "run.json").read_text() == before
    ran = run_tiny(finished.parent, n_seeds=2, fresh="changed")
    assert ran.n_seeds == 2
    assert len(list((finished / "rows.parquet").iterdir())) == 2


def test_fresh_does_not_delete_a_foreign_file(finished):
    (finished / "thesis.txt").write_text("mine")
    before = contents(finished)
    with pytest.raises(RunFolderError, match=r"thesis.txt does not belong"):
        run_tiny(finished.parent, fresh="always")
    assert contents(finished) == before


@pytest.mark.parametrize(("name", "value"), [("n_seeds", 0), ("n_jobs", 0), ("scale", "huge")])
def test_bad_arguments_are_refused_by_name(tmp_path, name, value):
    with pytest.raises(ValueError, match=f"`{name}` must be"):
        run_tiny(tmp_path, **{name: value})
    assert not list(tmp_path.iterdir())

import os
import re
from dataclasses import replace

import pytest
from tests.app.fake_runs import CLAIMS, HOSTILE, fake_run, with_text

from infomax.app import results
from infomax.app.results import results_markdown, write_results
from infomax.lab.verdict import Finding
from infomax.papers.catalogue import load_catalogue


def _rows(text, heading):
    """Return the cells of the table below a heading, without its head."""
    block = text.split(f"## {heading}\n\n")[1].split("\n\n")[0]
    lines = [re.split(r"(?<!\\)\|", line)[1:-1] for line in block.splitlines() if line]
    assert len({len(line) for line in lines}) == 1
    return [[cell.strip() for cell in line] for line in lines[2:]]


def test_closed_form_one_row_a_claim(tmp_path):
    runs = {slug: fake_run(slug, tmp_path / slug) for slug in ("cim", "mec-b")}
    rows = _rows(results_markdown(runs), "Claims")
    assert len(rows) == 2 * len(CLAIMS)
    assert [row[0] for row in rows] == ["mec-b"] * len(CLAIMS) + ["cim"] * len(CLAIMS)
    by_claim = {row[2]: row for row in rows[: len(CLAIMS)]}
    assert by_claim["the code is quicker"][3:5] == ["refused", "'greedy' never spends 'steps'"]
    assert by_claim["a shuffled code keeps as much"][3] == "fails, as expected"
    first = by_claim[CLAIMS[0].text]
    assert first[1] == load_catalogue()["mec-b"].fidelity
    assert first[6:8] == ["0.3 (Fig. 4)", "6 (data, initialisation)"]
    assert by_claim[CLAIMS[3].text][4].endswith(" at 90 %")


def test_closed_form_chance_gives_a_fortieth_of_each_interval_and_a_twentieth_of_equivalences(
    tmp_path,
):
    run = fake_run("mec-b", tmp_path)
    judged = sum(verdict.p_value is not None for verdict in run.verdicts)
    assert judged == 6
    (row,) = _rows(results_markdown({"x": run}), "Papers")
    holding = [v for v in run.verdicts if v.outcome.startswith("holds")]
    by_interval = sum(v.p_value is not None for v in holding)
    expected = ["mec-b", "code", "laptop", str(len(CLAIMS)), str(len(holding)), str(by_interval)]
    assert row == [*expected, "0.18", run.info["command"]]


def test_closed_form_a_deterministic_verdict_has_no_interval(tmp_path):
    run = fake_run("mec-b", tmp_path)
    finding = Finding("holds", estimate=0.25, differences=(0.25,))
    sure = replace(
        run.verdicts[0], deterministic=True, findings=(finding,), n_seeds=1, varies=(), outcome="holds",
        p_value=None, p_holm=None,
    )  # fmt: skip
    (row,) = _rows(results_markdown({"x": replace(run, verdicts=(sure,))}), "Claims")
    assert row[3:5] == ["holds (deterministic)", "0.25"]
    assert row[7:] == ["1 (nothing)", "–", "–"]


def test_law_hostile_text_stays_in_its_cell(tmp_path):
    run = with_text(fake_run("mec-b", tmp_path), HOSTILE + "\n| a | row |")
    text = results_markdown({"x": run})
    rows = _rows(text, "Claims")
    assert len(rows) == len(CLAIMS)
    assert "<script>" not in re.sub(r"\\<", "", text)
    assert rows[0][2].startswith(r"\</p>\<script>")


def test_closed_form_what_cannot_be_shown_is_named(tmp_path):
    runs = {
        "a": fake_run("cim", tmp_path / "a", finished=False),
        "b": fake_run("nobody", tmp_path / "b"),
    }
    text = results_markdown(runs)
    assert "No run has been finished yet." in text
    assert "- The run of cim (laptop) is not finished." in text
    assert "“nobody”" in text


def test_the_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "new" / "RESULTS.md"
    write_results({}, path)
    assert path.read_text() == results_markdown({})
    write_results({"x": fake_run("mec-b", tmp_path)}, path)
    before = path.read_text()
    assert "| mec-b |" in before

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        write_results({}, path)
    assert path.read_text() == before
    assert [p.name for p in path.parent.iterdir()] == ["RESULTS.md"]


def test_runs_must_be_a_folder(tmp_path):
    with pytest.raises(ValueError, match="`runs` must be a folder"):
        results.results_markdown(tmp_path / "nowhere")

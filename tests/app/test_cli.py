"""The command line: JSON alone where asked, errors as one sentence, documented exit codes."""

import json
from pathlib import Path

import pytest

from infomax.app.cli import main

CHAIN = "source,target\na,b\na,c\nb,d\nc,d\nd,e\nb,f\nc,f\nf,e\n"


@pytest.fixture
def chain(tmp_path):
    path = tmp_path / "chain.csv"
    path.write_text(CHAIN)
    return str(path)


@pytest.fixture
def call(capsys):
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


def test_papers_lists_all_forty_six_and_those_that_run_first(call):
    code, out, _ = call("papers", "--json")
    papers = json.loads(out)
    assert code == 0
    assert len(papers) == 46
    runs = [paper["runs"] for paper in papers]
    assert runs == sorted(runs, reverse=True)
    assert {"mec-b", "cim"} <= {paper["slug"] for paper in papers if paper["runs"]}


def test_search_finds_a_paper_by_what_it_does(call):
    _, out, _ = call("papers", "--search", "influence in social networks", "--json")
    assert json.loads(out)[0]["slug"] in ("cim", "hetero-im")


def test_a_search_without_hits_says_so_beside_the_empty_list(call):
    code, out, err = call("papers", "--search", "zzzz")
    assert (code, out) == (0, "")
    assert "zzzz" in err


def test_show_tells_the_claims_and_the_command(call):
    code, out, _ = call("show", "cim")
    assert code == 0
    assert "RR-OPIM+ needs fewer" in out
    assert "infomax run cim" in out


def test_show_of_a_paper_to_come_names_the_nearest_that_runs(call):
    code, out, _ = call("show", "kecor")
    assert code == 0
    assert "does not run yet" in out


@pytest.mark.parametrize("doors", [("show",), ("run",), ("new",)])
def test_an_unknown_paper_gets_one_sentence_and_code_2(call, doors):
    code, out, err = call(*doors, "mecb")
    assert code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert "mec-b" in err, "the nearest name is offered"


def test_an_error_under_json_is_json(call):
    code, out, err = call("show", "mecb", "--json")
    assert (code, err) == (2, "")
    assert json.loads(out)["exit_code"] == 2


@pytest.mark.parametrize("arguments", [(), ("run",), ("papers", "--nope"), ("nope",)])
def test_bad_usage_ends_with_2(call, arguments):
    code, _, _ = call(*arguments)
    assert code == 2


def test_a_run_is_told_as_json_and_resumes(call, tmp_path):
    arguments = ("run", "cim", "--scale", "smoke", "--out", tmp_path, "--json")
    code, out, _ = call(*arguments)
    (told,) = json.loads(out)
    assert code == 0
    assert told["n_seeds"] == 3
    assert len(told["verdicts"]) > 5
    assert call(*arguments)[1] == out


def test_a_run_on_ones_own_graph(call, tmp_path):
    lines = [f"{i} {(i + 1) % 60}\n{i} {(i * 7 + 3) % 60}\n" for i in range(60)]
    graph = tmp_path / "own.txt"
    graph.write_text("".join(lines))
    options = ("--data", graph, "--seeds", "3", "--out", tmp_path / "r", "--json")
    code, out, _ = call("run", "cim", *options)
    assert code == 0
    assert json.loads(out)[0]["scale"] == "own"


def test_a_run_without_its_file_is_refused_by_name(call, tmp_path):
    code, _, err = call("run", "cim", "--data", tmp_path / "none.csv", "--out", tmp_path / "r")
    assert code in (1, 2)
    assert "none.csv" in err


def test_a_folder_that_is_a_file_is_refused(call, tmp_path):
    (tmp_path / "taken").write_text("")
    code, _, err = call("run", "cim", "--scale", "smoke", "--out", tmp_path / "taken")
    assert code in (2, 5)
    assert "taken" in err
    assert err.count("\n") <= 2


def test_an_unknown_scale_names_those_there_are(call, tmp_path):
    code, _, err = call("run", "cim", "--scale", "huge", "--out", tmp_path)
    assert code == 2
    assert "'laptop'" in err


@pytest.mark.parametrize("method", ["opim-c", "imm", "celf"])
@pytest.mark.parametrize("model", ["ic", "lt"])
def test_influence_of_a_file(call, chain, method, model):
    options = ("--k", "1", "--method", method, "--model", model, "--seed", "0", "--json")
    code, out, _ = call("influence", chain, *options)
    told = json.loads(out)
    assert code == 0
    assert told["nodes"] == ["a"], "the one node from which all are reached"
    assert told["spread"] <= told["upper_bound"] + 1e-9


def test_influence_with_participants_pairs_them_with_their_friends(call, chain):
    code, out, _ = call("influence", chain, "--participants", "a", "--k", "1", "--json")
    told = json.loads(out)
    assert code == 0
    assert told["invitations"][0][0] == "a"
    assert told["invitations"][0][1] in ("b", "c")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--k", "0"), "`k`"),
        (("--k", "99"), "`k`"),
        (("--model", "sir", "--k", "1"), "`model`"),
        (("--method", "best"), "`method`"),
        (("--probability", "1.5"), "--probability"),
        (("--probability", "file"), "--probability"),
        (("--participants", "a,zz"), "'zz'"),
    ],
)
def test_influence_refuses_by_name(call, chain, options, named):
    code, out, err = call("influence", chain, *options)
    assert (code, out) == (2, "")
    assert named in err
    assert err.count("\n") == 1


def test_influence_refuses_graphml_with_entities(call, tmp_path):
    bomb = tmp_path / "laughs.graphml"
    bomb.write_text(
        '<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
        "<graphml><graph edgedefault='directed'><node id='&b;'/></graph></graphml>"
    )
    code, _, err = call("influence", bomb)
    assert code == 2
    assert "laughs.graphml" in err


def test_couple_two_columns(call, tmp_path):
    laws = tmp_path / "laws.csv"
    laws.write_text("here,there\n0.5,0.6\n0.3,0.4\n0.2,\n")
    code, out, _ = call("couple", laws, "--json")
    told = json.loads(out)
    assert code == 0
    assert told["joint_entropy"] == pytest.approx(1.168282, abs=1e-6)
    assert sum(row["probability"] for row in told["joint"]) == pytest.approx(1)


def test_couple_through_a_bottleneck_keeps_the_rate(call, tmp_path):
    laws = tmp_path / "laws.csv"
    laws.write_text("x,y\n" + "0.125,0.125\n" * 8)
    out = tmp_path / "joint.csv"
    code, said, _ = call("couple", laws, "--max-entropy", "1.3863", "--out", out, "--json")
    assert code == 0
    assert json.loads(said)["mutual_information"] == pytest.approx(1.386294, abs=1e-3)
    assert out.read_text().startswith("x,y,probability")


def test_couple_counts_need_to_be_called_counts(call, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text("x,y\n3,1\n1,1\n")
    assert call("couple", counts)[0] == 2
    assert call("couple", counts, "--counts")[0] == 0


def test_data_where_of_absent_data_names_the_command(call, tmp_path, monkeypatch):
    monkeypatch.setenv("INFOMAX_CACHE", str(tmp_path))
    code, _, err = call("data", "where", "wikipedia")
    assert code == 3
    assert "infomax data get wikipedia" in err


def test_data_list_under_json(call, tmp_path, monkeypatch):
    monkeypatch.setenv("INFOMAX_CACHE", str(tmp_path))
    code, out, _ = call("data", "list", "--json")
    assert code == 0
    assert {"wikipedia", "emoji", "graphs"} <= {entry["name"] for entry in json.loads(out)}


def test_new_lays_out_four_files_that_import_and_overwrites_none(call, tmp_path):
    (tmp_path / "src" / "infomax").mkdir(parents=True)
    code, out, _ = call("new", "kecor", "--folder", tmp_path, "--json")
    paths = json.loads(out)
    assert code == 0
    assert len(paths) == 4
    for path in paths:
        compile(Path(path).read_text(), path, "exec")
    assert call("new", "kecor", "--folder", tmp_path)[0] == 2
    assert call("new", "cim", "--folder", tmp_path)[0] == 2


def test_report_of_no_folder_is_refused(call, tmp_path):
    code, _, err = call("report", tmp_path / "none")
    assert code == 2
    assert "none" in err


def test_help_tells_the_exit_codes(call):
    _, out, _ = call("--help")
    assert "130" in out

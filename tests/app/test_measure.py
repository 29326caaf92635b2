"""`infomax measure` on files of the user."""

import json
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from infomax.app.cli import main
from infomax.data.table_files import read_table
from infomax.measures import (
    diffusion_spectral_entropy,
    ksg_mutual_information,
    mutual_information,
    ross_mutual_information,
)


@pytest.fixture
def call(capsys):
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out, captured.err

    return run


@pytest.fixture
def birds(tmp_path):
    rng = np.random.default_rng(0)
    kind = rng.integers(0, 3, 120)
    wing, tail = rng.normal(size=(2, 120)) + 8 * kind
    rows = [f"{w:.6f},{t:.6f},{'abc'[k]},{k}" for w, t, k in zip(wing, tail, kind, strict=True)]
    path = tmp_path / "birds.csv"
    path.write_text("wing,tail,kind,number\n" + "\n".join(rows) + "\n")
    return path


def test_entropy_is_the_function_s(call, birds):
    options = ["--estimator", "diffusion", "--bandwidth", "2", "--json"]
    code, out, _ = call("measure", birds, "--x", "wing,tail", *options)
    assert code == 0
    told = json.loads(out)
    x = np.loadtxt(birds, delimiter=",", skiprows=1, usecols=(0, 1))
    assert told["value"] == pytest.approx(diffusion_spectral_entropy(x, bandwidth=2.0))
    assert told["quantity"] == "entropy"
    assert told["unit"] == "nats"
    assert told["n_samples"] == 120
    assert told["notes"] == []


@pytest.mark.parametrize("estimator", ["adjacency", "binned", "knn"])
def test_every_estimator_of_entropy_answers(call, birds, estimator):
    code, out, _ = call("measure", birds, "--x", "wing", "--estimator", estimator)
    assert code == 0
    assert out.startswith("entropy ")
    assert f"({estimator}, 120 points" in out


@pytest.mark.parametrize("estimator", ["plugin", "miller-madow"])
def test_labels_in_bits(call, birds, estimator):
    code, out, _ = call(
        "measure", birds, "--x", "kind", "--estimator", estimator, "--base", "2", "--json"
    )
    assert code == 0
    assert 1.5 < json.loads(out)["value"] < 1.6
    assert json.loads(out)["unit"] == "bits"


@pytest.mark.parametrize("estimator", ["diffusion", "adjacency", "binned", "mine"])
@pytest.mark.parametrize("kind", ["kind", "number"])
def test_every_estimator_of_information_answers(call, birds, estimator, kind):
    options = ["--y", kind, "--estimator", estimator, "--seed", "0", "--json"]
    code, out, _ = call("measure", birds, "--x", "wing,tail", *options)
    assert code == 0
    assert 0.15 < json.loads(out)["value"] < 1.6


def test_information_between_labels(call, birds):
    options = ["--y", "number", "--estimator", "plugin", "--json"]
    _, out, _ = call("measure", birds, "--x", "kind", *options)
    kind = np.loadtxt(birds, delimiter=",", skiprows=1, usecols=3)
    assert json.loads(out)["value"] == pytest.approx(mutual_information(kind, kind))


def test_warnings_become_notes(call, birds):
    options = ["--estimator", "diffusion", "--bandwidth", "1e9"]
    code, out, err = call("measure", birds, "--x", "wing", *options)
    assert code == 0
    assert out.startswith("entropy 0.0000 nats")
    assert err.startswith("note: the entropy (0.000 nats) is within")


@pytest.fixture
def hours(tmp_path):
    """Rain of one hour, and bicycles hired two hours later by it."""
    rng = np.random.default_rng(0)
    rain, noise = rng.normal(size=(2, 300))
    hired = np.roll(rain, 2) + 0.5 * noise
    wet = np.where(rain > 0, "wet", "dry")
    path = tmp_path / "hours.csv"
    rows = [
        f"{r:.6f},{h:.6f},{w},{int(10 * r)},{n:.6f},1"
        for r, h, w, n in zip(rain, hired, wet, noise, strict=True)
    ]
    path.write_text("rain,hired,sky,drops,noise,one\n" + "\n".join(rows) + "\n")
    return path


AUTO = [
    ("kind", "number", "plugin"),
    ("wing", "tail", "corrected_ksg"),
    ("wing", "kind", "ross"),
    ("wing,tail", "number", "ross"),
]


@pytest.mark.parametrize(("x", "y", "estimator"), AUTO)
def test_the_choice_is_that_of_mutual_information(call, birds, x, y, estimator):
    code, out, _ = call("measure", birds, "--x", x, "--y", y, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["estimator"] == estimator
    assert told["reason"]
    table = read_table(birds)
    assert told["value"] == pytest.approx(mutual_information(table.select(x), table.select(y)))
    if estimator == "corrected_ksg":
        code, out, _ = call("measure", birds, "--x", x, "--y", y)
        assert out.startswith("mutual information ")
        assert "nats (corrected_ksg, 120 points)" in out


def test_the_choice_for_an_entropy(call, birds):
    for x, estimator in (("kind", "plugin"), ("number", "plugin"), ("wing", "knn")):
        _, out, _ = call("measure", birds, "--x", x, "--json")
        assert json.loads(out)["estimator"] == estimator


ENTROPIES = ["plugin", "miller-madow", "grassberger", "james-stein", "chao-shen", "nsb"]


@pytest.mark.parametrize("estimator", ENTROPIES)
def test_every_estimator_of_labels_answers(call, birds, estimator):
    options = ["--estimator", estimator, "--json"]
    _, out, _ = call("measure", birds, "--x", "kind", *options)
    assert json.loads(out)["value"] == pytest.approx(1.09, abs=0.1)
    _, out, _ = call("measure", birds, "--x", "kind", "--y", "number", *options)
    assert json.loads(out)["value"] == pytest.approx(1.09, abs=0.1)


@pytest.mark.parametrize("estimator", ["corrected-ksg", "gaussian-copula", "ksg", "mixed"])
def test_every_estimator_of_numbers_answers(call, hours, estimator):
    options = ["--estimator", estimator, "--lag", "2", "--json"]
    code, out, _ = call("measure", hours, "--x", "rain", "--y", "hired", *options)
    assert code == 0
    assert json.loads(out)["lags"][0]["value"] == pytest.approx(np.log(5) / 2, abs=0.25)


def test_neighbours_are_those_asked_for(call, birds):
    wing, tail = (read_table(birds).columns[name] for name in ("wing", "tail"))
    for n_neighbors in (3, 9):
        options = ["--estimator", "ksg", "--n-neighbors", str(n_neighbors), "--json"]
        _, out, _ = call("measure", birds, "--x", "wing", "--y", "tail", *options)
        told = ksg_mutual_information(wing, tail, n_neighbors=n_neighbors)
        assert json.loads(out)["value"] == pytest.approx(told)
    _, out, _ = call(
        "measure", birds, "--x", "wing", "--y", "kind", "--estimator", "ross", "--json"
    )
    told = ross_mutual_information(wing, read_table(birds).columns["kind"])
    assert json.loads(out)["value"] == pytest.approx(told)
    _, out, _ = call("measure", birds, "--x", "wing", "--y", "tail", "--n-neighbors", "9", "--json")
    told = mutual_information(wing, tail, n_neighbors=9)
    assert json.loads(out)["value"] == pytest.approx(told) != mutual_information(wing, tail)


@pytest.mark.parametrize("estimator", ["auto", "ksg", "binned"])
def test_p_values(call, birds, estimator):
    options = ["--estimator", estimator, "--permutations", "19", "--seed", "0"]
    code, out, _ = call("measure", birds, "--x", "wing", "--y", "tail", *options, "--json")
    assert code == 0
    told = json.loads(out)
    assert told["p_value"] == 1 / 20
    assert (told["n_permutations"], told["null"]) == (19, "permutation")
    assert told["null_mean"] < told["value"]
    _, out, _ = call("measure", birds, "--x", "wing", "--y", "tail", *options)
    assert "p = 0.05: broken up 19 times (permutation)" in out


def test_lags_find_the_delay(call, hours):
    options = ["--lag", "0:4", "--permutations", "19", "--seed", "0", "--json"]
    code, out, _ = call("measure", hours, "--x", "rain", "--y", "hired", *options)
    assert code == 0
    told = json.loads(out)
    assert told["null"] == "circular"
    assert [row["lag"] for row in told["lags"]] == [0, 1, 2, 3, 4]
    assert [row["n_samples"] for row in told["lags"]] == [300, 299, 298, 297, 296]
    values = [row["value"] for row in told["lags"]]
    assert np.argmax(values) == 2
    assert told["lags"][2]["p_value"] == 1 / 20
    _, out, _ = call("measure", hours, "--x", "hired", "--y", "rain", "--lag=-2", "--json")
    assert json.loads(out)["lags"][0]["value"] == pytest.approx(values[2], abs=1e-9)
    _, out, _ = call("measure", hours, "--x", "rain", "--y", "hired", "--lag", "0:4:2")
    lines = [line.split("\t") for line in out.splitlines()]
    assert [line[0] for line in lines] == ["0", "2", "4"]


def test_transfer_entropy_has_a_direction(call, hours):
    options = ["--estimator", "transfer-entropy", "--lag", "2", "--permutations", "19", "--json"]
    forth, back = (
        json.loads(call("measure", hours, "--x", x, "--y", y, *options, "--seed", "0")[1])
        for x, y in (("rain", "hired"), ("hired", "rain"))
    )
    assert forth["quantity"] == "transfer_entropy"
    assert forth["null"] == "circular"
    assert forth["lags"][0]["p_value"] == 1 / 20
    assert forth["lags"][0]["value"] > 0.3
    assert abs(back["lags"][0]["value"]) < 0.15
    _, out, _ = call("measure", hours, "--x", "sky", "--y", "sky", *options[:2], "--json")
    assert json.loads(out)["value"] == pytest.approx(0, abs=0.02)


def test_ranking_sorts_columns_and_leaves_the_target_out(call, hours):
    options = ["--rank", "--permutations", "19", "--seed", "0"]
    _, out, err = call("measure", hours, "--x", "*", "--y", "sky", *options, "--json")
    told = json.loads(out)
    values = {row["column"]: row["value"] for row in told["ranking"]}
    assert list(values) == sorted(values, key=lambda name: -values[name])
    assert set(values) == {"rain", "hired", "drops", "noise", "one"}
    assert next(iter(values)) in ("rain", "drops")
    rows = {row["column"]: row for row in told["ranking"]}
    assert rows["rain"]["p_value"] == 1 / 20
    assert rows["noise"]["p_value"] > 0.05
    assert rows["one"]["value"] == 0
    assert any("one: `x` never varies" in note for note in told["notes"])
    assert "each p-value is of its column alone" in told["notes"][-1]
    code, out, err = call("measure", hours, "--x", "*", "--y", "sky", *options)
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()] == list(values)
    assert "note: one: `x` never varies" in err


def test_kinds_said_aloud(call, hours):
    columns = ["--x", "drops", "--y", "rain"]
    _, out, _ = call("measure", hours, *columns, "--kind", "mixed", "--json")
    assert json.loads(out)["estimator"] == "ksg"
    _, out, _ = call("measure", hours, *columns, "--json")
    told = json.loads(out)
    assert told["estimator"] == "ross"
    assert "read as labels" in told["notes"][0]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--x", "beak"], "no column 'beak'"),
        (["--x", "kind", "--estimator", "knn"], "--x holds words"),
        (["--x", "kind", "--y", "wing", "--estimator", "ksg"], "--x holds words"),
        (["--x", "wing", "--estimator", "best"], "`estimator` must be one of"),
        (["--x", "wing", "--estimator", "mine"], "needs --y"),
        (["--x", "wing", "--estimator", "transfer-entropy"], "needs --y"),
        (["--x", "wing", "--permutations", "9"], "give --y too"),
        (["--x", "wing", "--rank"], "--rank needs --y"),
        (["--x", "wing", "--lag", "2"], "--lag needs --y"),
        (["--x", "wing", "--y", "wing", "--rank"], "not in --y too"),
        (["--x", "tail", "--y", "wing", "--rank", "--lag", "1"], "two questions"),
        (["--x", "*", "--y", "wing", "--rank", "--estimator", "ksg"], "column 'kind': --x holds"),
        (["--x", "tail", "--y", "wing", "--lag", "often"], "first:last"),
        (["--x", "tail", "--y", "wing", "--lag", "4:2"], "first:last"),
        (["--x", "tail", "--y", "wing", "--lag", "1:9:0"], "first:last"),
        (["--x", "tail", "--y", "wing", "--lag", "1:2:3:4"], "first:last"),
        (["--x", "tail", "--y", "wing", "--lag", "0:119"], "at least two of the 120 rows"),
        (["--x", "tail", "--y", "wing", "--kind", "labels"], "`kind` must be one of"),
        (["--x", "tail", "--y", "wing", "--null", "none"], "`null` must be one of"),
        (["--x", "tail", "--y", "wing", "--permutations", "-1"], "`permutations`"),
        (["--x", "tail", "--y", "wing", "--estimator", "ksg", "--kind", "mixed"], "--kind is for"),
        (["--x", "wing", "--y", "tail", "--n-bins", "5"], "--n-bins is for --estimator binned"),
        (["--x", "wing", "--y", "tail", "--estimator", "knn"], "leave out --y"),
        (
            ["--x", "wing", "--y", "tail", "--estimator", "diffusion", "--solver", "lanczos"],
            "leave out --y",
        ),
        (["--x", "wing,tail", "--estimator", "plugin"], "one column of labels"),
        (["--x", "wing", "--bandwidth", "wide"], "--bandwidth must be"),
        (["--x", "wing", "--base", "1"], "`base` must be above 1"),
        (["--x", "wing", "--estimator", "diffusion", "--t", "0"], "`t` must be above 0"),
    ],
)
def test_bad_use_is_one_sentence(call, birds, options, named):
    code, out, err = call("measure", birds, *options)
    assert code == 2
    assert out == ""
    assert named in err


def test_the_interpreter_ends_in_peace_after_a_parquet_file(tmp_path):
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table({f"c{i}": [1.0, 2.0] for i in range(8)}), path)
    program = f"from infomax.data.table_files import read_table; read_table({str(path)!r})"
    for _ in range(5):
        subprocess.run([sys.executable, "-c", program], check=True)


def test_columns_beside_those_asked_for_may_have_gaps(call, tmp_path):
    path = tmp_path / "gaps.csv"
    path.write_text("a,b,c\n" + "1,x,\n2,y,3\n" * 50)
    _, out, _ = call("measure", path, "--x", "a", "--y", "b", "--json")
    assert json.loads(out)["value"] == pytest.approx(np.log(2))
    code, _, err = call("measure", path, "--x", "*", "--y", "b", "--rank")
    assert code == 2
    assert "line 2: column 'c' is empty" in err


def test_a_missing_file_is_told(call, tmp_path):
    code, _, err = call("measure", tmp_path / "none.csv", "--x", "a")
    assert code == 2
    assert "none.csv" in err

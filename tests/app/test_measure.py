"""`infomax measure` on files of the user."""

import json

import numpy as np
import pytest

from infomax.app.cli import main
from infomax.measures import diffusion_spectral_entropy, mutual_information


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
    code, out, _ = call("measure", birds, "--x", "wing,tail", "--bandwidth", "2", "--json")
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
    code, out, err = call("measure", birds, "--x", "wing", "--bandwidth", "1e9")
    assert code == 0
    assert out.startswith("entropy 0.0000 nats")
    assert err.startswith("note: the entropy (0.000 nats) is within")


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--x", "beak"], "no column 'beak'"),
        (["--x", "kind"], "--x holds words"),
        (["--x", "wing", "--estimator", "best"], "`estimator` must be one of"),
        (["--x", "wing", "--estimator", "mine"], "needs --y"),
        (["--x", "wing", "--y", "tail", "--estimator", "knn"], "leave out --y"),
        (["--x", "wing", "--y", "tail", "--solver", "lanczos"], "leave out --y"),
        (["--x", "wing,tail", "--estimator", "plugin"], "one column of labels"),
        (["--x", "wing", "--bandwidth", "wide"], "--bandwidth must be"),
        (["--x", "wing", "--base", "1"], "`base` must be above 1"),
        (["--x", "wing", "--t", "0"], "`t` must be above 0"),
    ],
)
def test_bad_use_is_one_sentence(call, birds, options, named):
    code, out, err = call("measure", birds, *options)
    assert code == 2
    assert out == ""
    assert named in err


def test_a_missing_file_is_told(call, tmp_path):
    code, _, err = call("measure", tmp_path / "none.csv", "--x", "a")
    assert code == 2
    assert "none.csv" in err

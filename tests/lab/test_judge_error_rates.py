"""How often a comparison holds when there is no effect, and how often it finds one.

The tables of docs/verdicts.md are read and held against simulation: what is documented is tested.
"""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from tests.strategies.runs import two_arms, verdict

from infomax.lab.claims import Comparison
from infomax.lab.intervals import t_interval

DOCS = Path(__file__).parents[2] / "docs" / "verdicts.md"
N_RUNS = 200_000
CLAIM = Comparison("better", metric="score", arm="ours", baseline="theirs", equal=())

DIFFERENCES = {
    "normal": lambda rng, size: rng.standard_normal(size),
    "exponential, long tail of losses": lambda rng, size: 1 - rng.standard_exponential(size),
    "exponential, long tail of gains": lambda rng, size: rng.standard_exponential(size) - 1,
    "lognormal, long tail of losses": lambda rng, size: np.exp(0.5) - _lognormal(rng, size),
    "lognormal, long tail of gains": lambda rng, size: _lognormal(rng, size) - np.exp(0.5),
    "difference of two exponentials": lambda rng, size: (
        rng.standard_exponential(size) - rng.standard_exponential(size)
    ),
    "difference of two lognormals": lambda rng, size: _lognormal(rng, size) - _lognormal(rng, size),
}


def _lognormal(rng, size):
    return np.exp(rng.standard_normal(size))


def table(heading):
    """Return a table of the page as {first cell: [percentages]} with the numbers of its header."""
    section = DOCS.read_text(encoding="utf-8").split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    header = [int(re.search(r"\d+", cell)[0]) for cell in lines[0][1:]]
    body = {
        cells[0].strip(): [float(cell.strip(" %")) / 100 for cell in cells[1:]]
        for cells in lines[2:]
    }
    return header, body


def documented(heading):
    header, body = table(heading)
    return [
        (name, n_seeds, rate)
        for name, rates in body.items()
        for n_seeds, rate in zip(header, rates, strict=True)
    ]


def allowed(rate):
    """Four binomial errors and the rounding of the page."""
    return 4 * np.sqrt(rate * (1 - rate) / N_RUNS) + 0.0005


def test_the_page_lists_every_distribution():
    assert set(table("Where the interval is too optimistic")[1]) == set(DIFFERENCES)


@pytest.mark.parametrize(
    ("name", "n_seeds", "rate"), documented("Where the interval is too optimistic")
)
def test_error_rate_without_effect(name, n_seeds, rate):
    """200 000 runs, seed 1: four binomial errors around the documented rate."""
    differences = DIFFERENCES[name](np.random.default_rng(1), (N_RUNS, n_seeds))
    found = (t_interval(differences)[1] > 0).mean()
    assert found == pytest.approx(rate, abs=allowed(rate))
    if name == "normal":
        assert rate == 0.025
        assert found == pytest.approx(0.025, abs=allowed(0.025) - 0.0005)


@pytest.mark.parametrize(("name", "n_seeds", "power"), documented("What a few seeds can find"))
def test_power_is_that_of_the_t_test(name, n_seeds, power):
    """The documented power is the noncentral t's, and 200 000 runs (seed 2) find it."""
    effect = float(name)
    quantile = stats.t.ppf(0.975, n_seeds - 1)
    exact = stats.nct.sf(quantile, n_seeds - 1, effect * np.sqrt(n_seeds))
    assert power == pytest.approx(exact, abs=0.0051)
    differences = effect + np.random.default_rng(2).standard_normal((N_RUNS, n_seeds))
    found = (t_interval(differences)[1] > 0).mean()
    assert found == pytest.approx(exact, abs=allowed(exact))


@pytest.mark.parametrize("n_seeds", [5, 10])
def test_coverage_of_margins(n_seeds):
    """Exactly on the margin, equivalence errs in at most 5 % and non-inferiority in 2.5 %."""
    noise = np.random.default_rng(3).standard_normal((N_RUNS, n_seeds))
    _, low, high = t_interval(1.0 + 0.2 * noise, confidence=0.90)
    equivalent = ((low > -1) & (high < 1)).mean()
    assert equivalent == pytest.approx(0.05, abs=allowed(0.05))
    low = t_interval(-1.0 + noise)[1]
    assert (low > -1).mean() == pytest.approx(0.025, abs=allowed(0.025))


def test_the_whole_path_gives_the_same_rates():
    """300 runs through rows and frames, seed 4, each equal to the helper's."""
    rng = np.random.default_rng(4)
    differences = 0.9 + rng.standard_normal((300, 5))
    expected = t_interval(differences)[1] > 0
    outcomes = [verdict(CLAIM, two_arms(gains, np.zeros(5))).outcome for gains in differences]
    assert [outcome == "holds" for outcome in outcomes] == expected.tolist()
    assert 0.1 < expected.mean() < 0.9

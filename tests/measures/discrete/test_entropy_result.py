"""An entropy with its standard error, ceiling and advice."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from tests.strategies.distributions import distributions

from infomax.exceptions import EstimatorCeilingWarning, SmallSampleWarning
from infomax.measures import entropy, entropy_result

ESTIMATORS = ("plugin", "miller_madow", "grassberger", "james_stein", "chao_shen", "nsb")
COUNTS = [9, 5, 3, 3, 1]


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_law_the_value_is_the_function_s(estimator):
    told = entropy_result(counts=COUNTS, estimator=estimator, base=2)
    assert told.value == pytest.approx(entropy(counts=COUNTS, estimator=estimator, base=2))
    assert (told.estimator, told.n_samples, told.advice) == (estimator, 21, "")
    ceilings = {"plugin": math.log2(5), "james_stein": math.log2(5), "nsb": math.log2(5)}
    assert told.ceiling == pytest.approx(ceilings.get(estimator))
    nats = entropy_result(counts=COUNTS, estimator=estimator)
    assert nats.standard_error == pytest.approx(told.standard_error * math.log(2))


@given(distributions())
def test_law_probabilities_are_exact(p):
    told = entropy_result(p)
    assert told.value == entropy(p)
    assert (told.standard_error, told.n_samples) == (0.0, None)
    assert told.value <= told.ceiling + 1e-12


@pytest.mark.parametrize("p", [[0.25] * 4, [0.7, 0.2, 0.05, 0.05]])
def test_law_standard_error_is_the_spread_over_samples(p):
    """400 seeded samples of 100 observations: within a quarter."""
    draws = np.random.default_rng(0).multinomial(100, p, size=400)
    told = [entropy_result(counts=c) for c in draws]
    spread = np.std([one.value for one in told])
    assert np.mean([one.standard_error for one in told]) == pytest.approx(spread, rel=0.25)


def test_law_posterior_of_nsb_covers_the_truth():
    """300 seeded laws from the prior of 5 outcomes at a flat entropy, 20 draws each: 1.96 deviations
    hold the truth in 90 to 98 % of them."""
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(300):
        p = rng.dirichlet(np.full(5, math.exp(rng.normal())))
        told = entropy_result(counts=rng.multinomial(20, p), estimator="nsb", n_outcomes=5)
        inside += abs(told.value - entropy(p)) < 1.96 * told.standard_error
    assert 0.9 <= inside / 300 <= 0.98


def test_trust_doubts_are_warned_of_and_written_down():
    with pytest.warns(EstimatorCeilingWarning) as heard:
        told = entropy_result(samples=range(40))
    assert told.advice == str(heard[0].message)
    assert heard[0].filename == __file__
    with pytest.warns(SmallSampleWarning):
        assert "came twice" in entropy_result(samples=range(40), estimator="chao_shen").advice


def test_law_tensors_come_back_as_tensors():
    told = entropy_result(samples=torch.tensor([0, 0, 1, 1, 1]), estimator="nsb")
    assert isinstance(told.value, torch.Tensor)
    assert isinstance(entropy_result(torch.tensor([0.5, 0.5])).value, torch.Tensor)


def test_bad_input_is_refused_by_name():
    with pytest.raises(ValueError, match="exactly one"):
        entropy_result()
    with pytest.raises(ValueError, match="`estimator`"):
        entropy_result(counts=[1], estimator="best")
    with pytest.raises(ValueError, match="`samples`"):
        entropy_result(samples="abracadabra")
    with pytest.raises(ValueError, match="`n_outcomes`"):
        entropy_result(counts=[1, 1], n_outcomes=2)
    with pytest.raises(ValueError, match="`base`"):
        entropy_result(counts=[2, 1], base=0.5)

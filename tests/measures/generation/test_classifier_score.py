import math

import numpy as np
import pytest
import torch

from infomax.measures import classifier_score, classifier_variance, predictive_mutual_information


def test_closed_form_sure_and_even():
    sure = np.eye(5)[np.arange(20) % 5]
    assert classifier_score(sure) == pytest.approx(5)
    assert classifier_variance(sure) == pytest.approx(math.sqrt(4) / 5)
    alike = np.full((6, 5), 0.2)
    assert classifier_score(alike) == pytest.approx(1)
    assert classifier_variance(alike) == pytest.approx(0, abs=1e-12)


def test_naive_twins():
    p = np.random.default_rng(0).dirichlet(np.ones(4), size=25)
    mean = p.mean(axis=0)
    score = math.exp(sum(q * math.log(q / m) for row in p for q, m in zip(row, mean)) / 25)  # noqa: B905
    assert classifier_score(p) == pytest.approx(score, abs=1e-10)
    assert classifier_score(p) == pytest.approx(math.exp(predictive_mutual_information(p)))
    parts = [p[:8], p[8:16], p[16:24]]  # the rest is left out
    deviation = np.mean([np.mean(np.std(part, axis=0)) for part in parts])
    assert classifier_variance(p, n_splits=3) == pytest.approx(deviation, abs=1e-12)


def test_tensors_give_the_same_and_a_gradient():
    logits = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    p = logits.softmax(dim=1)
    for score in (classifier_score, classifier_variance):
        assert score(p).shape == ()
        assert score(p).item() == pytest.approx(score(p.numpy()), abs=1e-12)
        logits.requires_grad_()
        assert torch.autograd.gradcheck(lambda z, f=score: f(z.softmax(dim=1)), (logits,))


def test_refusals():
    with pytest.raises(ValueError, match="`probabilities` must have shape"):
        classifier_score([0.5, 0.5])
    with pytest.raises(ValueError, match="must sum to 1"):
        classifier_variance([[0.5, 0.6]])
    with pytest.raises(ValueError, match=r"`n_splits` must be .* at most 2, got 3"):
        classifier_variance(np.eye(2), n_splits=3)

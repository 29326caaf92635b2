import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.measures import (
    cka,
    conditional_cs_divergence,
    cs_mutual_information,
    diagonal_gaussian_kl,
    hsic,
    kde_information,
)
from infomax.representation import (
    CSInformationBottleneckLoss,
    HSICBottleneckLoss,
    NonlinearInformationBottleneckLoss,
    VariationalInformationBottleneckLoss,
)

LOSSES = {
    "cs": CSInformationBottleneckLoss,
    "vib": VariationalInformationBottleneckLoss,
    "nib": NonlinearInformationBottleneckLoss,
    "hsic": HSICBottleneckLoss,
}


def batch(n=20, seed=0, *, pair=False):
    generator = torch.Generator().manual_seed(seed)
    x, t, noise = torch.randn(3, n, 4, generator=generator, dtype=torch.float64)
    y = x[:, 0] + 0.5 * x[:, 1]
    y_hat = y + 0.3 * noise[:, 0]
    t = (x + t).requires_grad_()
    return x, (t, 0.1 * noise) if pair else t, y_hat.requires_grad_(), y


@pytest.mark.parametrize("name", LOSSES)
def test_law_the_loss_is_prediction_plus_beta_times_compression(name):
    data = batch(pair=name == "vib")
    for beta in (0.0, 0.3, 2.0):
        loss = LOSSES[name](beta)
        terms = loss.terms(*data)
        expected = terms["prediction"] + beta * terms["compression"]
        torch.testing.assert_close(loss(*data), expected)
        assert loss(*data).shape == ()


@pytest.mark.parametrize("name", LOSSES)
def test_law_a_perfect_prediction_costs_nothing(name):
    x, t, _, y = batch(pair=name == "vib")
    prediction = LOSSES[name]().terms(x, t, y, y)["prediction"]
    assert float(prediction.detach()) == pytest.approx(0, abs=1e-12)
    worse = LOSSES[name]().terms(x, t, y + torch.linspace(-1, 1, 20), y)["prediction"]
    assert float(worse.detach()) > 0.01


@pytest.mark.parametrize("name", LOSSES)
def test_gradients_reach_codes_and_predictions(name):
    data = batch(pair=name == "vib")
    LOSSES[name](0.5)(*data).backward()
    code = data[1][0] if name == "vib" else data[1]
    for leaf in (code, data[2]):
        assert leaf.grad.isfinite().all()
        assert leaf.grad.abs().max() > 1e-4


@pytest.mark.parametrize("name", LOSSES)
def test_a_schedule_counts_steps_of_training_and_is_kept(name):
    data = batch(pair=name == "vib")
    loss = LOSSES[name](float)
    terms = loss.terms(*data)
    for step in (0.0, 1.0, 2.0):
        torch.testing.assert_close(loss(*data), terms["prediction"] + step * terms["compression"])
    loss.eval()
    torch.testing.assert_close(loss(*data), terms["prediction"] + 3 * terms["compression"])
    again = LOSSES[name](float)
    again.load_state_dict(loss.state_dict())
    torch.testing.assert_close(again(*data), loss(*data))


@pytest.mark.parametrize("name", LOSSES)
def test_predictions_that_would_broadcast_are_refused(name):
    x, t, y_hat, y = batch(pair=name == "vib")
    with pytest.raises(ValueError, match=r"`y_hat` must have the shape of `y`, got \(20, 1\)"):
        LOSSES[name]()(x, t, y_hat[:, None], y)


def test_naive_twin_of_the_cauchy_schwarz_terms():
    x, t, y_hat, y = batch()
    loss = CSInformationBottleneckLoss(
        bandwidth=0.9, bandwidth_t=1.5, bandwidth_y=0.4, cross="symmetric", convention="released"
    )
    widths = {"bandwidth": 0.9, "bandwidth_y": 0.4}
    options = {"cross": "symmetric", "convention": "released"}
    expected = conditional_cs_divergence(x, y, y_hat, **widths, **options)
    torch.testing.assert_close(loss.terms(x, t, y_hat, y)["prediction"], expected)
    kept = cs_mutual_information(x, t, bandwidth=0.9, bandwidth_y=1.5, normalized=True)
    torch.testing.assert_close(loss.terms(x, t, y_hat, y)["compression"], kept)
    plain = CSInformationBottleneckLoss(normalized=False).terms(x, t, y_hat, y)["compression"]
    torch.testing.assert_close(plain, cs_mutual_information(x, t, bandwidth=1.0))


def test_law_gradients_are_those_of_the_measures_wherever_they_are_asked_for():
    given_x, given_t, given_y_hat, y = (one.detach() for one in batch())
    widths = {"bandwidth": 1.0, "bandwidth_y": 0.7}
    loss = CSInformationBottleneckLoss(0.3, bandwidth_y=0.7, bandwidth_t=1.5)
    for asks in ((True, True, True), (True, False, False), (False, True, False)):
        inputs = [
            one.clone().requires_grad_(asked)
            for one, asked in zip((given_x, given_t, given_y_hat), asks, strict=True)
        ]
        wanted = [one for one in inputs if one.requires_grad]
        x, t, y_hat = inputs
        twin = conditional_cs_divergence(x, y, y_hat, **widths) + 0.3 * cs_mutual_information(
            x, t, bandwidth=1.0, bandwidth_y=1.5, normalized=True
        )
        for ours, theirs in zip(
            torch.autograd.grad(loss(x, t, y_hat, y), wanted),
            torch.autograd.grad(twin, wanted),
            strict=True,
        ):
            torch.testing.assert_close(ours, theirs, rtol=1e-9, atol=1e-12)


def test_closed_form_far_inputs_leave_a_loss_of_each_point_alone():
    x = 100.0 * torch.arange(6, dtype=torch.float64)[:, None]
    y = torch.zeros(6, dtype=torch.float64)
    y_hat = torch.linspace(-1, 1, 6, dtype=torch.float64)
    t = torch.linspace(0, 1, 6, dtype=torch.float64)[:, None].requires_grad_()
    terms = CSInformationBottleneckLoss(bandwidth_y=0.5, normalized=False).terms(x, t, y_hat, y)
    expected = -2 * torch.exp(-(y_hat**2) / 0.5).mean().log()
    torch.testing.assert_close(terms["prediction"], expected)
    kernel = torch.exp(-torch.cdist(t, t).square() / 2)
    torch.testing.assert_close(terms["compression"], -kernel.mean().log())


def test_naive_twin_of_the_other_terms():
    x, t, y_hat, y = batch()
    error = ((y_hat - y) ** 2).mean()
    told = NonlinearInformationBottleneckLoss(variance=0.5).terms(x, t, y_hat, y)
    torch.testing.assert_close(told["prediction"], error)
    kept = kde_information(t, variance=0.5).i_tx
    torch.testing.assert_close(told["compression"], kept)
    for transform, expected in (("square", kept**2), ("exp", kept.exp())):
        loss = NonlinearInformationBottleneckLoss(variance=0.5, transform=transform)
        torch.testing.assert_close(loss.terms(x, t, y_hat, y)["compression"], expected)
    mean, log_variance = batch(pair=True)[1]
    variational = VariationalInformationBottleneckLoss().terms(x, (mean, log_variance), y_hat, y)
    torch.testing.assert_close(variational["compression"], diagonal_gaussian_kl(mean, log_variance))
    torch.testing.assert_close(variational["prediction"], error)


def test_naive_twin_of_the_hsic_bottleneck():
    x, t, y_hat, y = batch()
    loss = HSICBottleneckLoss(0.7, relevance_weight=0.2, bandwidth=1.0, normalized=False)
    terms = loss.terms(x, t, y_hat, y)
    torch.testing.assert_close(terms["compression"], hsic(x, t, bandwidth=1.0))
    torch.testing.assert_close(terms["relevance"], hsic(t, y))
    expected = ((y_hat - y) ** 2).mean() - 0.2 * hsic(t, y) + 0.7 * hsic(x, t, bandwidth=1.0)
    torch.testing.assert_close(loss(x, t, y_hat, y), expected)
    aligned = HSICBottleneckLoss().terms(x, t, y_hat, y)
    torch.testing.assert_close(aligned["compression"], cka(x, t, kernel="rbf"))
    assert "relevance" not in aligned


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_law_order_does_not_matter(seed):
    x, t, y_hat, y = batch(12, seed)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(seed))
    for name in ("cs", "nib", "hsic"):
        loss = LOSSES[name](0.3)
        shuffled = loss(x[order], t[order], y_hat[order], y[order])
        torch.testing.assert_close(loss(x, t, y_hat, y), shuffled)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CSInformationBottleneckLoss(-1.0), r"`beta` must lie in \[0, inf\)"),
        (lambda: CSInformationBottleneckLoss(cross="both"), "`cross` must be one of"),
        (lambda: CSInformationBottleneckLoss(convention="ours"), "`convention` must be one of"),
        (lambda: NonlinearInformationBottleneckLoss(variance=0), "`variance` must lie in"),
        (lambda: NonlinearInformationBottleneckLoss(transform="log"), "`transform` must be one of"),
        (lambda: HSICBottleneckLoss(relevance_weight=-1), "`relevance_weight` must be at least 0"),
        (lambda: CSInformationBottleneckLoss(bandwidth_t=0)(*batch()), "`bandwidth_t` must lie"),
        (lambda: VariationalInformationBottleneckLoss(math.nan), "`beta` must be"),
        (lambda: VariationalInformationBottleneckLoss()(*batch()), "`t` must be a pair of tensors"),
    ],
)
def test_bad_options_are_refused_by_name(make, message):
    with pytest.raises(ValueError, match=message):
        make()

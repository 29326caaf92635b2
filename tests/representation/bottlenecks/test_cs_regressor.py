import warnings

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.utils.estimator_checks import check_estimator

from infomax.exceptions import PrecisionWarning
from infomax.measures import cs_mutual_information
from infomax.representation import BottleneckNetwork, CSInformationBottleneckRegressor

SMALL = {"n_components": 4, "n_hidden": 16, "n_epochs": 12, "learning_rate": 3e-2}


def data(n=200, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5))
    return x, 50 + 10 * (x[:, 0] + np.sin(x[:, 1])) + rng.normal(size=n)


def fitted(x, y, **options):
    return CSInformationBottleneckRegressor(**SMALL | {"random_state": 0} | options).fit(x, y)


def test_peer_scikit_learn_finds_an_estimator():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of scikit-learn's own odd data
        check_estimator(CSInformationBottleneckRegressor(**SMALL, random_state=0))


def test_it_learns_and_repeats():
    x, y = data()
    model = fitted(x[:150], y[:150])
    assert model.score(x[150:], y[150:]) > 0.8
    again = clone(model).fit(x[:150], y[:150])
    assert np.array_equal(again.predict(x), model.predict(x))
    assert not np.array_equal(fitted(x, y, random_state=1).predict(x), model.predict(x))


def test_units_of_inputs_and_targets_do_not_matter():
    x, y = data()
    model, scaled = fitted(x, y), fitted(1000 * x + 3, 0.01 * y - 4)
    np.testing.assert_allclose(scaled.predict(1000 * x + 3), 0.01 * model.predict(x) - 4, atol=1e-4)


def test_naive_twin_of_the_last_row_of_the_plane():
    x, y = data()
    model = fitted(x, y)
    plane = model.information_plane_
    assert plane["epoch"].tolist() == list(range(1, 13))
    assert len(model.loss_curve_) == 12
    z = (x - x.mean(0)) / x.std(0)
    kept = cs_mutual_information(z, model.transform(x), bandwidth=1.0, normalized=True)
    assert plane["i_xt"].iloc[-1] == pytest.approx(kept, rel=1e-4)
    told = 0.5 * np.log(np.var(y) / np.mean((y - model.predict(x)) ** 2))
    assert plane["i_ty"].iloc[-1] == pytest.approx(told, rel=1e-4)
    np.testing.assert_allclose(
        model.network_.decode(torch.from_numpy(model.transform(x))).detach() * y.std() + y.mean(),
        model.predict(x),
    )


def test_a_larger_beta_keeps_less():
    x, y = load_diabetes(return_X_y=True)
    kept = [fitted(x, y, beta=beta).information_plane_["i_xt"].iloc[-1] for beta in (0.0, 1.0)]
    assert kept[1] < kept[0] - 0.1


def test_noise_several_targets_and_a_last_batch_of_one_row():
    x, y = data(129)
    both = np.stack([y, -2 * y], axis=1)
    model = fitted(x, both, stochastic=True)
    assert model.predict(x).shape == (129, 2)
    assert model.transform(x).shape == (129, 4)
    assert model.score(x, both) > 0.5


def test_a_flat_kernel_of_the_codes_is_told_once():
    x, y = data(60)
    with pytest.warns(PrecisionWarning, match="change `bandwidth_t`, which is 1e-05") as heard:
        fitted(x, y, bandwidth_t=1e-5)
    assert len(heard) == 1


def test_a_constant_target_is_learned():
    x = data(40)[0]
    np.testing.assert_allclose(fitted(x, np.full(40, 3.0)).predict(x), 3, atol=0.2)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beta": -1}, "`beta` must lie in"),
        ({"bandwidth": 0}, "`bandwidth` must lie in"),
        ({"batch_size": 1}, "`batch_size` must be a whole number of at least 2"),
        ({"learning_rate": 0}, "`learning_rate` must be above 0"),
        ({"n_epochs": 0}, "`n_epochs` must be"),
        ({"n_components": 0}, "`n_components` must be"),
        ({"n_hidden": 0}, r"`n_hidden\[0\]` must be"),
    ],
)
def test_bad_options_are_refused_in_fit(options, message):
    with pytest.raises(ValueError, match=message):
        fitted(*data(20), **options)


def test_the_network_adds_noise_of_its_own_variance():
    model = BottleneckNetwork(3, 2, n_outputs=4, n_hidden=(5,), n_decoder=(), random_state=0)
    x, noise = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(0))
    mean, log_variance = model.encode(x)
    t, y_hat = model(x)
    assert torch.equal(t, mean)
    noisy, shifted = model(x, noise[:, :2])
    torch.testing.assert_close(noisy, mean + torch.exp(log_variance / 2) * noise[:, :2])
    torch.testing.assert_close(shifted, model.decode(noisy))
    assert y_hat.shape == (6, 4)
    assert BottleneckNetwork(3, 2, random_state=0)(x)[1].shape == (6,)
    same = BottleneckNetwork(3, 2, n_outputs=4, n_hidden=(5,), n_decoder=(), random_state=0)
    assert torch.equal(same(x)[1], y_hat)
    for options in ({"n_components": 0}, {"n_inputs": 0}, {"n_outputs": -1}):
        with pytest.raises(ValueError, match=f"`{next(iter(options))}` must be"):
            BottleneckNetwork(**{"n_inputs": 3, "n_components": 2} | options)

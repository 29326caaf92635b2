import math

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from infomax.exceptions import EstimatorCeilingWarning
from infomax.networks import MLP
from infomax.representation import PairEncoder
from infomax.representation._pair_encoder import OBJECTIVES


def make(n_dims, seed):
    return MLP(6, (32,), n_dims, random_state=seed)


def two_views(n, seed):
    """Views that share three bits, under noise of each view's own."""
    rng = np.random.default_rng(seed)
    bits = rng.integers(2, size=(n, 3))
    shown = 2.0 * np.concatenate([bits, 1 - bits], axis=1)
    return *(shown + 0.3 * rng.normal(size=(2, n, 6))), bits


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("head", ["bilinear", "separable"])
def test_encodings_tell_what_the_views_share(objective, head):
    x, y, _ = two_views(512, 0)
    encoder = PairEncoder(
        make, objective=objective, head=head, n_dims=8, n_epochs=3, penalty=1, random_state=0
    )
    z = encoder.fit_transform(x, y)
    assert z.shape == encoder.transform_y(y).shape == (512, 8)
    assert len(encoder.losses_) == 3
    assert encoder.losses_[-1] < encoder.losses_[0]
    held_out, _, factors = two_views(200, 1)
    train, test = two_views(200, 2), encoder.transform(held_out)
    for k in range(3):
        probe = LogisticRegression().fit(encoder.transform(train[0]), train[2][:, k])
        assert probe.score(test, factors[:, k]) > 0.9


def test_law_score_is_below_what_is_shared_and_warns_at_its_ceiling():
    x, y, _ = two_views(600, 3)
    encoder = PairEncoder(make, objective="cpc", n_epochs=15, batch_size=100, random_state=0)
    assert encoder.fit(x, y).score(x, y) < 3 * math.log(2) + 0.1
    rng = np.random.default_rng(0)
    wide = 3 * rng.normal(size=(256, 6))
    encoder = PairEncoder(make, objective="cpc", n_epochs=60, batch_size=8, random_state=0)
    encoder.fit(wide, wide)
    with pytest.warns(EstimatorCeilingWarning, match=r"near 2.079.*objective 'wpc'"):
        encoder.score(wide, wide)


def test_law_same_seed_same_encodings_and_scikit_learns_manners():
    x, y, _ = two_views(65, 4)  # the last batch has one pair
    encoder = PairEncoder(make, n_dims=3, n_epochs=2, batch_size=32, random_state=5)
    before = torch.random.get_rng_state()
    z = encoder.fit(x, y).transform(x)
    np.testing.assert_array_equal(clone(encoder).fit(x, y).transform(x), z)
    assert torch.equal(before, torch.random.get_rng_state())
    assert encoder.get_params()["n_dims"] == 3
    other = clone(encoder).set_params(random_state=6).fit(x, y)
    assert not np.array_equal(other.transform(x), z)


def test_views_may_differ_in_kind():
    x, y, _ = two_views(64, 5)
    encoder = PairEncoder(
        make,
        make_encoder_y=lambda n_dims, seed: MLP(2, (), n_dims, random_state=seed),
        n_epochs=1,
        random_state=0,
    )
    assert encoder.fit(x, y[:, :2]).transform_y(y[:, :2]).shape == (64, 64)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"head": "none"}, "`head` must be one of"),
        ({"objective": "mse"}, "`objective` must be one of"),
        ({"n_dims": 0}, "`n_dims` must be"),
        ({"n_epochs": 0}, "`n_epochs` must be"),
        ({"batch_size": 1}, "`batch_size` must be"),
        ({"penalty": -1}, "`penalty` must be at least 0"),
        ({"learning_rate": 0}, "`learning_rate` must be above 0"),
    ],
)
def test_bad_options_are_refused_by_name(options, message):
    x, y, _ = two_views(10, 0)
    with pytest.raises(ValueError, match=message):
        PairEncoder(make, **options).fit(x, y)


def test_bad_views_are_refused_by_name():
    x, y, _ = two_views(10, 0)
    encoder = PairEncoder(make, n_epochs=1)
    with pytest.raises(ValueError, match="`fit` must be called first"):
        encoder.transform(x)
    with pytest.raises(ValueError, match="`X` and `Y` must have equally many rows"):
        encoder.fit(x, y[:5])
    with pytest.raises(ValueError, match="`Y` must be finite"):
        encoder.fit(x, y * np.nan)
    with pytest.raises(ValueError, match="`X` must have shape"):
        encoder.fit(x[:, 0], y)

"""Networks as hypotheses: errors by a plain loop, the released mean, and what is left out."""

import numpy as np
import pytest
import torch

from infomax.exceptions import SmallSampleWarning
from infomax.inference import NetworkHypotheses
from infomax.networks import MLP

rng = np.random.default_rng(0)
X, TEST = rng.normal(size=(40, 3)), rng.normal(size=(25, 3))
LABELS, TEST_LABELS = ((x[:, 0] > 0).astype(int) for x in (X, TEST))


def make(seed):
    return MLP(3, (8,), 2, random_state=seed)


def space(**options):
    settings = {"n_models": 12, "n_epochs": 15, "batch_size": 10, "learning_rate": 0.02}
    return NetworkHypotheses(make, **{**settings, "random_state": 0, **options})


@pytest.fixture(scope="module")
def trained():
    return space().fit(X, LABELS)


def answers(trained, points):
    points = torch.from_numpy(points.astype(np.float32))
    with torch.no_grad():
        return [trained.models_.model(k)(points).double().numpy() for k in range(12)]


def test_naive_twin_of_both_losses(trained):
    target = np.eye(2)[TEST_LABELS]
    squared, missed = [], []
    for answer in answers(trained, TEST):
        squared.append(np.mean([(a - t) ** 2 for a, t in zip(answer, target, strict=True)]))
        missed.append(np.mean([a.argmax() != t for a, t in zip(answer, TEST_LABELS, strict=True)]))
    np.testing.assert_allclose(trained.errors_on(TEST, TEST_LABELS), squared, rtol=1e-5)
    np.testing.assert_allclose(trained.errors_on(TEST, TEST_LABELS, loss="zero_one"), missed)


def test_errors_by_point_average_to_the_error(trained):
    for loss in ("mse", "zero_one"):
        by_point = trained.errors_on(TEST, TEST_LABELS, loss=loss, per_point=True)
        assert by_point.shape == (12, 25)
        np.testing.assert_allclose(
            by_point.mean(axis=1), trained.errors_on(TEST, TEST_LABELS, loss=loss)
        )


def test_naive_twin_of_the_released_error_divides_a_sum_of_batch_means(trained):
    target = np.eye(2)[TEST_LABELS]
    released = [
        sum(((a[k : k + 10] - target[k : k + 10]) ** 2).mean() for k in (0, 10, 20)) / 25
        for a in answers(trained, TEST)
    ]
    told = trained.errors_on(TEST, TEST_LABELS, convention="released")
    np.testing.assert_allclose(told, released, rtol=1e-5)
    ratio = trained.errors_on(TEST[:20], TEST_LABELS[:20]) / trained.errors_on(
        TEST[:20], TEST_LABELS[:20], convention="released"
    )
    np.testing.assert_allclose(ratio, 10)  # the size of a batch


def test_law_training_lowers_errors_and_hypotheses_differ(trained):
    fresh = space(n_epochs=1).fit(X, LABELS)
    assert trained.errors_on(TEST, TEST_LABELS).mean() < fresh.errors_on(TEST, TEST_LABELS).mean()
    assert len(set(trained.errors_on(TEST, TEST_LABELS))) == 12
    assert trained.training_errors_.max() < 0.1


def test_law_same_seed_same_errors(trained):
    again = space().fit(X, LABELS)
    np.testing.assert_array_equal(
        again.errors_on(TEST, TEST_LABELS), trained.errors_on(TEST, TEST_LABELS)
    )
    other = space(random_state=1).fit(X, LABELS)
    assert (other.errors_on(TEST, TEST_LABELS) != trained.errors_on(TEST, TEST_LABELS)).all()


def test_real_targets_are_one_hot_rows_by_another_name(trained):
    real = space().fit(X, np.eye(2)[LABELS])
    np.testing.assert_allclose(
        real.errors_on(TEST, np.eye(2)[TEST_LABELS]), trained.errors_on(TEST, TEST_LABELS)
    )
    with pytest.raises(ValueError, match="`loss` must be 'mse' where the targets are real"):
        real.errors_on(TEST, np.eye(2)[TEST_LABELS], loss="zero_one")


def test_networks_that_do_not_fit_are_left_out():
    limit = float(np.median(space().fit(X, LABELS).training_errors_))
    with pytest.warns(SmallSampleWarning, match="only 6 of 12 networks fit"):
        strict = space(tolerance=limit).fit(X, LABELS)
    assert strict.fits_.sum() == len(strict.errors_on(TEST, TEST_LABELS)) == 6
    assert len(strict.errors_on(TEST, TEST_LABELS, loss="zero_one")) == 6
    space(tolerance=1.0).fit(X, LABELS)  # silent in health


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda _: space().fit(X, LABELS[:3]), "`y` must have 40 rows as `X` has, got 3"),
        (lambda _: space().fit(X, np.zeros((40, 3))), r"answers of shape \(10, 3\), got \(10, 2\)"),
        (lambda _: space().fit(X, np.full(40, np.nan)), "`y` must be finite"),
        (lambda _: space(n_models=0).fit(X, LABELS), "`n_models` must be a whole number"),
        (lambda _: space(learning_rate=0.0).fit(X, LABELS), "`learning_rate` must be above 0"),
        (lambda _: space(n_epochs=0).fit(X, LABELS), "`n_epochs` must be a whole number"),
        (lambda t: t.errors_on(TEST, TEST_LABELS + 1), "the 2 classes of the training set, got class 2"),
        (lambda t: t.errors_on(TEST, TEST_LABELS - 0.5), "`y` must hold one class from 0 a point"),
        (lambda t: t.errors_on(TEST, TEST_LABELS, loss="hinge"), "`loss` must be one of"),
        (lambda t: t.errors_on(TEST, TEST_LABELS, convention="code"), "`convention` must be one of"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(trained, call, message):
    with pytest.raises(ValueError, match=message):
        call(trained)

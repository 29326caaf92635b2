import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.measures.neighbors.neighbor_loops import fixture_pair, gaussian_pair, loops_ksg

from infomax.data.mi_tasks import paired_normal
from infomax.exceptions import AssumptionWarning, EstimatorCeilingWarning, PrecisionWarning
from infomax.measures import ksg_mutual_information, ksg_mutual_information_result
from infomax.measures.neighbors._far_neighbors import warn_of_far_neighbors


@pytest.mark.parametrize(
    ("k", "variant", "known"),
    [(3, 1, -0.036310), (3, 2, -0.069643), (1, 1, -0.157143), (1, 2, -0.594643)],
)
def test_closed_form_sines(k, variant, known):
    value = ksg_mutual_information(*fixture_pair(), n_neighbors=k, variant=variant)
    assert value == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize(("variant", "known"), [(1, 0.420687), (2, 0.416124)])
def test_closed_form_sines_on_a_curve(variant, known):
    i = np.arange(50)
    x = np.sin(1 + 3 * i)
    value = ksg_mutual_information(x, x**2 + 0.3 * np.cos(2 + 5 * i), variant=variant)
    assert value == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize("variant", [1, 2])
@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_closed_form_gaussian(variant, rho):
    """Four standard errors are allowed, and 0.02 for bias."""
    found = ksg_mutual_information_result(*gaussian_pair(3000, rho, 0), variant=variant)
    known = -math.log(1 - rho**2) / 2
    assert found.value == pytest.approx(known, abs=4 * found.standard_error + 0.02)
    assert found.standard_error < 0.03


@pytest.mark.parametrize("metric", ["chebyshev", "euclidean"])
@pytest.mark.parametrize("variant", [1, 2])
@pytest.mark.parametrize(("n_dims", "k"), [(1, 1), (1, 4), (2, 3), (3, 2)])
def test_naive_twin(metric, variant, n_dims, k):
    x, y = gaussian_pair(60, 0.8, n_dims, n_dims)
    y = y[:, :1] if n_dims == 3 else y
    found = ksg_mutual_information_result(x, y, n_neighbors=k, variant=variant, metric=metric)
    np.testing.assert_allclose(found.local, loops_ksg(x, y, k, variant, metric), atol=1e-12)
    assert found.value == pytest.approx(found.local.mean())


@given(st.integers(0, 10**6), st.sampled_from([1, 2]))
def test_law_symmetric_and_blind_to_order_scale_and_sign(seed, variant):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(40, 2)), rng.normal(size=40)
    value = ksg_mutual_information(x, y, variant=variant)
    order = rng.permutation(40)
    assert ksg_mutual_information(y, x, variant=variant) == pytest.approx(value, abs=1e-12)
    assert ksg_mutual_information(x[order], y[order], variant=variant) == pytest.approx(value)
    assert ksg_mutual_information(-4 * x, 4 * y, variant=variant) == pytest.approx(value)


def test_law_standardized_values_ignore_units():
    x, y = gaussian_pair(200, 0.7, 1, 2)
    known = ksg_mutual_information(x, y, standardize=True)
    scaled = ksg_mutual_information(x * [1000, 1e-3], y, standardize=True)
    assert scaled == pytest.approx(known, abs=1e-12)
    assert ksg_mutual_information(x * [1000, 1e-3], y) != pytest.approx(known, abs=1e-3)


def test_independent_variables_stay_below_their_own_noise():
    """The value over its standard error is below two in at least 95 of 100 draws."""
    below = 0
    for seed in range(100):
        found = ksg_mutual_information_result(*gaussian_pair(200, 0.0, seed))
        below += found.value < 2 * found.standard_error
    assert below >= 95


@pytest.mark.peer
def test_peer_scikit_learn_without_its_noise():
    inner = pytest.importorskip("sklearn.feature_selection._mutual_info")._compute_mi_cc
    for k in (1, 3, 10):
        x, y = (v[:, 0] for v in gaussian_pair(1000, 0.6, k))
        assert ksg_mutual_information(x, y, n_neighbors=k) == pytest.approx(
            inner(x, y, k), abs=1e-12
        )


@pytest.mark.peer
@pytest.mark.parametrize("n_dims", [1, 2, 3, 5])
def test_peer_npeet_without_its_noise(monkeypatch, n_dims):
    npeet = pytest.importorskip("npeet_plus.estimators")
    monkeypatch.setattr(npeet, "add_noise", lambda x: x)
    x, y = gaussian_pair(500, 0.6, 0, n_dims)
    assert ksg_mutual_information(x, y) == pytest.approx(npeet.mi(x, y, base=math.e), abs=1e-9)


@pytest.mark.peer
def test_peer_infomeasure_without_its_noise():
    infomeasure = pytest.importorskip("infomeasure")
    x, y = gaussian_pair(300, 0.6, 0, 2)
    options = {"approach": "ksg", "k": 3, "noise_level": 0, "base": "e"}
    theirs = infomeasure.mutual_information(x, y, **options)
    assert ksg_mutual_information(x, y) == pytest.approx(theirs, abs=1e-9)


def test_p_value_of_related_variables():
    """None of 19 shuffles reaches the value of related variables; the p-value is never zero."""
    found = ksg_mutual_information_result(
        *gaussian_pair(200, 0.8, 0), n_permutations=19, random_state=0
    )
    assert found.p_value == 0.05
    assert abs(found.null_mean) < 0.05 < found.value
    assert ksg_mutual_information_result(*gaussian_pair(200, 0.8, 0)).p_value is None


@pytest.mark.parametrize("null", ["permutation", "circular"])
def test_p_value_of_unrelated_variables(null):
    """At the level of 0.05 more than 4 of 20 draws fall below by chance once in 390 times."""
    options = {"n_permutations": 19, "null": null, "random_state": 0}
    found = [
        ksg_mutual_information_result(*gaussian_pair(60, 0.0, s), **options) for s in range(20)
    ]
    assert sum(one.p_value <= 0.05 for one in found) <= 4


def test_tensors_give_a_tensor_and_the_same_value():
    x, y = gaussian_pair(100, 0.6, 0, 2)
    tensors = torch.tensor(x, requires_grad=True), torch.tensor(y)
    value = ksg_mutual_information(*tensors)
    assert value.shape == ()
    assert not value.requires_grad
    assert value.item() == ksg_mutual_information(x, y)
    assert ksg_mutual_information(tensors[0].float(), y).dtype == torch.float32
    assert ksg_mutual_information_result(*tensors).value.dtype == torch.float64


def test_single_precision_is_computed_in_double():
    x, y = (v.astype(np.float32) for v in gaussian_pair(500, 0.6, 0))
    assert ksg_mutual_information(x, y) == ksg_mutual_information(
        x.astype(np.float64), y.astype(np.float64)
    )


def test_base_scales_every_number_of_the_result():
    pair = gaussian_pair(100, 0.6, 0)
    nats, bits = ksg_mutual_information_result(*pair), ksg_mutual_information_result(*pair, base=2)
    for name in ("value", "local", "standard_error", "ceiling"):
        np.testing.assert_allclose(getattr(bits, name), getattr(nats, name) / math.log(2))


def test_repeated_points_warn_and_jitter_heals():
    x, y = gaussian_pair(200, 0.6, 0)
    rounded = np.round(x, 1)
    with pytest.warns(PrecisionWarning, match=r"% of the points of `x` repeat another: pass it"):
        ksg_mutual_information(rounded, y)
    twice = np.repeat(np.hstack([x, y]), 2, axis=0)
    with pytest.warns(PrecisionWarning, match="50% of the points of `x`"):
        ksg_mutual_information(twice, y.repeat(2) + np.arange(400))
    jittered = ksg_mutual_information(rounded, y, jitter=1e-10, random_state=0)
    assert jittered == ksg_mutual_information(rounded, y, jitter=1e-10, random_state=0)
    assert jittered == pytest.approx(ksg_mutual_information(x, y), abs=0.2)


def test_a_few_points_in_one_place_warn_too():
    """Too few to make the shares of repeats suspicious, and yet their neighbours are at zero."""
    x, y = gaussian_pair(1000, 0.6, 0)
    x[:4], y[:4] = 1.0, 2.0
    with pytest.warns(PrecisionWarning, match="4 points coincide with 3 others or more: pass"):
        ksg_mutual_information(x, y)
    ksg_mutual_information(x, y, n_neighbors=4)


def test_a_constant_column_warns_and_tells_nothing():
    x, y = gaussian_pair(100, 0.6, 0)
    known = ksg_mutual_information(x, y)
    with pytest.warns(AssumptionWarning, match="column 1 of `x` is constant"):
        assert ksg_mutual_information(np.c_[x, np.ones(100)], y) == known
    with pytest.warns(AssumptionWarning, match="column 0 of `y` is constant"):
        assert ksg_mutual_information(x, np.full(100, 0.1)) == pytest.approx(0, abs=1e-12)


def test_whole_numbers_warn_unless_jittered():
    x = np.random.default_rng(0).integers(0, 5, 100)
    y = x + np.random.default_rng(1).normal(size=100)
    for given_x in (x, x.tolist(), torch.tensor(x)):
        with pytest.warns(AssumptionWarning, match="`x` holds whole numbers"):
            ksg_mutual_information(given_x, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ksg_mutual_information(x, y, jitter=1e-6, random_state=0)


def test_a_value_above_the_ceiling_warns_at_the_line_that_asked():
    x, y = gaussian_pair(30, 0.9999, 0)
    with pytest.warns(EstimatorCeilingWarning, match="above 1.46") as record:
        ksg_mutual_information(x, y)
    assert record[0].filename == __file__


@pytest.mark.parametrize("metric", ["chebyshev", "euclidean"])
def test_many_dimensions_warn_unless_few_of_them_count(metric):
    """Two of 25 pairs of columns tell 1.02 nats: neighbours see next to nothing of it."""
    task = paired_normal(25)
    x, y = task.sample(500, random_state=100)
    with pytest.warns(AssumptionWarning, match="neighbours lie at ..% of the median") as record:
        value = ksg_mutual_information(x, y, metric=metric)
    assert value < task.mutual_information / 4
    assert record[0].filename == __file__
    axes = np.random.default_rng(1).normal(size=(2, 25))
    few = x[:, :1] @ axes[:1], y[:, :1] @ axes[1:]  # 50 columns, two dimensions
    value = ksg_mutual_information(*few, metric=metric)
    assert value == pytest.approx(ksg_mutual_information(x[:, 0], y[:, 0]), abs=0.05)


def test_many_columns_that_do_not_vary_have_no_far_neighbours():
    """All distances are zero, and so is their median."""
    warn_of_far_neighbors([np.ones((50, 6)), np.ones((50, 6))], 3, "chebyshev")


def bad_pair(change):
    x, y = np.linspace(0, 1, 10) ** 2, np.linspace(0, 1, 10) ** 3
    return {
        "lengths": (x, y[:9]),
        "nan": (x, np.where(y > 0.5, np.nan, y)),
        "infinite": (np.where(x > 0.5, np.inf, x), y),
        "empty": ([], []),
        "three": (x[:3], y[:3]),
        "cube": (x.reshape(5, 2, 1), y),
        "huge": (x * 1e200, y),
        "words": (["a"] * 10, y),
        "none": (x, y),
    }[change]


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ("lengths", {}, r"`y` must have as many points as `x` \(10\), got 9"),
        ("nan", {}, "`y` must be finite, got nan at index"),
        ("infinite", {}, "`x` must be finite, got inf at index"),
        ("huge", {}, r"`x` must lie within ±1e\+150, or distances overflow, got 1e\+200"),
        ("empty", {}, "`x` must not be empty"),
        ("three", {}, r"`n_neighbors` must be below the number of points \(3\), got 3"),
        ("cube", {}, "`x` must have shape"),
        ("words", {}, "`x` must be an array of numbers"),
        ("none", {"n_neighbors": 10}, "`n_neighbors` must be below"),
        ("none", {"n_neighbors": 0}, "`n_neighbors` must be a whole number"),
        ("none", {"n_neighbors": 2.5}, "`n_neighbors` must be a whole number"),
        ("none", {"variant": 3}, "`variant` must be 1 or 2, got 3"),
        ("none", {"metric": "cosine"}, "`metric` must be one of"),
        ("none", {"jitter": -1}, "`jitter` must be at least 0"),
        ("none", {"base": 1}, "`base` must be above 1"),
        ("none", {"random_state": -1}, "`random_state` must be"),
        ("none", {"n_permutations": -1}, "`n_permutations` must be a whole number"),
        ("none", {"null": "shuffle"}, "`null` must be one of"),
    ],
)
def test_bad_input_is_refused_by_name(change, options, message):
    with pytest.raises(ValueError, match=message):
        ksg_mutual_information_result(*bad_pair(change), **options)

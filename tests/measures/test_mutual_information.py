"""The one call: which estimator it takes, what it says of it, and when it is not to be believed."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import eye_array
from tests.strategies.distributions import joint_tables

from infomax import measures
from infomax.exceptions import (
    AssumptionWarning,
    EstimatorCeilingWarning,
    PrecisionWarning,
    SmallSampleWarning,
)
from infomax.measures import mutual_information, mutual_information_result

N = 400
rng = np.random.default_rng(0)
LABELS = rng.integers(0, 4, N)
NUMBERS, NOISE = rng.normal(size=(2, N))
PILED = np.maximum(NUMBERS, 0)
WORDS = np.array(["calm", "wind", "gale", "storm"])[LABELS]
FRAME = pd.DataFrame({"sky": WORDS, "n": LABELS, "t": NUMBERS, "u": NOISE})

CHOICES = [
    (LABELS, LABELS % 2, "plugin"),
    (WORDS, LABELS == 1, "plugin"),
    (LABELS.astype(float), WORDS.tolist(), "plugin"),
    (pd.Series(WORDS, dtype="category"), pd.Series(LABELS, dtype="Int64"), "plugin"),
    (FRAME[["sky", "n"]], LABELS, "plugin"),
    (torch.tensor(LABELS), LABELS, "plugin"),
    (LABELS.astype(object), pd.date_range("2020", periods=4)[LABELS], "plugin"),
    (NUMBERS, NOISE, "corrected_ksg"),
    (NUMBERS.tolist(), FRAME[["u"]], "corrected_ksg"),
    (FRAME[["t", "u"]], NUMBERS + NOISE, "corrected_ksg"),
    ([[a, b] for a, b in zip(NUMBERS, NOISE, strict=True)], NUMBERS + NOISE, "corrected_ksg"),
    (NUMBERS.astype(object), NOISE, "corrected_ksg"),
    (torch.tensor(NUMBERS).bfloat16(), NOISE, "ksg"),
    (pd.Series(NUMBERS, dtype="Float64"), torch.tensor(NOISE), "corrected_ksg"),
    (NUMBERS, LABELS, "ross"),
    (WORDS, FRAME[["t", "u"]], "ross"),
    (PILED, NUMBERS, "ksg"),
    (WORDS, PILED, "ross"),
    (np.stack([NUMBERS, PILED], axis=1), NOISE, "corrected_ksg"),
    (np.round(NUMBERS, 1), NOISE, "ksg"),
]


@pytest.mark.parametrize(("x", "y", "estimator"), CHOICES)
def test_closed_form_the_choice_goes_by_what_came(x, y, estimator):
    told = mutual_information_result(x, y)
    assert told.estimator == estimator
    assert told.reason
    assert told.n_samples == N
    assert float(mutual_information(x, y)) == float(told.value)
    turned = mutual_information_result(y, x)
    assert turned.estimator == estimator
    assert float(turned.value) == pytest.approx(float(told.value), abs=0.05)


def test_law_the_choice_is_the_estimator_by_its_own_name():
    for told, own in (
        (mutual_information(NUMBERS, NOISE), measures.corrected_ksg_mutual_information),
        (mutual_information(NUMBERS, NOISE, estimator="ksg"), measures.ksg_mutual_information),
        (
            mutual_information(NUMBERS, NOISE, estimator="gaussian_copula"),
            measures.gaussian_copula_mutual_information,
        ),
        (mutual_information(NUMBERS, NOISE, estimator="mixed"), measures.mixed_mutual_information),
    ):
        assert told == pytest.approx(own(NUMBERS, NOISE), abs=1e-12)
    told = mutual_information(NUMBERS + LABELS, LABELS)
    assert told == pytest.approx(measures.ross_mutual_information(NUMBERS + LABELS, LABELS))
    assert mutual_information(WORDS, NUMBERS + LABELS) == pytest.approx(told)
    far = measures.mixed_mutual_information(LABELS * 100.0, PILED)
    assert mutual_information(WORDS, PILED, estimator="mixed") == pytest.approx(far, abs=0.02)
    assert mutual_information(PILED, LABELS, estimator="mixed") == pytest.approx(far, abs=0.02)
    dealt = measures.break_ties(PILED, random_state=0)
    told = mutual_information(PILED, NUMBERS)
    assert told == pytest.approx(measures.ksg_mutual_information(dealt, NUMBERS), abs=1e-12)


@pytest.mark.parametrize("estimator", ["corrected_ksg", "ksg", "mixed", "ross"])
def test_law_neighbours_are_those_asked_for(estimator):
    own = getattr(measures, f"{estimator}_mutual_information")
    pair = (NUMBERS + LABELS, LABELS if estimator == "ross" else NOISE + NUMBERS**2)
    told = mutual_information(*pair, estimator=estimator, n_neighbors=9)
    assert told == pytest.approx(own(*pair, n_neighbors=9))
    assert told == mutual_information_result(*pair, estimator=estimator, n_neighbors=9).value
    assert told != mutual_information(*pair, estimator=estimator)


@pytest.mark.parametrize("estimator", ["corrected_ksg", "gaussian_copula"])
def test_law_standard_error_of_gaussians_is_the_spread_over_samples(estimator):
    """60 seeded samples of 200 pairs: within a third."""
    generator = np.random.default_rng(7)
    values, errors = [], []
    for _ in range(60):
        x, noise = generator.normal(size=(2, 200))
        told = mutual_information_result(x, x + noise, estimator=estimator)
        values.append(told.value)
        errors.append(told.standard_error)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.34)


def test_law_ceilings_of_numbers_are_those_of_neighbours():
    ksg, corrected, copula = (
        mutual_information_result(NUMBERS, NOISE, estimator=name)
        for name in ("ksg", "corrected_ksg", "gaussian_copula")
    )
    assert ksg.ceiling == corrected.ceiling > 3
    assert copula.ceiling is None


def test_closed_form_kinds_said_aloud():
    """Whole numbers with a truth of 0.347 nats: read as numbers, they come near."""
    pair = np.random.default_rng(1).normal(size=(2, 2000))
    x, y = np.round(30 * pair[0]).astype(int), np.round(30 * pair.sum(axis=0)).astype(int)
    truth = math.log(2) / 2
    assert mutual_information(x, y, kind="mixed") == pytest.approx(truth, abs=0.05)
    assert mutual_information(x / 30, y / 30) == pytest.approx(truth, abs=0.05)
    with pytest.warns(PrecisionWarning):
        mutual_information(x, y, kind="continuous")
    with pytest.warns(SmallSampleWarning, match="take kind='mixed'"):
        assert mutual_information(x, y) > 2
    # words stay labels whatever is said of the numbers
    told = mutual_information_result(WORDS, LABELS * 10, kind="mixed")
    assert told.estimator == "ross"
    assert told.value == pytest.approx(math.log(4), abs=0.03)
    assert mutual_information_result(WORDS, NUMBERS, kind="continuous").estimator == "ross"
    told = mutual_information_result(np.round(NUMBERS), PILED > 0, kind="discrete")
    assert told.estimator == "plugin"


@pytest.mark.parametrize("levels", [3, 30, 300])
def test_closed_form_unrelated_counts_and_rounded_numbers_share_nothing(levels):
    pair = np.random.default_rng(levels).normal(size=(2, 1500))
    x, y = np.round(pair * levels / 6) / 7
    assert mutual_information(x, y, kind="mixed") == pytest.approx(0, abs=0.06)
    assert mutual_information(x, pair[1], kind="mixed") == pytest.approx(0, abs=0.06)


@given(joint_tables())
def test_law_results_of_tables_are_exact(joint):
    told = mutual_information_result(joint, base=2)
    assert told.value == mutual_information(joint, base=2)
    assert (told.estimator, told.standard_error, told.p_value) == ("exact", 0.0, None)
    assert told.ceiling == pytest.approx(math.log2(min(joint.shape)))
    assert told.value <= told.ceiling + 1e-12


def test_law_tensors_in_tensors_out():
    for x, y in ((torch.tensor(NUMBERS), NOISE), (torch.tensor(LABELS), LABELS)):
        told = mutual_information_result(x, y)
        assert isinstance(told.value, torch.Tensor)
        assert told.value.shape == ()
        assert isinstance(told.standard_error, float)
        assert isinstance(mutual_information(x, y), torch.Tensor)


def test_law_units():
    for x, y in ((NUMBERS + LABELS, WORDS), (LABELS, LABELS)):
        nats = mutual_information_result(x, y, n_permutations=9, random_state=0)
        bits = mutual_information_result(x, y, n_permutations=9, random_state=0, base=2)
        for field in ("value", "standard_error", "null_mean", "ceiling"):
            assert getattr(bits, field) == pytest.approx(getattr(nats, field) / math.log(2))
        assert bits.p_value == nats.p_value


@pytest.mark.parametrize("shared", [0.0, 0.4])
def test_law_standard_error_of_labels_is_the_spread_over_samples(shared):
    """300 seeded samples of 200 pairs of 3 and 4 labels: within a fifth."""
    generator = np.random.default_rng(5)
    values, errors = [], []
    for _ in range(300):
        x = generator.integers(0, 3, 200)
        y = np.where(generator.random(200) < shared, x, generator.integers(0, 4, 200))
        told = mutual_information_result(x, y)
        values.append(told.value)
        errors.append(told.standard_error)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2)


def test_law_p_values_tell_dependence_from_none():
    tied = mutual_information_result(WORDS, LABELS, n_permutations=19, random_state=0)
    assert tied.p_value == 1 / 20
    assert tied.advice == ""
    # 3 x 3 cells beyond independence over 2 n, the bias of the plug-in
    assert tied.null_mean == pytest.approx(9 / (2 * N), rel=0.5)
    loose = mutual_information_result(NUMBERS, NOISE, n_permutations=19, random_state=0)
    assert loose.p_value > 0.05
    assert "read no dependence" in loose.advice
    again = mutual_information_result(NUMBERS, NOISE, n_permutations=19, random_state=0)
    assert again == loose


def test_law_circular_shifts_forgive_two_unrelated_walks():
    """20 seeded pairs of slow series: shuffling calls most of them dependent, shifting few."""
    generator = np.random.default_rng(2)
    called = {"permutation": 0, "circular": 0}
    for _ in range(20):
        walks = generator.normal(size=(2, 300)).cumsum(axis=1)
        x, y = (np.digitize(w, np.quantile(w, [0.25, 0.5, 0.75])) for w in walks)
        for null in called:
            told = mutual_information_result(x, y, n_permutations=39, null=null, random_state=0)
            called[null] += told.p_value <= 0.05
    assert called["permutation"] >= 15
    assert called["circular"] <= 5


def test_naive_twin_p_value_counts_shuffled_labels():
    x, y = LABELS[:40], LABELS[:40] % 2
    told = mutual_information_result(
        x, y, kind="discrete", n_permutations=30, random_state=np.random.default_rng(3)
    )
    generator = np.random.default_rng(3)
    by_chance = [
        mutual_information(x, y[generator.permutation(40)], kind="discrete") for _ in range(30)
    ]
    assert told.null_mean == pytest.approx(np.mean(by_chance))
    assert told.p_value == (1 + sum(v >= told.value - 1e-12 for v in by_chance)) / 31


def test_trust_many_values_are_told_once_each_and_silenced_by_the_kind():
    ids = np.arange(N) // 2
    with pytest.warns(SmallSampleWarning, match="`x` was read as labels and has 200 distinct"):
        mutual_information(ids, LABELS)
    with pytest.warns(SmallSampleWarning, match="`y`"):
        mutual_information(WORDS, [f"id {i}" for i in ids])
    with pytest.warns(SmallSampleWarning), pytest.warns(EstimatorCeilingWarning):
        told = mutual_information_result(np.arange(N), np.arange(N))
    assert "take kind='mixed'" in told.advice
    assert "take estimator='nsb'" in told.advice
    mutual_information(ids, LABELS, kind="discrete")
    mutual_information(ids, LABELS, estimator="nsb")


def test_trust_the_plug_in_near_its_ceiling():
    with pytest.warns(EstimatorCeilingWarning, match="the plug-in information"):
        mutual_information(np.arange(50), np.arange(50), kind="discrete")
    with pytest.warns(EstimatorCeilingWarning):
        mutual_information_result(np.arange(50), np.arange(50), estimator="plugin")
    mutual_information(np.arange(50) // 10, np.arange(50) // 10)


def test_trust_constant_sides():
    for constant in (np.full(N, 0.3), np.zeros(N), ["calm"] * N, FRAME[["sky"]].assign(sky="calm")):
        for pair, name in (((constant, NUMBERS), "x"), ((WORDS, constant), "y")):
            with pytest.warns(AssumptionWarning, match=f"`{name}` never varies"):
                told = mutual_information_result(*pair)
            assert told.value == 0
            assert told.estimator == "plugin"
            assert "never varies" in told.advice
            with pytest.warns(AssumptionWarning, match=f"`{name}` never varies"):
                assert mutual_information(*pair, kind="mixed") == 0
    assert mutual_information(np.zeros(N), LABELS, kind="discrete") == 0


def test_law_constant_columns_beside_others_add_nothing():
    with_constant = np.stack([np.round(NUMBERS, 1), np.zeros(N)], axis=1)
    y = np.round(NUMBERS + NOISE, 1)
    told = mutual_information_result(with_constant, y, kind="mixed")
    alone = mutual_information_result(np.round(NUMBERS, 1), y, kind="mixed")
    assert (told.value, told.estimator) == (alone.value, alone.estimator)


def test_trust_what_neighbours_warn_of_is_told_once_with_the_line_of_the_caller():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        told = mutual_information_result(PILED, NUMBERS, kind="continuous", estimator="ksg")
    assert [one.category for one in heard] == [PrecisionWarning]
    assert heard[0].filename == __file__
    assert told.advice == str(heard[0].message)


def test_trust_a_million_categories_are_counted_and_doubted():
    many = np.random.default_rng(0).permutation(1_000_000)
    with pytest.warns(SmallSampleWarning, match="1000000 distinct values"):
        told = mutual_information(many, many % 2)
    assert told == pytest.approx(math.log(2), abs=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "named"),
    [
        ([], [], "`x` must not be empty"),
        (np.zeros((5, 0)), np.arange(5), "`x`"),
        (pd.DataFrame(), [1], "`x` must not be empty"),
        ([0, 1], [0, 1, 2], "`y` must have as many points as `x`"),
        ([0.5, np.nan], [0, 1], "`x` must be finite, got nan at index 1"),
        ([0.5, np.inf], [0, 1], "`x` must be finite"),
        ([[0.5, 1.0], [np.nan, 1.0]], [0, 1], r"nan at index \(1, 0\)"),
        (["a", np.nan], [0, 1], "`x` must be finite labels, got nan at index 1"),
        (["a", "b"], [pd.NA, 1], "`y` must be finite labels"),
        (pd.Series(["a", None], dtype=object), [0, 1], "`x` must be finite labels, got None at"),
        (pd.DataFrame({"a": [0.5, None]}, dtype=object), [0, 1], "`x` must be finite labels"),
        (np.array(["a", None]), [0, 1], "`x` must be finite labels, got None at index 1"),
        (pd.Series([1, None], dtype="Int64"), [0, 1], "`x` must be finite"),
        (np.array(["NaT", "2020-01-01"], dtype="M8[D]"), [0, 1], "got NaT at index 0"),
        ([{}, {}], [0, 1], "`x` must be hashable labels, got a dict"),
        ("ab", [0, 1], "`x` must be a sequence"),
        ([0, 1], 3, "`y` must be a sequence"),
        (object(), [1], "`x` must be a sequence"),
        (b"ab", [0, 1], "`x` must be a sequence"),
        ({0, 1}, [0, 1], "`x` must be a sequence"),
        ({"a": 0}, [0], "`x` must be a sequence"),
        ((i for i in range(2)), [0, 1], "`x` must be a sequence"),
        (eye_array(3).tocsr(), [0, 1, 2], "`x` must be a sequence"),
        (np.ma.array([0.1, 0.2], mask=[0, 1]), [0, 1], r"masked, got a mask at index \[1\]"),
        ([1j, 2], [0, 1], "`x` must hold real numbers"),
        (np.array([1j, 2]), [0, 1], "`x` must hold real numbers"),
        (FRAME, LABELS, "`x` must hold numbers or labels, got a table of both"),
        (np.arange(9), NUMBERS[:9], "none of its 9 comes twice"),
        ([0.1, 0.2], [0.3, 0.1], "`n_neighbors` must be below the number of points"),
        (np.zeros((2, 2, 2)), [0, 1], "`x` must hold one label each"),
        (torch.zeros(3, 2, 2), [0, 1, 2], "`x`"),
    ],
)
@pytest.mark.filterwarnings("ignore::infomax.exceptions.InfomaxWarning")
def test_bad_input_is_refused_by_name(x, y, named):
    for function in (mutual_information, mutual_information_result):
        with pytest.raises(ValueError, match=named):
            function(x, y)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"kind": "labels"}, "`kind` must be one of"),
        ({"estimator": "best"}, "`estimator` must be one of"),
        ({"estimator": "ksg", "kind": "discrete"}, "`kind` must be 'continuous' for `estimator`"),
        ({"estimator": "plugin", "kind": "mixed"}, "`kind` must be 'discrete'"),
        ({"estimator": "ksg"}, "`x` must hold numbers for this estimator, got labels"),
        ({"estimator": "ross"}, "`x` must hold numbers for this estimator"),
        ({"kind": "continuous"}, "`kind` 'continuous' wants numbers"),
        ({"base": 1}, "`base`"),
        ({"n_neighbors": 0}, "`n_neighbors` must be"),
    ],
)
def test_bad_options_are_refused_by_name(options, named):
    with pytest.raises(ValueError, match=named):
        mutual_information(WORDS, WORDS, **options)
    with pytest.raises(ValueError, match=named):
        mutual_information_result(WORDS, WORDS, **options)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"n_permutations": -1}, "`n_permutations`"),
        ({"null": "shuffle"}, "`null`"),
        ({"n_permutations": N, "null": "circular"}, "`n_permutations` must be at most 399"),
        ({"n_permutations": 1, "random_state": 0.5}, "`random_state`"),
    ],
)
def test_bad_nulls_are_refused_by_name(options, named):
    with pytest.raises(ValueError, match=named):
        mutual_information_result(LABELS, LABELS, **options)


def test_bad_tables_are_refused():
    table = [[0.5, 0.0], [0.0, 0.5]]
    with pytest.raises(ValueError, match="`n_permutations` must be 0 for a joint table"):
        mutual_information_result(table, n_permutations=9)
    with pytest.raises(ValueError, match="`kind` must be 'discrete' for a joint table"):
        mutual_information(table, kind="continuous")
    with pytest.raises(ValueError, match="`estimator` must be 'plugin'"):
        mutual_information(table, estimator="ksg")


@pytest.mark.filterwarnings("ignore::infomax.exceptions.InfomaxWarning")
@given(
    st.lists(st.sampled_from([0.0, 0.5, 1.0, 1e300, -1e-300, 7.25]), min_size=6, max_size=30),
    st.randoms(),
)
def test_law_numbers_of_any_size_give_a_finite_answer(x, random):
    y = list(x)
    random.shuffle(y)
    assert math.isfinite(mutual_information(x, y))

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.distributions import distributions, full_distributions

from infomax.coding import entropy_bounded_map, random_merge_map, scalar_quantizer_map
from infomax.exceptions import AssumptionWarning
from infomax.measures import binary_entropy, entropy

P = [0.4, 0.3, 0.2, 0.1]
BIT = math.log(2)
few = settings(deadline=None, max_examples=60)
budgets = st.floats(0, 3)


def greedy_map(p, max_entropy):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", AssumptionWarning)
        return entropy_bounded_map(p, max_entropy=max_entropy)


def random_map(p, max_entropy):
    return random_merge_map(p, max_entropy=max_entropy, random_state=0)


MAPS = [
    greedy_map,
    random_map,
    lambda p, r: scalar_quantizer_map(p, max_entropy=r),
    lambda p, r: scalar_quantizer_map(p, max_entropy=r, order="sorted"),
    lambda p, r: scalar_quantizer_map(p, max_entropy=r, fit=True),
    lambda p, r: scalar_quantizer_map(p, max_entropy=r, fit=True, order="sorted"),
]


def partitions(items):
    """Yield all set partitions, in plain recursion."""
    if not items:
        yield []
        return
    first, rest = items[0], items[1:]
    for smaller in partitions(rest):
        yield [[first], *smaller]
        for k, block in enumerate(smaller):
            yield [*smaller[:k], [first, *block], *smaller[k + 1 :]]


def merge_by_the_book(p, budget):
    """Merge as the paper's algorithm says: two rarest if that is enough, else two likeliest."""
    masses = sorted(x for x in p if x > 0)
    while entropy(masses) > budget + 1e-12:
        rarest = sorted([masses[0] + masses[1], *masses[2:]])
        if entropy(rarest) <= budget + 1e-12:
            return rarest
        masses = sorted([*masses[:-2], masses[-1] + masses[-2]])
    return masses


@pytest.mark.parametrize(
    ("bits", "masses", "entropy_in_bits"),
    [
        (1.9, [0.1, 0.2, 0.3, 0.4], 1.846439),
        (1.6, [0.3, 0.3, 0.4], 1.570951),
        (1.2, [0.1, 0.2, 0.7], 1.156780),
        (1.0, [0.3, 0.7], 0.881291),
        (0.5, [0.1, 0.9], 0.468996),
        (0.0, [1.0], 0),
    ],
)
def test_closed_form_four_symbols(bits, masses, entropy_in_bits):
    code = entropy_bounded_map(P, max_entropy=bits * BIT)
    np.testing.assert_allclose(np.sort(code.code_pmf), masses)
    assert code.entropy == pytest.approx(entropy_in_bits * BIT, abs=1e-6)
    assert code.upper_bound == pytest.approx(min(bits, 1.846439) * BIT, abs=1e-6)
    wanted = 0 if bits == 1.9 else binary_entropy(0.3)
    assert code.guarantee == pytest.approx(wanted, abs=1e-12)


def test_closed_form_the_entropy_itself_is_budget_enough():
    rng = np.random.default_rng(0)
    for _ in range(50):
        p = rng.dirichlet(np.ones(20))
        assert len(entropy_bounded_map(p, max_entropy=entropy(p)).code_pmf) == 20


@pytest.mark.parametrize("n_blocks", range(1, 13))
def test_closed_form_scalar_quantizer_counts_its_cells(n_blocks):
    code = scalar_quantizer_map(np.full(12, 1 / 12), max_entropy=math.log(n_blocks))
    size = -(-12 // n_blocks)
    np.testing.assert_array_equal(code.labels, np.arange(12) // size)


def test_closed_form_scalar_quantizer_orders():
    p = [0.1, 0.4, 0.2, 0.3]
    given_order = scalar_quantizer_map(p, max_entropy=BIT)
    np.testing.assert_array_equal(given_order.labels, [0, 0, 1, 1])
    by_mass = scalar_quantizer_map(p, max_entropy=BIT, order="sorted")
    np.testing.assert_array_equal(by_mass.labels, [0, 1, 0, 1])


def test_closed_form_any_budget_is_enough_when_large():
    for make in MAPS:
        for budget in (math.inf, 1e6, math.log(4)):
            np.testing.assert_array_equal(make(P, budget).labels, [0, 1, 2, 3])


@few
@given(distributions(), budgets)
def test_law_maps_keep_their_budget(p, budget):
    for make in MAPS:
        code = make(p, budget)
        sums = np.bincount(code.labels, weights=p)
        np.testing.assert_allclose(sums, code.code_pmf, rtol=1e-9, atol=1e-15)
        assert (code.code_pmf > 0).all()
        assert code.entropy == pytest.approx(entropy(sums), abs=1e-12)
        assert code.entropy <= budget + 1e-11
        assert code.upper_bound == pytest.approx(min(budget, entropy(p)), abs=1e-12)
        firsts = [code.labels[p > 0].tolist().index(k) for k in range(len(code.code_pmf))]
        assert firsts == sorted(firsts)


@few
@given(full_distributions(1, 6), budgets)
def test_law_the_guarantee_holds_against_every_map(p, budget):
    code = greedy_map(p, budget)
    entropies = [
        entropy([sum(p[i] for i in b) for b in blocks]) for blocks in partitions(range(len(p)))
    ]
    best = max(h for h in entropies if h <= budget + 1e-12)
    assert code.entropy <= best + 1e-11
    assert best <= code.upper_bound + 1e-11
    assert code.upper_bound - code.entropy <= code.guarantee + 1e-11


@few
@given(distributions(), budgets)
def test_naive_twin_greedy_map(p, budget):
    twin = merge_by_the_book(p, budget)
    code = greedy_map(p, budget)
    assert code.entropy == pytest.approx(entropy(np.array(twin) / sum(twin)), abs=1e-9)
    assert len(code.code_pmf) == len(twin)


@few
@given(distributions(), budgets)
def test_naive_twin_fitted_quantizer(p, budget):
    support = p[p > 0]
    for size in range(1, len(support) + 1):
        blocks = [support[i : i + size].sum() for i in range(0, len(support), size)]
        if entropy(blocks) <= budget + 1e-12:
            break
    code = scalar_quantizer_map(p, max_entropy=budget, fit=True)
    np.testing.assert_allclose(code.code_pmf, blocks, rtol=1e-9, atol=1e-15)


@few
@given(full_distributions(), budgets)
def test_law_plain_quantizer_needs_no_distribution(p, budget):
    plain = scalar_quantizer_map(p, max_entropy=budget)
    assert plain.entropy <= math.log(len(plain.code_pmf)) + 1e-12
    assert math.log(len(plain.code_pmf)) <= budget + 1e-9
    assert len(scalar_quantizer_map(p, max_entropy=budget, fit=True).code_pmf) >= len(
        plain.code_pmf
    )


def test_law_random_merges_follow_the_seed_and_are_uniform():
    p = np.full(6, 1 / 6)
    maps = [random_merge_map(p, max_entropy=1.6, random_state=s).labels for s in range(3000)]
    again = random_merge_map(p, max_entropy=1.6, random_state=7).labels
    np.testing.assert_array_equal(maps[7], again)
    pairs, counts = np.unique(maps, axis=0, return_counts=True)
    assert len(pairs) == 15  # one merge: each of the pairs
    assert ((counts - 200) ** 2 / 200).sum() < 36.1  # chi-squared, 14 degrees, 1 in 1000


@few
@given(full_distributions(), budgets)
def test_law_zeros_change_nothing(p, budget):
    wide = np.zeros(2 * len(p))
    wide[::2] = p
    for make in MAPS:
        plain, padded = make(p, budget), make(wide, budget)
        np.testing.assert_array_equal(padded.labels[::2], plain.labels)
        assert (padded.labels[1::2] == plain.labels[np.argmax(p)]).all()


def test_warning_comes_only_when_most_of_the_budget_is_lost():
    with pytest.warns(AssumptionWarning, match="perturb_map"):
        entropy_bounded_map([0.6, 0.4], max_entropy=0.5)
    entropy_bounded_map([0.6, 0.4], max_entropy=0.7)
    entropy_bounded_map([0.6, 0.4], max_entropy=0)
    entropy_bounded_map(P, max_entropy=0.9)


@pytest.mark.parametrize("function", [entropy_bounded_map, scalar_quantizer_map, random_merge_map])
def test_bad_input_is_refused_by_name(function):
    for bad in ([], [[0.5, 0.5]], [0.5, np.nan], [0.5, np.inf], [1.5, -0.5], [0.5, 0.6]):
        with pytest.raises(ValueError, match="`p`"):
            function(bad, max_entropy=1)
    for bad in (-0.1, np.nan, "1", None):
        with pytest.raises(ValueError, match="`max_entropy`"):
            function(P, max_entropy=bad)


def test_bad_options_are_refused_by_name():
    with pytest.raises(ValueError, match="`order`"):
        scalar_quantizer_map(P, max_entropy=1, order="shuffled")
    with pytest.raises(ValueError, match="`random_state`"):
        random_merge_map(P, max_entropy=1, random_state=-1)

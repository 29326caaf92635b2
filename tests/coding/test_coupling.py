import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.distributions import distributions, full_distributions

from infomax.coding import SparseJoint, minimum_entropy_coupling
from infomax.measures import entropy, mutual_information

METHODS = ("greedy", "zero_seeking", "successive_linearization")
few = settings(deadline=None, max_examples=40)


def argmax_scan(*marginals):
    """Lay the largest remaining masses on each other, in plain loops."""
    left = [list(p) for p in marginals]
    cells = []
    while min(max(side) for side in left) > 1e-15:
        cell = tuple(side.index(max(side)) for side in left)
        mass = min(max(side) for side in left)
        cells.append((cell, mass))
        for side, i in zip(left, cell, strict=True):
            side[i] -= mass
    return cells


def nearest_scan(p, q):
    """Lay the two masses on each other that differ least, in plain loops."""
    p, q = list(p), list(q)
    cells = []
    while max(p) > 1e-13 and max(q) > 1e-13:
        pairs = [
            (i, j) for i in range(len(p)) for j in range(len(q)) if p[i] > 1e-13 and q[j] > 1e-13
        ]
        i, j = min(pairs, key=lambda c: (abs(p[c[0]] - q[c[1]]), -p[c[0]]))
        mass = min(p[i], q[j])
        cells.append(((i, j), mass))
        p[i] -= mass
        q[j] -= mass
    return cells


def entropy_of(cells):
    return -sum(mass * math.log(mass) for _, mass in cells)


def vertices(p, q):
    """Yield every vertex of the couplings of two distributions: supports without a cycle."""
    n, m = len(p), len(q)
    rows = np.repeat(np.eye(n), m, axis=1)
    columns = np.tile(np.eye(m), n)
    constraints, wanted = np.vstack([rows, columns])[:-1], np.concatenate([p, q])[:-1]
    for support in itertools.combinations(range(n * m), n + m - 1):
        square = constraints[:, support]
        if abs(np.linalg.det(square)) > 0.5:
            masses = np.linalg.solve(square, wanted)
            if masses.min() >= -1e-12:
                yield masses[masses > 1e-12]


def check_marginals(coupling, marginals):
    assert (coupling.masses > 0).all()
    assert coupling.shape == tuple(len(p) for p in marginals)
    for axis, p in enumerate(marginals):
        sums = np.bincount(coupling.indices[:, axis], coupling.masses, minlength=len(p))
        np.testing.assert_allclose(sums, p, rtol=0, atol=1e-12)
        assert (sums[p > 0] > 0).all()  # no atom goes without a cell
    assert coupling.entropy == pytest.approx(entropy_of([(0, m) for m in coupling.masses]))


def test_closed_form_three_by_two():
    coupling = minimum_entropy_coupling([0.5, 0.3, 0.2], [0.6, 0.4])
    np.testing.assert_allclose(coupling.toarray(), [[0.5, 0], [0, 0.3], [0.1, 0.1]], atol=1e-15)
    assert coupling.entropy == pytest.approx(1.168282, abs=1e-6)
    assert mutual_information(coupling.matrix, base=2) == pytest.approx(0.770951, abs=1e-6)
    assert coupling.iterations == 4


@pytest.mark.parametrize("method", METHODS)
def test_closed_form_equal_marginals_are_copied(method):
    p = np.array([0.4, 0.25, 0.2, 0.15])
    coupling = minimum_entropy_coupling(p, p[::-1], method=method)
    if method != "successive_linearization":  # which stops at a worse vertex
        assert coupling.entropy == pytest.approx(entropy(p))
        np.testing.assert_allclose(coupling.toarray(), np.diag(p)[:, ::-1], atol=1e-15)
    check_marginals(coupling, (p, p[::-1]))


@pytest.mark.parametrize("method", METHODS)
def test_closed_form_constants(method):
    coupling = minimum_entropy_coupling([1.0], [0.0, 0.25, 0.75], method=method)
    np.testing.assert_allclose(coupling.toarray(), [[0, 0.25, 0.75]], atol=1e-15)
    assert coupling.bound == pytest.approx(coupling.entropy)


def test_closed_form_bound_is_that_of_the_meet():
    coupling = minimum_entropy_coupling([0.5, 0.25, 0.25], [0.4, 0.4, 0.2])
    assert coupling.bound == pytest.approx(entropy([0.4, 0.35, 0.25]))


@few
@given(distributions(), distributions(), st.sampled_from(METHODS[:2]))
def test_law_marginals_bound_and_number_of_cells(p, q, method):
    coupling = minimum_entropy_coupling(p, q, method=method)
    check_marginals(coupling, (p, q))
    n_atoms = np.count_nonzero(p) + np.count_nonzero(q)
    assert len(coupling.masses) <= n_atoms - 1
    assert max(entropy(p), entropy(q)) - 1e-12 <= coupling.bound <= coupling.entropy
    if method == "greedy":
        assert coupling.entropy <= coupling.bound + math.log(2) + 1e-12


@few
@given(st.lists(distributions(1, 6), min_size=2, max_size=5))
def test_law_any_number_of_marginals(marginals):
    coupling = minimum_entropy_coupling(*marginals)
    check_marginals(coupling, marginals)
    np.testing.assert_allclose(
        coupling.toarray().sum(axis=tuple(range(1, len(marginals)))), marginals[0], atol=1e-12
    )
    assert coupling.bound <= coupling.entropy <= coupling.bound + 1 + 1e-12


@settings(deadline=None, max_examples=15)
@given(full_distributions(3, 3), full_distributions(3, 3))
def test_law_optimum_lies_between_bound_and_greedy(p, q):
    coupling = minimum_entropy_coupling(p, q)
    optimum = min(entropy(masses / masses.sum()) for masses in vertices(p, q))
    assert coupling.bound <= optimum + 1e-9
    assert optimum - 1e-9 <= coupling.entropy <= optimum + 1 / math.e + 1e-9


@settings(deadline=None, max_examples=15)
@given(distributions(1, 6), distributions(1, 6))
def test_law_linearization_ends_at_a_vertex(p, q):
    coupling = minimum_entropy_coupling(p, q, method="successive_linearization")
    check_marginals(coupling, (p, q))
    assert coupling.bound <= coupling.entropy <= entropy(p) + entropy(q) + 1e-9
    big = coupling.masses > 1e-9
    assert big.sum() <= np.count_nonzero(p) + np.count_nonzero(q) - 1


@few
@given(full_distributions(), full_distributions(), st.randoms(use_true_random=False))
def test_law_permuting_atoms_permutes_the_coupling(p, q, random):
    order = list(range(len(p)))
    random.shuffle(order)
    plain, permuted = minimum_entropy_coupling(p, q), minimum_entropy_coupling(p[order], q)
    assert permuted.entropy == pytest.approx(plain.entropy, abs=1e-9)
    if len({*p, *q, 0.0}) == len(p) + len(q) + 1 and len(plain.masses) == len(permuted.masses):
        np.testing.assert_allclose(
            np.sort(permuted.masses), np.sort(plain.masses), rtol=0, atol=1e-12
        )


@few
@given(st.lists(distributions(1, 8), min_size=2, max_size=3))
def test_naive_twin_greedy(marginals):
    twin = argmax_scan(*marginals)
    assert minimum_entropy_coupling(*marginals).entropy == pytest.approx(entropy_of(twin), abs=1e-8)


@pytest.mark.parametrize(
    ("n", "m"), [(1, 9), (3, 3), (40, 700), (700, 4), (512, 2), (300, 300), (5, 33)]
)
@pytest.mark.parametrize("kind", ["dirichlet", "spiky", "geometric", "nearly uniform"])
def test_naive_twin_greedy_cell_by_cell(n, m, kind):
    rng = np.random.default_rng(n + m)
    p, q = (
        {
            "dirichlet": lambda k: rng.dirichlet(np.ones(k)),
            "spiky": lambda k: rng.dirichlet(np.full(k, 0.05)),
            "geometric": lambda k: rng.permutation(0.8 ** np.arange(k)),
            "nearly uniform": lambda k: 1 + 1e-6 * rng.random(k),
        }[kind](k)
        for k in (n, m)
    )
    p, q = p / p.sum(), q / q.sum()
    dense = np.zeros((n, m))
    for cell, mass in argmax_scan(p, q):
        dense[cell] += mass
    coupling = minimum_entropy_coupling(p, q)
    check_marginals(coupling, (p, q))
    assert coupling.entropy == pytest.approx(entropy(dense / dense.sum()), abs=1e-9)
    big = dense > 1e-9  # what is smaller hangs on the last digits of what came before
    np.testing.assert_allclose(coupling.toarray()[big], dense[big], rtol=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_naive_twin_zero_seeking(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.dirichlet(np.ones(rng.integers(1, 9))), rng.dirichlet(np.ones(rng.integers(1, 9)))
    dense = np.zeros((len(p), len(q)))
    for cell, mass in nearest_scan(p, q):
        dense[cell] += mass
    coupling = minimum_entropy_coupling(p, q, method="zero_seeking")
    np.testing.assert_allclose(coupling.toarray(), dense, atol=1e-12)


def test_law_ties_and_rounding_noise_are_ordered():
    rng = np.random.default_rng(0)
    exact = np.full(5_000, 1 / 5_000)
    noisy = exact * (1 + 1e-15 * rng.integers(-3, 4, 5_000))
    noisy /= noisy.sum()
    for p, q in ((exact, exact), (noisy, exact), (noisy, noisy[::-1])):
        coupling = minimum_entropy_coupling(p, q)
        check_marginals(coupling, (p, q))
        assert coupling.entropy == pytest.approx(math.log(5_000), abs=1e-9)


def test_law_tolerance_takes_small_rests_for_rounding():
    p, q = [0.5, 0.3, 0.2], [0.5001, 0.2999, 0.2]
    assert len(minimum_entropy_coupling(p, q, tolerance=1e-3).masses) == 3
    assert len(minimum_entropy_coupling(p, q).masses) == 4


def test_law_the_caller_keeps_his_arrays():
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    for method in METHODS:
        minimum_entropy_coupling(p, q, method=method)
    assert (p.tolist(), q.tolist()) == ([0.5, 0.5], [0.25, 0.75])
    p.flags.writeable = False
    check_marginals(minimum_entropy_coupling(p, q[::-1]), (p, q[::-1]))


def test_law_matrix_is_for_two_variables():
    joint = SparseJoint(np.array([[0, 0, 0]], dtype=np.int32), np.array([1.0]), (1, 1, 1))
    assert joint.toarray().shape == (1, 1, 1)
    with pytest.raises(ValueError, match="`matrix`"):
        _ = joint.matrix


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "bad", [[], [[0.5, 0.5]], [0.5, np.nan], [0.5, np.inf], [1.5, -0.5], [0.5, 0.6], "no", 1.0]
)
def test_bad_marginals_are_refused_by_name(method, bad):
    for value in (bad, np.array(bad)):
        with pytest.raises(ValueError, match=r"`marginals\[1\]`"):
            minimum_entropy_coupling([0.5, 0.5], value, method=method)


def test_bad_options_are_refused_by_name():
    p = [0.5, 0.5]
    with pytest.raises(ValueError, match="`marginals`"):
        minimum_entropy_coupling(p)
    with pytest.raises(ValueError, match="`method`"):
        minimum_entropy_coupling(p, p, method="best")
    with pytest.raises(ValueError, match="`method`"):
        minimum_entropy_coupling(p, p, p, method="zero_seeking")
    for bad in (-1e-3, 1.0, np.nan):
        with pytest.raises(ValueError, match="`tolerance`"):
            minimum_entropy_coupling(p, p, tolerance=bad)

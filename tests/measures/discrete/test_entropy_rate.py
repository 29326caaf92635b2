import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.measures import entropy, entropy_rate


def random_chain(seed, n, sparse=False):
    generator = np.random.default_rng(seed)
    rows = generator.dirichlet(np.full(n, 0.5), size=n)
    if sparse:
        rows = np.where(generator.random((n, n)) < 0.4, 0, rows) + np.eye(n)[::-1] * 0.1
        rows += np.roll(np.eye(n), 1, axis=1) * 0.1
    return rows / rows.sum(axis=1, keepdims=True)


def test_closed_form_two_states():
    a, b = 0.1, 0.5
    law = np.array([b, a]) / (a + b)
    expected = law @ [entropy([a, 1 - a], base=2), entropy([b, 1 - b], base=2)]
    assert entropy_rate([[1 - a, a], [b, 1 - b]], base=2) == pytest.approx(expected)


def test_closed_form_periodic_independent_and_absorbed():
    assert entropy_rate([[0, 1], [1, 0]]) == 0
    p = [0.5, 0.25, 0.25]
    assert entropy_rate([p, p, p], base=2) == pytest.approx(1.5)
    assert entropy_rate([[1.0]]) == 0
    # the first state is left for good
    rows = [[0.5, 0.25, 0.25], [0, 0.5, 0.5], [0, 0.5, 0.5]]
    assert entropy_rate(rows) == pytest.approx(math.log(2))


@given(st.integers(0, 10**6), st.integers(2, 8), st.booleans())
def test_naive_twin_power_of_the_chain(seed, n, sparse):
    rows = random_chain(seed, n, sparse)
    law = np.full(n, 1 / n)
    for _ in range(4000):
        law = (law + law @ rows) / 2  # lazily, so that periods do no harm
    expected = sum(law[s] * entropy(rows[s]) for s in range(n))
    assert entropy_rate(rows) == pytest.approx(expected, abs=1e-6)


@given(st.integers(0, 10**6), st.integers(2, 6))
def test_law_between_nothing_and_all_and_blind_to_names(seed, n):
    rows = random_chain(seed, n)
    rate = entropy_rate(rows)
    assert 0 <= rate <= math.log(n)
    order = np.random.default_rng(seed).permutation(n)
    assert entropy_rate(rows[order][:, order]) == pytest.approx(rate)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([[0.5, 0.5]], "square"),
        ([[0.5, 0.6], [0.5, 0.5]], "`transitions` must sum to 1"),
        ([[1.0, 0.0], [0.0, 1.0]], "one closed class of states, got 2"),
        ([[math.nan, 1.0], [0.0, 1.0]], "`transitions` must hold no NaN"),
    ],
)
def test_bad_input_is_refused(rows, message):
    with pytest.raises(ValueError, match=message):
        entropy_rate(rows)
    with pytest.raises(ValueError, match="`base`"):
        entropy_rate([[1.0]], base=1)

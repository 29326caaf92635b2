"""Labels as numbers and how often they came together, by every path there is."""

import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.measures import entropy, mutual_information
from infomax.measures.discrete._count_loops import count_pairs, number_rows
from infomax.measures.discrete._counting import cells, combined, joint_counts
from infomax.measures.discrete._labels import MANY, coded

N = MANY + 3


def naive(x, y):
    """Return the plug-in information by counting pairs one by one."""
    n = len(x)
    pairs, left, right = Counter(zip(x, y, strict=True)), Counter(x), Counter(y)
    return sum(c / n * math.log(c * n / (left[a] * right[b])) for (a, b), c in pairs.items())


@pytest.mark.parametrize(
    ("n_x", "n_y", "low"), [(7, 5, -3), (300, 200, 0), (2, 9, -(2**62)), (1, 1, 5)]
)
def test_naive_twin_compiled_table(n_x, n_y, low):
    rng = np.random.default_rng(0)
    x, y = rng.integers(0, n_x, 1001) + low, rng.integers(0, n_y, 1001) - 2
    table = count_pairs(x, y, (low, -2), (n_x, n_y))
    expected = np.zeros((n_x, n_y), dtype=np.int64)
    for i, j in zip(x, y, strict=True):
        expected[i - low, j + 2] += 1
    assert (table == expected).all()


@given(st.lists(st.text(max_size=3), min_size=1, max_size=40))
def test_naive_twin_rows_are_numbered_as_they_come(words):
    array = np.array(words, dtype="U4")  # NumPy drops trailing NULs, in rows as in words
    numbers, n_values = number_rows(array.view(np.uint32).reshape(len(words), -1))
    seen: dict[str, int] = {}
    assert numbers.tolist() == [seen.setdefault(word, len(seen)) for word in array.tolist()]
    assert n_values == len(seen)


def test_naive_twin_many_different_rows_outgrow_their_slots():
    words = np.array([f"{i:x}" for i in np.random.default_rng(0).permutation(5000)])
    rows = np.concatenate([words, words[::-1]]).view(np.uint32).reshape(10_000, -1)
    numbers, n_values = number_rows(rows)
    assert n_values == 5000
    assert numbers.tolist() == [*range(5000), *range(4999, -1, -1)]


NUMBERS = np.random.default_rng(1).integers(-4, 9, N)
OTHER = (NUMBERS + np.random.default_rng(2).integers(0, 3, N)) // 2
TRUTH = naive(NUMBERS.tolist(), OTHER.tolist())
WORDS = np.array([f"word {i}" for i in range(-4, 9)])[NUMBERS + 4]


@pytest.mark.parametrize(
    "x",
    [
        NUMBERS,
        NUMBERS.astype(np.int8),
        (NUMBERS + 4).astype(np.uint16),
        NUMBERS.astype(np.float32),
        NUMBERS * 10**12,
        np.repeat(NUMBERS, 2)[::2],
        WORDS,
        WORDS.astype(object),
        WORDS.astype("S"),
        WORDS.tolist(),
        pd.Series(WORDS),
        pd.Series(WORDS, dtype="category"),
        [(word, 1) for word in WORDS.tolist()],
    ],
    ids=lambda x: f"{type(x).__name__} {getattr(x, 'dtype', '')}",
)
def test_law_every_kind_of_many_labels_gives_one_number(x):
    assert mutual_information(x, OTHER, kind="discrete") == pytest.approx(TRUTH, abs=1e-11)
    assert mutual_information(OTHER, x, kind="discrete") == pytest.approx(TRUTH, abs=1e-11)
    assert entropy(samples=x) == pytest.approx(entropy(samples=NUMBERS), abs=1e-12)


def test_law_wide_tables_are_counted_by_sorting():
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 10**9, 700), rng.integers(0, 500, 700)
    x[:300] = x[0]
    found = cells(coded("x", x), coded("y", y))
    assert found.joint.sum() == 700
    together = Counter(zip(x.tolist(), y.tolist(), strict=True))
    assert sorted(found.joint) == sorted(together.values())
    assert sorted(found.x[found.row]) == sorted(Counter(x.tolist())[a] for a, _ in together)
    assert sorted(found.y[found.column]) == sorted(Counter(y.tolist())[b] for _, b in together)


def test_law_combinations_of_many_wide_variables_do_not_overflow():
    rng = np.random.default_rng(4)
    columns = [rng.integers(0, 10**9, 300) for _ in range(6)]
    columns = [np.concatenate([c, c]) for c in columns]
    variables = [coded("x", c) for c in columns]
    assert sorted(joint_counts(*variables)[joint_counts(*variables) > 0]) == [2] * 300
    assert combined(*variables).n_values() == 300


def test_words_beyond_the_basic_plane_and_empty_words_stay_apart():
    words = np.array(["", "a", "\U0001d538", "\u00e9", "e\u0301"])[np.arange(N) % 5]
    assert entropy(samples=words) == pytest.approx(math.log(5), abs=1e-6)

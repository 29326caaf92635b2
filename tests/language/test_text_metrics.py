import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.language import (
    entropy_gap,
    is_typical_sequence,
    ngram_diversity,
    perplexity,
    repetition,
    zipf_coefficient,
)

texts = st.lists(st.integers(0, 6), min_size=4, max_size=40)


def test_closed_form_repetition():
    assert repetition([1, 2, 1, 2, 1, 2], windows=[2]) == pytest.approx(4 / 6)
    assert repetition([1, 2, 1, 2, 1, 2], windows=[1]) == 0
    assert repetition(["a", "b", "c", "d"]) == 0
    assert repetition(["a"] * 10) == pytest.approx(0.9)


def test_closed_form_diversity():
    assert ngram_diversity(["a", "b", "a", "b"]) == pytest.approx(0.791667, abs=1e-6)
    assert ngram_diversity(["a"] * 5, n=[1, 2]) == pytest.approx((1 / 5 + 1 / 4) / 2)
    assert ngram_diversity(range(9)) == 1


def test_closed_form_zipf_of_one_over_rank():
    frequencies = [60 // rank for rank in (1, 2, 3, 4, 5, 6)]
    tokens = [token for token, n in enumerate(frequencies) for _ in range(n)]
    assert zipf_coefficient(tokens) == pytest.approx(1, abs=1e-12)
    assert zipf_coefficient(list(range(9)) * 3) == pytest.approx(0, abs=1e-12)


def test_closed_form_perplexity():
    assert perplexity(np.log([[0.5, 0.125]])) == pytest.approx(4)
    assert perplexity([-math.inf, 0.0]) == math.inf
    assert perplexity([0.0]) == 1


@given(texts, st.lists(st.integers(1, 50), min_size=1, max_size=3))
def test_naive_twin_repetition(tokens, windows):
    shares = [
        sum(token in tokens[max(0, i - w) : i] for i, token in enumerate(tokens)) / len(tokens)
        for w in windows
    ]
    assert repetition(tokens, windows=windows) == pytest.approx(np.mean(shares))


@given(texts)
def test_naive_twin_diversity(tokens):
    shares = []
    for n in (1, 2, 3, 4):
        grams = [tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1)]
        shares.append(len(set(grams)) / len(grams))
    assert ngram_diversity(tokens) == pytest.approx(np.mean(shares))


@given(texts)
def test_naive_twin_zipf(tokens):
    counts = sorted((tokens.count(t) for t in set(tokens)), reverse=True)
    if len(counts) > 1:
        slope = np.polyfit(np.log(np.arange(1, len(counts) + 1)), np.log(counts), 1)[0]
        assert zipf_coefficient(tokens) == pytest.approx(-slope, abs=1e-9)


@given(texts, st.permutations(range(7)))
def test_law_relabelling_changes_nothing(tokens, names):
    renamed = [str(names[token]) for token in tokens]
    assert repetition(renamed) == repetition(np.array(tokens))
    assert ngram_diversity(renamed) == ngram_diversity(tokens)


@given(st.integers(0, 10**6), st.integers(2, 20))
def test_law_the_gap_of_a_draw_has_mean_zero(seed, n_tokens):
    p = np.random.default_rng(seed).dirichlet(np.ones(n_tokens))
    entropy = -(p * np.log(p)).sum()
    gaps = entropy_gap(np.log(p), np.full(n_tokens, entropy))
    assert (p * gaps).sum() == pytest.approx(0, abs=1e-12)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=9), st.floats(0.01, 3))
def test_law_locally_typical_is_globally_typical(p, epsilon):
    entropies = np.full(len(p), 0.7)
    if is_typical_sequence(np.log(p), entropies, epsilon=epsilon):
        assert is_typical_sequence(np.log(p), entropies, epsilon=epsilon, scope="global")


def test_closed_form_typical_sequences():
    even = np.log([0.5, 0.5])
    assert is_typical_sequence(even, [math.log(2)] * 2, epsilon=1e-9)
    assert not is_typical_sequence(even, [math.log(2), 0.0], epsilon=0.5)
    assert not is_typical_sequence(even, [0.0, 0.0], epsilon=0.69, scope="global")


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: repetition([]), "`tokens` must be at least 1"),
        (lambda: repetition("a text"), "`tokens` must be a sequence"),
        (lambda: repetition(3), "`tokens` must be a sequence"),
        (lambda: repetition(np.zeros((2, 2))), "`tokens` must be one text"),
        (lambda: repetition([1], windows=[]), "`windows`"),
        (lambda: repetition([1], windows=[0]), "`windows`"),
        (lambda: zipf_coefficient([1, 1]), "two different"),
        (lambda: ngram_diversity([1, 2, 3]), "`tokens` must be at least 4"),
        (lambda: ngram_diversity([1, 2, 3], n=[]), "`n`"),
        (lambda: perplexity([0.1]), "`token_log_probs` must be at most 0"),
        (lambda: perplexity([math.nan]), "`token_log_probs`"),
        (lambda: entropy_gap([0.0], [0.0, 1.0]), "`entropies` must have the shape"),
        (lambda: entropy_gap([0.1], [0.0]), "`token_log_probs`"),
        (lambda: entropy_gap([0.0], [-0.1]), "`entropies`"),
        (lambda: is_typical_sequence([0.0], [0.0], epsilon=0), "`epsilon`"),
        (lambda: is_typical_sequence([0.0], [0.0], scope="far"), "`scope`"),
        (lambda: is_typical_sequence([[0.0]], [[0.0]]), "one text"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()

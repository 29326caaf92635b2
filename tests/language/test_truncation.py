import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.naive import is_clear, mass_at_boundary, naive_nucleus, naive_typical
from tests.strategies.logits import logits

from infomax.language import eta_mask, min_p_mask, nucleus_mask, top_k_mask, typical_mask
from infomax.language._smallest_set import covering_mask_by_sorting
from infomax.measures import categorical_entropy

INF = math.inf
COVERING = {"typical": (typical_mask, naive_typical), "nucleus": (nucleus_mask, naive_nucleus)}
RULES = {
    "typical": lambda x: typical_mask(x, mass=0.6),
    "nucleus": lambda x: nucleus_mask(x, mass=0.6),
    "top-k": lambda x: top_k_mask(x, k=1),
    "min-p": lambda x: min_p_mask(x, min_p=0.3),
    "eta": lambda x: eta_mask(x, epsilon=0.05),
}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def kept(mask):
    return set(np.flatnonzero(mask).tolist())


def log(p):
    with np.errstate(divide="ignore"):
        return np.log(p)


@pytest.mark.parametrize(
    ("mass", "expected"),
    [
        (0.19, {1}),
        (0.25, {0, 1}),
        (0.5, {0, 1}),
        (0.85, {0, 1, 2}),
        (0.95, {0, 1, 2, 3}),
        (1, {*range(5)}),
    ],
)
def test_closed_form_five_tokens(mass, expected):
    p = [0.6, 0.2, 0.1, 0.06, 0.04]
    assert kept(typical_mask(log(p), mass=mass)) == expected
    assert kept(typical_mask(torch.tensor(p).log(), mass=mass).numpy()) == expected


@pytest.mark.parametrize(
    ("mass", "expected"),
    [(0.2, {1}), (0.25, {1}), (0.3, {0, 1}), (0.8, {0, 1, 2, 3}), (0.9, {0, 1, 2, 3})],
)
def test_closed_form_dyadic_with_a_tie(mass, expected):
    assert kept(typical_mask(log([0.5, 0.25, 0.125, 0.125]), mass=mass)) == expected


@pytest.mark.parametrize(("mass", "expected"), [(0.2, {0}), (0.94, {0, 1})])
def test_closed_form_peaked(mass, expected):
    assert kept(typical_mask(log([0.9, 0.05, 0.03, 0.02]), mass=mass)) == expected


@pytest.mark.parametrize("mass", [0.01, 0.5, 0.99])
def test_closed_form_uniform_keeps_everything(mass):
    assert typical_mask(np.full(300, 2.5), mass=mass).all()


def test_closed_form_deterministic_and_barred():
    assert kept(typical_mask([-INF, 3.0, -INF], mass=0.5)) == {1}
    assert kept(typical_mask(np.array([-INF, 0.0, 0.0]), mass=1)) == {1, 2}
    assert kept(nucleus_mask([-INF, 3.0, 800.0], mass=0.99)) == {2}


@every_rule
def test_closed_form_one_token(rule):
    assert rule(np.array([[-7.0]])).tolist() == [[True]]
    assert rule(torch.tensor([2.0], dtype=torch.bfloat16)).tolist() == [True]


def test_closed_form_other_rules():
    p = np.array([0.5, 0.3, 0.15, 0.05])
    assert kept(nucleus_mask(log(p), mass=0.7)) == {0, 1}
    assert kept(nucleus_mask(log(p), mass=0.1, min_tokens_to_keep=3)) == {0, 1, 2}
    assert kept(top_k_mask(log(p), k=3)) == {0, 1, 2}
    assert kept(top_k_mask([1.0, 1.0, 0.0], k=1)) == {0, 1}
    assert kept(min_p_mask(log(p), min_p=0.2)) == {0, 1, 2}
    assert kept(min_p_mask(log(p), min_p=1)) == {0}
    eta = 0.2 * math.exp(-categorical_entropy(p))  # 0.063, below epsilon
    assert 0.05 < eta < 0.15
    assert kept(eta_mask(log(p), epsilon=0.1, alpha=0.2)) == {0, 1, 2}
    assert kept(eta_mask(log(p), epsilon=0.01, alpha=5)) == {0, 1, 2, 3}


def test_closed_form_released_convention_leaves_out_the_crossing_token():
    logits = log([0.6, 0.2, 0.1, 0.06, 0.04])
    for mass, expected in ((0.19, {1}), (0.5, {1}), (0.85, {0, 1})):
        assert kept(typical_mask(logits, mass=mass, convention="released")) == expected
    as_tensor = typical_mask(torch.tensor(logits), mass=0.5, convention="released")
    assert kept(as_tensor.numpy()) == {1}


@pytest.mark.parametrize("name", COVERING)
@given(x=logits(), mass=st.sampled_from([0.05, 0.2, 0.5, 0.9, 0.95, 0.99, 1]), keep=st.booleans())
@settings(max_examples=80)
def test_naive_twin_smallest_set(name, x, mass, keep):
    rule, naive = COVERING[name]
    at_least = min(3, x.shape[1]) if keep else 1
    found = rule(x, mass=mass, min_tokens_to_keep=at_least)
    for row, mask in zip(x, found, strict=True):
        if is_clear(row, mass, of=name, at_least=at_least):
            np.testing.assert_array_equal(mask, naive(row, mass, at_least))


@pytest.mark.parametrize("mass", [0.2, 0.5, 0.9, 0.95, 0.99])
def test_naive_twin_a_thousand_rows_of_a_vocabulary(mass):
    generator = np.random.default_rng(1)
    scales = generator.choice([1.0, 2.0, 3.0], size=(1000, 1))
    x = (generator.normal(size=(1000, 3000)) * scales).astype(np.float32)
    found = typical_mask(x, mass=mass)
    for row, mask in zip(x, found, strict=True):
        assert (mask == naive_typical(row, mass)).all() or mass_at_boundary(row, mass) < 1e-6


@pytest.mark.parametrize("centre", ["mean", "top"])
@given(x=logits(max_tokens=400), mass=st.floats(0.01, 0.999))
@settings(max_examples=60)
def test_law_selecting_is_sorting(centre, x, mass):
    rule = typical_mask if centre == "mean" else nucleus_mask
    clear = [is_clear(row, mass, "typical" if centre == "mean" else "nucleus") for row in x]
    by_sorting = covering_mask_by_sorting(torch.tensor(x), centre=centre, mass=mass, at_least=1)
    np.testing.assert_array_equal(rule(x, mass=mass)[clear], by_sorting.numpy()[clear])


@every_rule
@given(x=logits(), seed=st.integers(0, 99))
@settings(max_examples=40)
def test_law_permuting_the_vocabulary_permutes_the_mask(rule, x, seed):
    order = np.random.default_rng(seed).permutation(x.shape[1])
    clear = [is_clear(row, 0.6) and is_clear(row, 0.6, "nucleus") for row in x]
    np.testing.assert_array_equal(rule(x[:, order])[clear], rule(x)[clear][:, order])


@every_rule
@given(x=logits(), shift=st.integers(-64, 64))
@settings(max_examples=40)
def test_law_a_constant_added_to_all_logits_changes_nothing(rule, x, shift):
    x = np.round(x * 64) / 64  # so that the sum is exact
    np.testing.assert_array_equal(rule(x + shift), rule(x))


@pytest.mark.parametrize("name", COVERING)
@given(x=logits(barred=False), mass=st.floats(0.01, 0.99))
@settings(max_examples=60)
def test_law_kept_mass_reaches_the_goal_and_no_less_would_do(name, x, mass):
    rule, _ = COVERING[name]
    mask = rule(x, mass=mass)
    p = np.exp(x - x.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    assert (np.where(mask, p, 0).sum(axis=1) >= mass - 1e-9).all()
    log_p = np.log(np.maximum(p, 1e-300))
    far = np.abs(log_p + -(p * log_p).sum(axis=1, keepdims=True)) if name == "typical" else -x
    for row in range(len(x)):
        chosen = np.flatnonzero(mask[row])
        farthest = far[row, chosen].max()
        inside = chosen[far[row, chosen] < farthest - 1e-9]
        assert p[row, inside].sum() < mass + 1e-9


@given(x=logits())
def test_law_nested_sets(x):
    small, large = typical_mask(x, mass=0.3), typical_mask(x, mass=0.8)
    assert (small <= large).all()
    assert (top_k_mask(x, k=1) <= nucleus_mask(x, mass=0.4)).all()
    assert (top_k_mask(x, k=1) <= min_p_mask(x, min_p=0.5)).all()
    assert (top_k_mask(x, k=1) <= eta_mask(x, epsilon=0.2)).all()


@pytest.mark.parametrize("kind", ["float32", "float16", "bfloat16"])
@every_rule
def test_law_tensors_and_arrays_agree(rule, kind):
    x = torch.randn((5, 3, 200), generator=torch.Generator().manual_seed(0)).to(
        getattr(torch, kind)
    )
    mask = rule(x)
    assert mask.shape == x.shape
    assert mask.dtype == torch.bool
    np.testing.assert_array_equal(mask.numpy(), rule(x.float().numpy()))


def test_law_bfloat16_never_runs_out_of_vocabulary():
    x = torch.randn((4, 50_000), generator=torch.Generator().manual_seed(0)).bfloat16()
    mask = typical_mask(x, mass=0.99)
    assert (mask.sum(dim=1) < 50_000).all()
    p = x.double().softmax(dim=1)
    assert ((p * mask).sum(dim=1) >= 0.99 - 1e-6).all()


def test_law_the_greedy_set_is_no_better_than_the_best_subset():
    generator = np.random.default_rng(0)
    ratios = []
    for _ in range(30):
        p = generator.dirichlet(np.ones(8))
        cost = np.abs(np.log(p) + categorical_entropy(p))
        found = cost[typical_mask(np.log(p), mass=0.7)].sum()
        best = min(
            cost[list(chosen)].sum()
            for n in range(1, 9)
            for chosen in itertools.combinations(range(8), n)
            if p[list(chosen)].sum() >= 0.7
        )
        ratios.append(found / best)
    assert min(ratios) >= 1 - 1e-12
    assert max(ratios) > 1.01  # nearest first is a rule of thumb, not the optimum


def test_law_many_tied_tokens_are_kept_together():
    x = np.concatenate([np.zeros(1000), np.full(1000, -1.0), np.full(1000, -2.0)])
    mask = nucleus_mask(x, mass=0.8)
    assert [int(part.sum()) for part in np.split(mask, 3)] == [1000, 1000, 0]


@pytest.mark.peer
@pytest.mark.parametrize("mass", [0.2, 0.5, 0.9, 0.95])
def test_peer_transformers_in_float64(mass):
    process = pytest.importorskip("transformers.generation.logits_process")
    x = torch.randn((50, 2000), generator=torch.Generator().manual_seed(3)).double() * 2
    theirs = process.TypicalLogitsWarper(mass)(None, x) > -INF
    assert torch.equal(typical_mask(x, mass=mass), theirs)
    theirs = process.TopPLogitsWarper(mass)(None, x) > -INF
    assert torch.equal(nucleus_mask(x, mass=mass), theirs)


@pytest.mark.peer
def test_peer_transformers_other_rules():
    process = pytest.importorskip("transformers.generation.logits_process")
    x = torch.randn((50, 2000), generator=torch.Generator().manual_seed(3)) * 2
    for mine, theirs in (
        (top_k_mask(x, k=30), process.TopKLogitsWarper(30)),
        (min_p_mask(x, min_p=0.1), process.MinPLogitsWarper(0.1)),
        (eta_mask(x, epsilon=3e-4), process.EtaLogitsWarper(3e-4)),
    ):
        assert torch.equal(mine, theirs(None, x.clone()) > -INF)


@pytest.mark.parametrize("kind", [np.array, torch.tensor], ids=["array", "tensor"])
@every_rule
def test_bad_logits_are_refused(rule, kind):
    for values, message in (
        ([[0.0, 1.0], [0.0, math.nan]], r"`logits` must hold no NaN, got nan at index \(1, 1\)"),
        ([[0.0, 1.0], [INF, 0.0]], r"`logits` must be below infinity, got inf at index \(1, 0\)"),
        ([[0.0, 1.0], [-INF, -INF]], r"minus infinity throughout row \(1,\)"),
        ([[], []], r"`logits` must have the shape \(..., n_tokens\), got \(2, 0\)"),
    ):
        with pytest.raises(ValueError, match=message):
            rule(kind(values))
    with pytest.raises(ValueError, match="`logits` must"):
        rule(["a", "b"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: typical_mask(x, mass=0), "`mass`"),
        (lambda x: typical_mask(x, mass=1.1), "`mass`"),
        (lambda x: typical_mask(x, min_tokens_to_keep=0), "`min_tokens_to_keep`"),
        (lambda x: typical_mask(x, min_tokens_to_keep=4), "`min_tokens_to_keep`"),
        (lambda x: typical_mask(x, convention="code"), "`convention`"),
        (lambda x: nucleus_mask(x, mass=math.nan), "`mass`"),
        (lambda x: top_k_mask(x, k=0), "`k`"),
        (lambda x: top_k_mask(x, k=4), "`k`"),
        (lambda x: min_p_mask(x, min_p=0), "`min_p`"),
        (lambda x: eta_mask(x, epsilon=1), "`epsilon`"),
        (lambda x: eta_mask(x, alpha=0), "`alpha`"),
    ],
)
def test_bad_options_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(np.zeros(3))

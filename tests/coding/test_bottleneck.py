import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies.distributions import distributions

from infomax.coding import bottleneck_coupling, minimum_entropy_coupling
from infomax.measures import entropy, mutual_information

BIT = math.log(2)
ENCODERS = ("greedy", "perturbed", "scalar", "scalar_fitted")
few = settings(deadline=None, max_examples=60)
budgets = st.floats(0, 2.5)


def composed(encoder, decoder):
    """Compose two dense joints, in plain loops."""
    joint = np.zeros((encoder.shape[0], decoder.shape[1]))
    for t in range(encoder.shape[1]):
        for x in range(encoder.shape[0]):
            for y in range(decoder.shape[1]):
                joint[x, y] += encoder[x, t] * decoder[t, y] / encoder[:, t].sum()
    return joint


@pytest.mark.parametrize(
    ("bits", "greedy", "scalar"),
    [(3, 3, 3), (2.5, 2.5, 2), (2, 2, 2), (1.5, 1.298795, 1), (1, 0.811278, 1), (0, 0, 0)],
)
def test_closed_form_eight_by_eight(bits, greedy, scalar):
    uniform = np.full(8, 1 / 8)
    for encoder, wanted in (("greedy", greedy), ("scalar", scalar), ("scalar_fitted", scalar)):
        coupling = bottleneck_coupling(uniform, uniform, max_entropy=bits * BIT, encoder=encoder)
        assert coupling.information == pytest.approx(wanted * BIT, abs=1e-6)
    if bits == 2.5:
        greedy_joint = bottleneck_coupling(uniform, uniform, max_entropy=bits * BIT).joint
        assert entropy(greedy_joint.toarray(), base=2) == pytest.approx(3.5)


@pytest.mark.parametrize("encoder", ENCODERS)
def test_closed_form_ends_of_the_budget(encoder):
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4])
    nothing = bottleneck_coupling(p, q, max_entropy=0, encoder=encoder)
    np.testing.assert_allclose(nothing.joint.toarray(), np.outer(p, q), atol=1e-15)
    assert nothing.information == pytest.approx(0, abs=1e-12)
    everything = bottleneck_coupling(p, q, max_entropy=math.log(3), encoder=encoder)
    plain = minimum_entropy_coupling(p, q)
    np.testing.assert_allclose(everything.joint.toarray(), plain.toarray(), atol=1e-15)


@few
@given(distributions(), distributions(), budgets, st.sampled_from(ENCODERS))
def test_law_ends_budget_and_lower_bound(p, q, budget, encoder):
    coupling = bottleneck_coupling(p, q, max_entropy=budget, encoder=encoder)
    joint = coupling.joint.toarray()
    np.testing.assert_allclose(joint.sum(axis=1), p, rtol=0, atol=1e-12)
    np.testing.assert_allclose(joint.sum(axis=0), q, rtol=0, atol=1e-12)
    assert coupling.encoder.entropy <= budget + 1e-11
    assert coupling.information == pytest.approx(mutual_information(joint), abs=1e-8)
    assert coupling.lower_bound <= coupling.information + 1e-8
    assert coupling.information <= coupling.encoder.information + 1e-8
    terms = (
        mutual_information(coupling.encoder.matrix)
        + mutual_information(coupling.decoder.matrix)
        - coupling.encoder.entropy
    )
    assert coupling.lower_bound == pytest.approx(terms, abs=1e-8)


@few
@given(distributions(), distributions(), budgets, st.sampled_from(ENCODERS))
def test_naive_twin_composition(p, q, budget, encoder):
    coupling = bottleneck_coupling(p, q, max_entropy=budget, encoder=encoder)
    twin = composed(coupling.encoder.toarray(), coupling.decoder.toarray())
    np.testing.assert_allclose(coupling.joint.toarray(), twin, rtol=0, atol=1e-12)
    for x in np.flatnonzero(p > 1e-9):
        law = coupling.conditional(int(x))
        np.testing.assert_allclose(law, twin[x] / twin[x].sum(), rtol=0, atol=1e-9)
    for y in np.flatnonzero(q > 1e-9):
        law = coupling.posterior(int(y))
        np.testing.assert_allclose(law, twin[:, y] / twin[:, y].sum(), rtol=0, atol=1e-9)


@few
@given(distributions(), distributions(), budgets)
def test_law_a_game_step_keeps_the_policy_and_beliefs(p, q, budget):
    coupling = bottleneck_coupling(p, q, max_entropy=budget, encoder="perturbed")
    support = np.flatnonzero(p)
    mean = sum(p[x] * coupling.conditional(int(x)) for x in support)
    np.testing.assert_allclose(mean, q, rtol=0, atol=1e-12)
    for y in np.flatnonzero(q):
        belief = coupling.posterior(int(y))
        assert belief.sum() == pytest.approx(1)
        assert (belief[p == 0] == 0).all()


def test_law_masses_that_nearly_underflow_keep_their_laws():
    p = np.array([1 - 1e-290, 1e-290])
    coupling = bottleneck_coupling(p, [1 - 1e-300, 1e-300], max_entropy=1)
    for law in (coupling.conditional(1), coupling.posterior(1)):
        assert np.isfinite(law).all()
        assert law.sum() == pytest.approx(1)


def test_law_factors_stay_sparse():
    p, q = np.full(4_000, 1 / 4_000), np.full(3_000, 1 / 3_000)
    coupling = bottleneck_coupling(p, q, max_entropy=1.0)
    assert len(coupling.encoder.masses) == 4_000
    assert len(coupling.decoder.masses) <= 3_000 + len(coupling.encoder.code_pmf)
    assert coupling.information == pytest.approx(coupling.lower_bound)


@pytest.mark.parametrize("bad", [[], [[0.5, 0.5]], [0.5, np.nan], [1.5, -0.5], [0.5, 0.6]])
def test_bad_distributions_are_refused_by_name(bad):
    with pytest.raises(ValueError, match="`p`"):
        bottleneck_coupling(bad, [1.0], max_entropy=1)
    with pytest.raises(ValueError, match="`q`"):
        bottleneck_coupling([1.0], bad, max_entropy=1)


def test_bad_options_are_refused_by_name():
    for bad in (-1, np.nan, None):
        with pytest.raises(ValueError, match="`max_entropy`"):
            bottleneck_coupling([1.0], [1.0], max_entropy=bad)
    with pytest.raises(ValueError, match="`encoder`"):
        bottleneck_coupling([1.0], [1.0], max_entropy=1, encoder="best")
    coupling = bottleneck_coupling([1.0, 0.0], [0.5, 0.5, 0.0], max_entropy=1)
    for bad in (-1, 2, 1, 0.5):  # 1 has no mass
        with pytest.raises(ValueError, match="`x`"):
            coupling.conditional(bad)
    for bad in (-1, 3, 2, 0.5):
        with pytest.raises(ValueError, match="`y`"):
            coupling.posterior(bad)

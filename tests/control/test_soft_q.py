import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.control import GridWorld, soft_q_iteration
from infomax.exceptions import ConvergenceWarning


def random_process(seed, n_states=6, n_actions=3):
    generator = np.random.default_rng(seed)
    P = generator.dirichlet(np.ones(n_states), size=(n_states, n_actions))
    return P, generator.normal(size=n_states), generator.random(n_states) < 0.3


def two_ends(temperature, rewards=(1.0, 0.0)):
    """One state whose two actions are worth exactly `rewards`."""
    P = np.zeros((3, 2, 3))
    P[0, 0, 1] = P[0, 1, 2] = P[1, :, 1] = P[2, :, 2] = 1
    R = [0.0, *(r - temperature * math.log(2) for r in rewards)]
    return P, R, np.array([False, True, True])


def test_closed_form_grid_of_the_coding_game():
    world = GridWorld()
    plan = soft_q_iteration(
        world.P, world.R, world.terminal, temperature=math.exp(-6), max_iterations=100
    )
    expected = [0.002648, 0.000559, 0.000019, 0.996774]
    np.testing.assert_allclose(plan.policy[world.start], expected, atol=5e-7)
    assert plan.value[world.start] == pytest.approx(0.340558, abs=5e-7)


def test_closed_form_two_actions():
    plan = soft_q_iteration(*two_ends(0.5), temperature=0.5, discount=1)
    np.testing.assert_allclose(plan.q[0], [1, 0], atol=1e-12)
    assert plan.value[0] == pytest.approx(1.063464, abs=5e-7)
    np.testing.assert_allclose(plan.policy[0], [0.880797, 0.119203], atol=5e-7)


def test_closed_form_chain_without_entropy():
    P = np.zeros((5, 2, 5))
    for s in range(5):
        P[s, 0, max(s - 1, 0)] = P[s, 1, min(s + 1, 4)] = 1
    ends = np.arange(5) == 4
    plan = soft_q_iteration(P, ends.astype(float), ends, temperature=0, discount=0.9)
    np.testing.assert_allclose(plan.value, [0.6561, 0.729, 0.81, 0.9, 1], atol=1e-12)
    assert (plan.policy[:4] == [0, 1]).all()
    assert (plan.policy[4] == [1, 0]).all()  # a tie goes to the first action


def test_closed_form_value_at_the_end_holds_one_free_action():
    world = GridWorld()
    plan = soft_q_iteration(world.P, world.R, world.terminal, temperature=0.01)
    np.testing.assert_allclose(
        plan.value[world.terminal], world.R[world.terminal] + 0.01 * math.log(4), atol=1e-12
    )
    np.testing.assert_allclose(plan.policy[world.terminal], 0.25, atol=1e-12)


@given(seed=st.integers(0, 10**6), temperature=st.floats(0.01, 2), discount=st.floats(0.1, 0.95))
def test_naive_twin_with_loops(seed, temperature, discount):
    P, R, ends = random_process(seed)
    plan = soft_q_iteration(P, R, ends, temperature=temperature, discount=discount)
    n_states, n_actions, _ = P.shape
    q = [[float(R[s])] * n_actions for s in range(n_states)]

    def value(s):
        return temperature * math.log(sum(math.exp(x / temperature) for x in q[s]))

    for _ in range(plan.iterations):
        v = [value(s) for s in range(n_states)]
        for s in range(n_states):
            if not ends[s]:
                for a in range(n_actions):
                    ahead = sum(P[s, a, t] * v[t] for t in range(n_states))
                    q[s][a] = R[s] + discount * ahead
    np.testing.assert_allclose(plan.q, q, rtol=1e-10, atol=1e-10)
    policy = [[math.exp((x - value(s)) / temperature) for x in q[s]] for s in range(n_states)]
    np.testing.assert_allclose(plan.policy, policy, rtol=1e-8, atol=1e-12)


@given(seed=st.integers(0, 10**6), temperature=st.floats(0, 1))
def test_law_fixed_point_and_policy(seed, temperature):
    P, R, ends = random_process(seed)
    plan = soft_q_iteration(P, R, ends, temperature=temperature, discount=0.9)
    np.testing.assert_allclose(plan.policy.sum(axis=1), 1, atol=1e-12)
    assert plan.gap <= 1e-6
    backup = R[:, None] + 0.9 * P @ plan.value
    assert np.abs(backup - plan.q)[~ends].max(initial=0) <= 0.9 * plan.gap + 1e-12
    # The variational form: V = sum pi Q + temperature * H(pi).
    logs = np.log(np.where(plan.policy > 0, plan.policy, 1))
    free = (plan.policy * (plan.q - temperature * logs)).sum(axis=1)
    np.testing.assert_allclose(plan.value, free, atol=1e-9)


@given(seed=st.integers(0, 10**6), low=st.floats(0, 1), more=st.floats(0, 1))
def test_law_entropy_bonus_never_lowers_the_value(seed, low, more):
    process = random_process(seed)
    cold = soft_q_iteration(*process, temperature=low, discount=0.8)
    warm = soft_q_iteration(*process, temperature=low + more, discount=0.8)
    assert (warm.value >= cold.value - 1e-4).all()


def test_law_cold_policies_approach_the_best_action():
    world = GridWorld()
    best = soft_q_iteration(world.P, world.R, world.terminal, temperature=0)
    cold = soft_q_iteration(world.P, world.R, world.terminal, temperature=1e-4)
    np.testing.assert_allclose(cold.value, best.value, atol=1e-2)
    assert set(np.unique(best.policy)) == {0, 1}


def test_warns_when_stopped_early():
    world = GridWorld()
    with pytest.warns(ConvergenceWarning, match="`max_iterations`"):
        plan = soft_q_iteration(world.P, world.R, world.terminal, temperature=0.1, max_iterations=3)
    assert plan.iterations == 3
    assert plan.gap > 1e-6


P2 = np.full((2, 2, 2), 0.5)


@pytest.mark.parametrize(
    ("arrays", "options", "named"),
    [
        ((P2[0], [0, 0], [False, True]), {}, "P"),
        ((P2[:, :, :1], [0, 0], [False, True]), {}, "P"),
        ((P2 * 0.9, [0, 0], [False, True]), {}, "P"),
        ((np.array([[[1.5, -0.5]] * 2] * 2), [0, 0], [False, True]), {}, "P"),
        ((P2 * np.nan, [0, 0], [False, True]), {}, "P"),
        ((np.zeros((0, 2, 0)), [], []), {}, "P"),
        ((P2, [0, 0, 0], [False, True]), {}, "R"),
        ((P2, [0, np.inf], [False, True]), {}, "R"),
        ((P2, [0, 0], [False]), {}, "terminal"),
        ((P2, [0, 0], [0.2, 1]), {}, "terminal"),
        ((P2, [0, 0], [False, True]), {"temperature": -1}, "temperature"),
        ((P2, [0, 0], [False, True]), {"temperature": float("nan")}, "temperature"),
        ((P2, [0, 0], [False, True]), {"temperature": float("inf")}, "temperature"),
        ((P2, [0, 0], [False, True]), {"discount": 0}, "discount"),
        ((P2, [0, 0], [False, True]), {"discount": 1.1}, "discount"),
        ((P2, [0, 0], [False, True]), {"max_iterations": 0}, "max_iterations"),
        ((P2, [0, 0], [False, True]), {"tolerance": -1e-3}, "tolerance"),
    ],
)
def test_bad_input_is_named(arrays, options, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        soft_q_iteration(*arrays, **{"temperature": 0.1, **options})

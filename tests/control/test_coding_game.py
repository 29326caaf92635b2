import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infomax.coding import bottleneck_coupling, minimum_entropy_coupling
from infomax.control import GridWorld, MarkovCodingGame, soft_q_iteration
from infomax.measures import entropy, mutual_information

ENCODERS = ("greedy", "perturbed", "scalar", "scalar_identity", "scalar_fitted")
WORLD = GridWorld()
PLAN = soft_q_iteration(WORLD.P, WORLD.R, WORLD.terminal, temperature=math.exp(-4))
UNIFORM = np.full(16, 1 / 16)


def two_state_world(policy):
    """One state, as many self-loops as actions; the walk never ends."""

    class World:
        P = np.ones((1, len(policy), 1))
        R = np.array([1.0])
        terminal = np.array([False])
        start = 0

    return World(), [policy]


@st.composite
def games(draw):
    generator = np.random.default_rng(draw(st.integers(0, 10**6)))
    n_messages = draw(st.integers(1, 24))
    prior = generator.dirichlet(np.full(n_messages, draw(st.sampled_from([0.3, 1.0, 10.0]))))
    limit = draw(st.one_of(st.none(), st.floats(0, 1.2)))
    options = {"encoder": draw(st.sampled_from(ENCODERS))}
    if limit is not None:
        options["max_entropy"] = limit * entropy(prior)
    return MarkovCodingGame(WORLD, PLAN.policy, prior, **options), generator


@settings(deadline=None)  # the first call compiles
@given(game=games(), state=st.integers(0, 56))
def test_law_behaviour_averages_to_the_policy(game, state):
    game, _ = game
    belief = game.message_prior
    code = game.code(belief, state)
    joint = code.joint()
    np.testing.assert_allclose(joint.sum(axis=1), belief, atol=1e-12)
    np.testing.assert_allclose(joint.sum(axis=0), game.policy[state], atol=1e-12)
    laws = np.array([code.action_law(m) for m in range(len(belief))])
    np.testing.assert_allclose(belief @ laws, game.policy[state], atol=1e-12)
    assert code.information() == pytest.approx(mutual_information(joint), abs=1e-10)
    if game.max_entropy is not None and game.encoder != "scalar_identity":
        assert code.code_entropy() <= game.max_entropy + 1e-9
    assert code.information() <= code.code_entropy() + 1e-9
    for action in np.flatnonzero(game.policy[state]):
        np.testing.assert_allclose(
            code.posterior(action), joint[:, action] / joint[:, action].sum(), atol=1e-12
        )


@settings(max_examples=40, deadline=None)
@given(game=games(), seed=st.integers(0, 10**6))
def test_law_receiver_reproduces_the_beliefs_from_the_walk_alone(game, seed):
    game, generator = game
    message = int(generator.choice(len(game.message_prior), p=game.message_prior))
    episode = game.play(message, max_steps=12, random_state=seed)
    beliefs = game.decode(episode.states, episode.actions)
    np.testing.assert_array_equal(beliefs, episode.beliefs)
    np.testing.assert_array_equal(game.decode(episode.states[:-1], episode.actions), beliefs)
    np.testing.assert_allclose(beliefs.sum(axis=1), 1, atol=1e-12)
    assert (beliefs >= 0).all()
    assert len(episode.states) == len(episode.actions) + 1 == len(beliefs)
    assert len(episode.information) == len(episode.code_entropy) == len(episode.actions)
    assert episode.decoded == beliefs[-1].argmax()
    rewards = WORLD.R[episode.states]
    assert episode.discounted_reward == pytest.approx(
        sum(0.95**k * r for k, r in enumerate(rewards))
    )
    moves = WORLD.P[episode.states[:-1], episode.actions, episode.states[1:]]
    assert (moves > 0).all()
    assert episode.terminated == WORLD.terminal[episode.states[-1]]


def test_closed_form_uniform_messages_over_uniform_actions_are_read_digit_by_digit():
    world, policy = two_state_world(np.full(4, 0.25))
    game = MarkovCodingGame(world, policy, UNIFORM)
    for message in range(16):
        episode = game.play(message, max_steps=3, random_state=message)
        assert episode.decoded == message
        np.testing.assert_allclose(episode.information, [math.log(4), math.log(4), 0], atol=1e-12)
        np.testing.assert_allclose(episode.beliefs[:, message], [1 / 16, 1 / 4, 1, 1])
        assert episode.discounted_reward == pytest.approx(1 + 0.95 + 0.95**2 + 0.95**3)
        assert not episode.terminated


def test_closed_form_the_limit_holds_at_every_step():
    world, policy = two_state_world(np.full(4, 0.25))
    game = MarkovCodingGame(world, policy, UNIFORM, max_entropy=math.log(2))
    episode = game.play(5, max_steps=6, random_state=0)
    assert (episode.code_entropy <= math.log(2) + 1e-12).all()
    assert (episode.information <= episode.code_entropy + 1e-12).all()
    assert episode.information[0] > 0.1


def test_closed_form_the_paper_s_scalar_code_never_tells_messages_of_a_block_apart():
    world, policy = two_state_world(np.full(4, 0.25))
    limit = {"max_entropy": math.log(4)}
    fixed = MarkovCodingGame(world, policy, UNIFORM, encoder="scalar", **limit)
    belief = fixed.play(6, max_steps=20, random_state=0).beliefs[-1]
    np.testing.assert_allclose(belief[4:8], 0.25)
    for encoder in ("scalar_identity", "scalar_fitted", "greedy", "perturbed"):
        game = MarkovCodingGame(world, policy, UNIFORM, encoder=encoder, **limit)
        assert game.play(6, max_steps=20, random_state=0).decoded == 6


@pytest.mark.parametrize("max_entropy", [None, 1.0])
def test_closed_form_a_deterministic_policy_hides_nothing(max_entropy):
    plan = soft_q_iteration(WORLD.P, WORLD.R, WORLD.terminal, temperature=0)
    game = MarkovCodingGame(WORLD, plan.policy, UNIFORM, max_entropy=max_entropy)
    episode = game.play(9, random_state=0)
    assert episode.terminated
    np.testing.assert_allclose(episode.information, 0, atol=1e-12)
    np.testing.assert_allclose(episode.beliefs, 1 / 16, atol=1e-12)


def test_closed_form_a_limit_above_the_entropy_changes_nothing():
    free = MarkovCodingGame(WORLD, PLAN.policy, UNIFORM)
    for encoder in ("greedy", "perturbed", "scalar_identity", "scalar_fitted"):
        wide = MarkovCodingGame(WORLD, PLAN.policy, UNIFORM, max_entropy=3, encoder=encoder)
        one, other = (g.play(3, max_steps=15, random_state=8) for g in (free, wide))
        np.testing.assert_array_equal(one.actions, other.actions)
        np.testing.assert_allclose(one.beliefs, other.beliefs, atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(game=games(), state=st.integers(0, 56))
def test_naive_twin_dense_joint(game, state):
    """The dense products of the paper against the sparse ones here."""
    game, _ = game
    belief, law = game.message_prior, game.policy[state]
    limit, encoder = game.max_entropy, game.encoder
    if encoder == "scalar_identity" and limit is not None:
        encoder, limit = "scalar", None if entropy(belief) <= limit else limit
    if limit is None:
        joint = minimum_entropy_coupling(belief, law).matrix.toarray()
    else:
        parts = bottleneck_coupling(belief, law, max_entropy=limit, encoder=encoder)
        first, second = parts.encoder.toarray(), parts.decoder.toarray()
        joint = np.zeros((len(belief), len(law)))
        for t in range(first.shape[1]):
            if first[:, t].sum() > 0:
                joint += np.outer(first[:, t], second[t]) / first[:, t].sum()
    np.testing.assert_allclose(game.code(belief, state).joint(), joint, atol=1e-12)


def test_law_beliefs_are_calibrated():
    """The final belief in the true message, averaged, equals its expectation under the belief.

    With messages drawn from the prior, E[b(M)] = E[sum_m b(m)^2]; difference of means within
    four standard errors (level 6e-5), fixed seed.
    """
    generator = np.random.default_rng(5)
    prior = generator.dirichlet(np.ones(8))
    game = MarkovCodingGame(WORLD, PLAN.policy, prior, max_entropy=0.6)
    differences = []
    for _ in range(300):
        message = int(generator.choice(8, p=prior))
        belief = game.play(message, max_steps=5, random_state=generator).beliefs[-1]
        differences.append(belief[message] - (belief**2).sum())
    error = np.std(differences) / math.sqrt(len(differences))
    assert error > 0
    assert abs(np.mean(differences)) < 4 * error


def test_law_same_seed_same_walk():
    game = MarkovCodingGame(WORLD, PLAN.policy, UNIFORM, max_entropy=1.0)
    one, other = game.play(3, random_state=4), game.play(3, random_state=4)
    np.testing.assert_array_equal(one.states, other.states)
    np.testing.assert_array_equal(one.beliefs, other.beliefs)


def test_guards_actions_and_beliefs_that_underflow():
    world, policy = two_state_world(np.array([0.5, 0.0, 1e-300, 0.5]))
    prior = np.array([0.5, 1e-200, 0.0, 0.5])
    for encoder in ENCODERS:
        game = MarkovCodingGame(world, policy, prior, max_entropy=0.8, encoder=encoder)
        for message in (0, 1, 3):
            episode = game.play(message, max_steps=4, random_state=0)
            assert np.isin(episode.actions, [0, 3]).all()
            assert np.isfinite(episode.beliefs).all()


def test_a_start_at_the_end_takes_no_step():
    game = MarkovCodingGame(WORLD, PLAN.policy, UNIFORM)
    episode = game.play(0, start=WORLD.state(0, 7), random_state=0)
    assert episode.actions.shape == (0,)
    assert episode.beliefs.shape == (1, 16)
    assert episode.discounted_reward == 1


def test_many_messages_stay_sparse():
    prior = np.random.default_rng(0).dirichlet(np.ones(50_000))
    game = MarkovCodingGame(WORLD, PLAN.policy, prior, max_entropy=6.0)
    game.play(0, max_steps=1, random_state=0)  # compile
    tracemalloc.start()
    game.play(0, max_steps=1, random_state=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50_000 * 8 * 60  # far below messages × codes


@pytest.mark.parametrize(
    ("arguments", "options", "named"),
    [
        ((PLAN.policy[:, :3], UNIFORM), {}, "policy"),
        ((PLAN.policy * 0.9, UNIFORM), {}, "policy"),
        ((-PLAN.policy, UNIFORM), {}, "policy"),
        ((PLAN.policy * np.nan, UNIFORM), {}, "policy"),
        ((PLAN.policy, []), {}, "message_prior"),
        ((PLAN.policy, [0.5, 0.6]), {}, "message_prior"),
        ((PLAN.policy, [1.5, -0.5]), {}, "message_prior"),
        ((PLAN.policy, [[1.0]]), {}, "message_prior"),
        ((PLAN.policy, [np.nan, 1]), {}, "message_prior"),
        ((PLAN.policy, UNIFORM), {"max_entropy": -0.1}, "max_entropy"),
        ((PLAN.policy, UNIFORM), {"max_entropy": float("nan")}, "max_entropy"),
        ((PLAN.policy, UNIFORM), {"encoder": "best"}, "encoder"),
        ((PLAN.policy, UNIFORM), {"discount": 0}, "discount"),
    ],
)
def test_bad_input_of_a_game_is_named(arguments, options, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        MarkovCodingGame(WORLD, *arguments, **options)


GAME = MarkovCodingGame(WORLD, PLAN.policy, [0.5, 0.0, 0.5], max_entropy=0.5)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: GAME.play(3), "message"),
        (lambda: GAME.play(-1), "message"),
        (lambda: GAME.play(0.5), "message"),
        (lambda: GAME.play(1), "message"),
        (lambda: GAME.play(0, start=57), "start"),
        (lambda: GAME.play(0, max_steps=0), "max_steps"),
        (lambda: GAME.play(0, random_state=-1), "random_state"),
        (lambda: GAME.decode([0, 1, 2], [0]), "states"),
        (lambda: GAME.decode([0, 57], [0]), "states"),
        (lambda: GAME.decode([0.5, 1], [0]), "states"),
        (lambda: GAME.decode([0, 1], [4]), "actions"),
        (lambda: GAME.decode([0, 1], [[0]]), "actions"),
        (lambda: GAME.code([0.5, 0.5], 0), "belief"),
        (lambda: GAME.code([0.5, 0.6, 0], 0), "belief"),
        (lambda: GAME.code([0.5, 0, 0.5], 57), "state"),
        (lambda: GAME.code([0.5, 0, 0.5], 0).posterior(4), "action"),
        (lambda: GAME.code([0.5, 0, 0.5], 0).action_law(3), "message"),
    ],
)
def test_bad_input_is_named(call, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        call()


def test_an_action_that_the_policy_never_takes_is_refused():
    world, policy = two_state_world(np.array([1.0, 0.0]))
    game = MarkovCodingGame(world, policy, [0.5, 0.5])
    with pytest.raises(ValueError, match="`actions`"):
        game.decode([0, 0], [1])
    with pytest.raises(ValueError, match="`action`"):
        game.code([0.5, 0.5], 0).posterior(1)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infomax.control import GridWorld


def test_closed_form_slips_to_both_sides_of_the_move():
    world = GridWorld(noise=0.2)
    up_from_corner = world.P[world.state(0, 0), 0]
    assert up_from_corner[world.state(0, 0)] == pytest.approx(0.8)  # bumps ahead and to the left
    assert up_from_corner[world.state(0, 1)] == pytest.approx(0.2)
    right = world.P[world.state(5, 4), 1]  # an obstacle ahead and above
    assert right[world.state(5, 4)] == pytest.approx(0.8)
    assert right[world.state(6, 4)] == pytest.approx(0.2)


def test_closed_form_default_grid():
    world = GridWorld()
    assert len(world.R) == 64 - 7
    assert world.R[world.state(0, 7)] == 1
    assert world.R[world.state(1, -1)] == -1
    assert np.count_nonzero(world.R) == 2
    assert world.terminal.sum() == 2
    ends = np.flatnonzero(world.terminal)
    assert (world.P[ends, :, ends] == 1).all()
    assert tuple(world.cells[world.start]) == (5, 4)


@given(rows=st.integers(2, 5), columns=st.integers(2, 5), noise=st.floats(0, 0.5), data=st.data())
def test_law_moves_are_distributions_over_neighbouring_cells(rows, columns, noise, data):
    cells = [(i, j) for i in range(rows) for j in range(columns)]
    order = data.draw(st.permutations(cells))
    goal, trap, start = order[:3]
    obstacles = order[3 : 3 + data.draw(st.integers(0, len(order) - 3))]
    world = GridWorld(
        (rows, columns), goal=goal, trap=trap, start=start, obstacles=obstacles, noise=noise
    )
    assert len(world.R) == rows * columns - len(obstacles)
    np.testing.assert_allclose(world.P.sum(axis=2), 1, atol=1e-12)
    assert (world.P >= 0).all()
    s, _, t = world.P.nonzero()
    assert (np.abs(world.cells[s] - world.cells[t]).sum(axis=1) <= 1).all()
    for state, (row, column) in enumerate(world.cells):
        assert world.state(row, column) == state


def test_law_turning_the_board_turns_the_moves():
    """Mirrored left to right, the world is the same with right and left exchanged."""
    options = {"obstacles": [(1, 1), (2, 0)], "noise": 0.15}
    world = GridWorld((3, 4), goal=(0, 3), trap=(1, 3), start=(2, 1), **options)
    options["obstacles"] = [(1, 2), (2, 3)]
    mirror = GridWorld((3, 4), goal=(0, 0), trap=(1, 0), start=(2, 2), **options)
    to = [mirror.state(row, 3 - column) for row, column in world.cells]
    turned = mirror.P[np.ix_(to, [0, 3, 2, 1], to)]
    np.testing.assert_allclose(world.P, turned, atol=1e-15)


def test_closed_form_as_grid_leaves_obstacles_empty():
    world = GridWorld()
    grid = world.as_grid(world.R)
    assert np.isnan(np.diag(grid)[1:]).all()
    assert grid[0, 7] == 1
    assert grid[1, 7] == -1


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"shape": (0, 3)}, "shape"),
        ({"shape": 8}, "shape"),
        ({"shape": (3, 3, 3)}, "shape"),
        ({"shape": (2.5, 3)}, "shape"),
        ({"goal": (8, 0)}, "goal"),
        ({"goal": (0, -9)}, "goal"),
        ({"trap": (0, 7)}, "trap"),
        ({"trap": (2, 2)}, "trap"),
        ({"start": (5, 5)}, "start"),
        ({"start": (5,)}, "start"),
        ({"start": "ab"}, "start"),
        ({"obstacles": [(1, 9)]}, "obstacles"),
        ({"noise": -0.1}, "noise"),
        ({"noise": 0.6}, "noise"),
        ({"noise": float("nan")}, "noise"),
        ({"default_reward": float("nan")}, "default_reward"),
        ({"goal_reward": float("inf")}, "goal_reward"),
        ({"trap_reward": "low"}, "trap_reward"),
    ],
)
def test_bad_input_is_named(options, named):
    with pytest.raises(ValueError, match=f"`{named}`"):
        GridWorld(**options)


def test_bad_cells_and_values_are_named():
    world = GridWorld()
    with pytest.raises(ValueError, match="obstacle"):
        world.state(1, 1)
    with pytest.raises(ValueError, match="row"):
        world.state(9, 0)
    with pytest.raises(ValueError, match="`values`"):
        world.as_grid(np.zeros(64))


def test_environment_passes_the_checker_of_gymnasium():
    pytest.importorskip("gymnasium")
    from gymnasium.utils.env_checker import check_env

    check_env(GridWorld().as_env(max_steps=50), skip_render_check=True)


def test_law_environment_follows_the_arrays():
    """Observed moves against `P`: chi-square at level 1e-3, fixed seed."""
    pytest.importorskip("gymnasium")
    from scipy.stats import chisquare

    world = GridWorld((3, 3), start=(2, 0), obstacles=[], noise=0.1)
    env = world.as_env()
    counts = np.zeros(len(world.R))
    env.reset(seed=7)
    for _ in range(3000):
        env.reset()
        counts[env.step(1)[0]] += 1
    law = world.P[world.start, 1]
    assert counts[law == 0].sum() == 0
    assert chisquare(counts[law > 0], 3000 * law[law > 0]).pvalue > 1e-3


def test_closed_form_environment_ends_and_truncates():
    pytest.importorskip("gymnasium")
    env = GridWorld((1, 4), start=(0, 1), trap=(0, 0), obstacles=[], noise=0).as_env(max_steps=3)
    env.reset(seed=0)
    assert env.step(1) == (2, 0.0, False, False, {})
    assert env.step(1) == (3, 1.0, True, False, {})
    env.reset()
    env.step(0)
    env.step(0)
    assert env.step(0)[2:4] == (False, True)
    with pytest.raises(ValueError, match="`max_steps`"):
        GridWorld().as_env(max_steps=0)


def test_a_missing_gymnasium_is_named(monkeypatch):
    import sys

    from infomax.exceptions import MissingExtraError

    monkeypatch.setitem(sys.modules, "gymnasium", None)
    monkeypatch.delitem(sys.modules, "infomax.control._grid_environment", raising=False)
    with pytest.raises(MissingExtraError, match=r"infomax\[control\]"):
        GridWorld().as_env()

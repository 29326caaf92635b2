"""Act to gain information, or to pass it on: planning, grid worlds, coding games.

An agent that may act in several ways without loss has room for information in its choices. This
room holds small worlds whose laws are plain arrays (`GridWorld`), a planner that prices the
entropy of the actions (`soft_q_iteration`), and the game in which a message rides on them
(`MarkovCodingGame`).

Worlds are given as transitions ``P`` of shape (n_states, n_actions, n_states), rewards ``R`` and
ends ``terminal``; Gymnasium is needed only by those who call ``as_env``. Rewards are discounted
from the first state on, information is in nats.

>>> import numpy as np
>>> from infomax.control import GridWorld, MarkovCodingGame, soft_q_iteration
>>> world = GridWorld()
>>> plan = soft_q_iteration(world.P, world.R, world.terminal, temperature=0.02)
>>> game = MarkovCodingGame(world, plan.policy, message_prior=np.full(64, 1 / 64))
>>> game.play(42, random_state=0).decoded
42
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

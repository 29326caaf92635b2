"""Logits of many shapes and scales, some barred."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def logits(draw, *, max_tokens=40, barred=True):
    """Return an array (n_rows, n_tokens) whose rows have at least one finite entry."""
    seed = draw(st.integers(0, 2**32 - 1))
    shape = draw(st.tuples(st.integers(1, 4), st.integers(1, max_tokens)))
    scale = draw(st.sampled_from([0.0, 0.1, 1.0, 5.0, 50.0]))
    generator = np.random.default_rng(seed)
    drawn = generator.normal(size=shape) * scale
    if draw(st.booleans()):
        drawn = np.round(drawn, 1)  # ties
    if barred and draw(st.booleans()):
        drawn[generator.random(shape) < 0.3] = -np.inf
        drawn[:, 0] = np.where(np.isinf(drawn).all(axis=1), 0.0, drawn[:, 0])
    return drawn

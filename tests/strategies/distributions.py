"""Distributions with zeros, ties and masses of very unlike sizes; joint tables; labels."""

import numpy as np
from hypothesis import strategies as st

_mass = st.one_of(
    st.just(0.0),
    st.integers(1, 4).map(float),  # ties
    st.floats(1e-3, 1.0),
    st.floats(-12, 0).map(lambda x: 10.0**x),
)


def distributions(min_size=1, max_size=12):
    """Draw probability vectors."""
    masses = st.lists(_mass, min_size=min_size, max_size=max_size)
    return masses.filter(lambda m: sum(m) > 0).map(lambda m: np.array(m) / np.sum(m))


def full_distributions(min_size=1, max_size=12):
    """Draw probability vectors without zeros."""
    masses = st.lists(st.floats(1e-3, 1.0), min_size=min_size, max_size=max_size)
    return masses.map(lambda m: np.array(m) / np.sum(m))


@st.composite
def same_size(draw, n_vectors=2, max_size=8):
    """Draw several probability vectors over the same outcomes."""
    n = draw(st.integers(1, max_size))
    return tuple(draw(distributions(n, n)) for _ in range(n_vectors))


@st.composite
def joint_tables(draw, n_axes=2, max_size=4):
    """Draw joint probabilities."""
    shape = tuple(draw(st.integers(1, max_size)) for _ in range(n_axes))
    n = int(np.prod(shape))
    return draw(distributions(n, n)).reshape(shape)


@st.composite
def channels(draw, n_inputs, max_size=4):
    """Draw conditional distributions, one row an input."""
    n_outputs = draw(st.integers(1, max_size))
    return np.stack([draw(distributions(n_outputs, n_outputs)) for _ in range(n_inputs)])


@st.composite
def label_lists(draw, n_lists=2, max_size=40):
    """Draw paired labels."""
    n = draw(st.integers(1, max_size))
    return tuple(draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n)) for _ in range(n_lists))

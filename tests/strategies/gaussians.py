"""Strategies that draw Gaussian laws."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def covariance_matrices(draw, dims=None):
    """Draw a well-conditioned covariance matrix of 1 to 5 dimensions, or of `dims`."""
    d = dims or draw(st.integers(1, 5))
    factor = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).normal(size=(d, d))
    return factor @ factor.T + 0.3 * np.eye(d)


@st.composite
def gaussian_pairs(draw):
    """Draw two Gaussians of equal dimension as mean0, cov0, mean1, cov1."""
    d = draw(st.integers(1, 4))
    means = np.random.default_rng(draw(st.integers(0, 2**32 - 1))).normal(size=(2, d))
    return (
        means[0],
        draw(covariance_matrices(dims=d)),
        means[1],
        draw(covariance_matrices(dims=d)),
    )

"""Couplings of two variables through a code of bounded entropy."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

from infomax._arguments import check_at_least, check_choice, check_count
from infomax.coding._coupling import Coupling, couple_checked
from infomax.coding._entropy_bounded import greedy_map
from infomax.coding._perturbation import EntropyBoundedCoupling, as_coupling, perturbed
from infomax.coding._scalar_quantizer import quantizer_map
from infomax.coding._sparse_joint import checked_distribution, mass_entropy

Floats = NDArray[np.float64]

_ENCODERS = ("greedy", "perturbed", "scalar", "scalar_fitted")


@dataclass(frozen=True, eq=False)
class BottleneckCoupling:
    """A Markov chain X - T - Y with prescribed ends and a code T of bounded entropy.

    Nothing of size n by m is made unless `joint` is asked for.

    Parameters
    ----------
    encoder : EntropyBoundedCoupling
        Joint of X and T.
    decoder : Coupling
        Joint of T and Y.
    """

    encoder: EntropyBoundedCoupling
    decoder: Coupling

    @property
    def joint(self) -> coo_array:
        """The joint of X and Y: sum over t of p(x, t) p(t, y) / p(t)."""
        given_code = csr_array(self.decoder.matrix.multiply(1 / self.encoder.code_pmf[:, None]))
        return coo_array(csr_array(self.encoder.matrix) @ given_code)

    @property
    def lower_bound(self) -> float:
        """I(X;T) + I(T;Y) - H(T) in nats: what encoder and decoder maximise, piece by piece."""
        _, codes_of_y = self._shares_of_code()
        decoded = mass_entropy(codes_of_y[codes_of_y > 0]) - self.decoder.entropy
        return self.encoder.information + decoded

    @property
    def information(self) -> float:
        """I(X;Y) in nats, from H(Y) and H(Y|X)."""
        shares, y_pmf = self._shares_of_code()
        codes = self.decoder.indices[:, 0]
        terms = -shares * np.log(shares)
        given_code = np.bincount(codes, weights=terms, minlength=len(self.encoder.code_pmf))
        x, t = self.encoder.indices.T
        is_split = np.bincount(x) > 1
        alone = ~is_split[x]
        noise = float((self.encoder.masses[alone] * given_code[t[alone]]).sum())
        for symbol in np.flatnonzero(is_split):
            law = self.conditional(int(symbol))
            noise += float(self.encoder.masses[x == symbol].sum()) * mass_entropy(law[law > 0])
        return max(mass_entropy(y_pmf[y_pmf > 0]) - noise, 0.0)

    def conditional(self, x: int) -> Floats:
        """Return p(y | x) as an array of shape (m,); O(n + m)."""
        n, m = self.encoder.shape[0], self.decoder.shape[1]
        check_count("x", x, minimum=0, maximum=n - 1)
        symbols, codes = self.encoder.indices.T
        mine = symbols == x
        if not mine.any():
            raise ValueError(f"`x` must be a symbol of positive probability, got {x}")
        law = np.zeros(len(self.encoder.code_pmf))
        law[codes[mine]] = self.encoder.masses[mine]
        t, y = self.decoder.indices.T
        weights = self.decoder.masses * (law / self.encoder.code_pmf)[t]
        joint = np.bincount(y, weights=weights, minlength=m)
        return np.asarray(joint / joint.sum())

    def posterior(self, y: int) -> Floats:
        """Return p(x | y) as an array of shape (n,); O(n + m)."""
        n, m = self.encoder.shape[0], self.decoder.shape[1]
        check_count("y", y, minimum=0, maximum=m - 1)
        codes, outcomes = self.decoder.indices.T
        mine = outcomes == y
        if not mine.any():
            raise ValueError(f"`y` must be an outcome of positive probability, got {y}")
        law = np.zeros(len(self.encoder.code_pmf))
        law[codes[mine]] = self.decoder.masses[mine]
        x, t = self.encoder.indices.T
        weights = self.encoder.masses * (law / self.encoder.code_pmf)[t]
        joint = np.bincount(x, weights=weights, minlength=n)
        return np.asarray(joint / joint.sum())

    def _shares_of_code(self) -> tuple[Floats, Floats]:
        """Return p(y | t) of the decoder's cells, and p(y)."""
        t, y = self.decoder.indices.T
        y_pmf: Floats = np.bincount(y, weights=self.decoder.masses).astype(np.float64)
        return np.minimum(self.decoder.masses / self.encoder.code_pmf[t], 1.0), y_pmf


def bottleneck_coupling(
    p: ArrayLike, q: ArrayLike, *, max_entropy: float, encoder: str = "greedy"
) -> BottleneckCoupling:
    r"""Couple two distributions through a code of bounded entropy.

    Seeks a Markov chain :math:`X - T - Y` with :math:`X \sim p`, :math:`Y \sim q` and
    :math:`H(T) \le R` that makes :math:`I(X;Y)` large: lossy compression whose reconstruction
    must have a prescribed law. Since :math:`I(X;Y) \ge I(X;T) + I(T;Y) - H(T)`, an encoder keeps
    much of X and a decoder couples T with Y at little entropy, each on its own.

    With a budget of H(p) or more it is `minimum_entropy_coupling`; below, the budget decides how
    random the coupling is.

    Parameters
    ----------
    p : array-like of shape (n,)
        Distribution of the source X.
    q : array-like of shape (m,)
        Distribution of the reconstruction Y.
    max_entropy : float
        Budget R in nats, at least 0; met within 1e-12.
    encoder : {"greedy", "perturbed", "scalar", "scalar_fitted"}
        `entropy_bounded_map`, the same followed by `perturb_map`, or `scalar_quantizer_map` plain
        and fitted.

    Returns
    -------
    BottleneckCoupling
        Encoder, decoder, and what follows from them.

    Raises
    ------
    ValueError
        If `p` or `q` is no distribution or `max_entropy` is negative or NaN.

    Notes
    -----
    :math:`O((n + m) \log (n + m))` time and O(n + m) memory. It gives no warning when an encoder
    leaves budget unused, since games call it at every step: compare ``encoder.entropy`` with
    ``encoder.upper_bound``.

    **Where paper and code part.** The released code calls R / H(X), at most 1, the compression
    rate, the paper its inverse; both count bits. Here the budget is an entropy in nats.

    References
    ----------
    Ebrahimi, Chen and Khisti (2024), Sections 2 to 4.

    Examples
    --------
    >>> uniform = [1 / 8] * 8
    >>> coupling = bottleneck_coupling(uniform, uniform, max_entropy=1.4)
    >>> round(coupling.encoder.entropy, 3), round(coupling.information, 3)
    (1.386, 1.386)
    >>> coupling.conditional(0).round(3)
    array([0.25, 0.25, 0.25, 0.25, 0.  , 0.  , 0.  , 0.  ])
    """
    p, q = checked_distribution("p", p), checked_distribution("q", q)
    budget = check_at_least("max_entropy", max_entropy, 0)
    check_choice("encoder", encoder, _ENCODERS)
    if encoder in ("greedy", "perturbed"):
        labels = greedy_map(p, budget).labels
    else:
        labels = quantizer_map(p, budget, fit=encoder == "scalar_fitted").labels
    symbols = np.flatnonzero(p)
    if encoder == "perturbed":
        encoded = perturbed(p, symbols, labels[symbols], budget)
    else:
        encoded = as_coupling(p, symbols, (labels[symbols], -1, -1, 0.0), budget)
    return BottleneckCoupling(encoded, couple_checked([encoded.code_pmf, q]))

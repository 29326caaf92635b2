"""The entropy of a spectrum that is never computed: deflation, probes and known traces."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from infomax.measures.spectral._diffusion_operator import WalkOperator

_BLOCK, _LEAST, _DEPTH = 32, 5, 12
_CONVERGED = 0.01
_BATCH, _MOST_PROBES = 32, 128
_STEPS, _MOST_STEPS = 4, 40
_ROUNDING = 2.4e-7

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]


@dataclass(frozen=True)
class Estimate:
    """An entropy in nats, its sampling error and half the width of its interval."""

    value: float
    standard_error: float
    error_bar: float


class _Leading(NamedTuple):
    values: Floats
    residuals: Floats
    vectors: Singles


def lanczos_entropy(
    operator: WalkOperator, t: float, tolerance: float, generator: np.random.Generator
) -> Estimate:
    r"""Estimate the spectral entropy by stochastic Lanczos quadrature with deflation.

    With :math:`S = \sum \lambda^t` and :math:`F = \sum \lambda^t \log \lambda^t` the entropy is
    :math:`\log S - F / S`. Leading eigenvalues enter S and F one by one. What is left of both
    sums is estimated from random probes, each by Gauss quadrature from a Lanczos run; as the
    probes' size, trace and trace of the square are known exactly, the best quadratic function is
    taken out first, so that probes pay only for what no quadratic explains. Gauss and
    Gauss-Radau quadrature err in opposite directions: their mean is used, half their distance is
    part of the interval.
    """
    leading = _leading(operator, generator)
    quadratures: list[_Quadrature] = []
    while True:
        quadratures.append(_probe(operator, leading.vectors, t, tolerance, generator))
        estimate = _estimate(operator, leading, quadratures, t)
        if estimate.error_bar <= tolerance or len(quadratures) * _BATCH >= _MOST_PROBES:
            return estimate


def _leading(operator: WalkOperator, generator: np.random.Generator) -> _Leading:
    """Return the eigenpairs that a block Krylov space has found, refined in double precision."""
    basis, images = _krylov_space(operator, generator)
    projected = (images @ basis.T).astype(np.float64)
    values, rotation = np.linalg.eigh(projected + projected.T)
    upper = slice(len(values) // 4, None)  # the lower quarter never converges
    values, turn = values[upper] / 2, rotation[:, upper].T.astype(np.float32)
    vectors: Singles = turn @ basis
    gaps = turn @ images - values[:, None].astype(np.float32) * vectors
    found = np.linalg.norm(gaps, axis=1) <= _CONVERGED * values
    return _refined(operator, vectors[found].astype(np.float64))


def _krylov_space(
    operator: WalkOperator, generator: np.random.Generator
) -> tuple[Singles, Singles]:
    """Return an orthonormal basis and its image, grown until new blocks look like the rest."""
    from scipy.linalg import qr

    basis = np.empty((_BLOCK * _DEPTH, operator.n), dtype=np.float32)
    images = np.empty_like(basis)
    block: Any = generator.standard_normal((_BLOCK, operator.n), dtype=np.float32)
    missing = operator.trace
    for start in range(0, len(basis), _BLOCK):
        stop = start + _BLOCK
        for _ in range(3):  # the third for blocks that hold little new and lose orthogonality
            block = block - (block @ basis[:start].T) @ basis[:start]
            columns = qr(block.T, mode="economic", overwrite_a=True, check_finite=False)[0]
            block = columns.T
        basis[start:stop] = block
        images[start:stop] = block = operator.times(block)
        gained = float(np.einsum("ij,ij->", basis[start:stop], block))
        missing -= gained
        mean_of_rest = max(missing, 0.0) / (operator.n - stop)
        nothing_new = gained <= max(1e-5 * operator.trace, 1.5 * _BLOCK * mean_of_rest)
        if nothing_new and start >= _LEAST * _BLOCK:
            break
    return basis[:stop], images[:stop]


def _refined(operator: WalkOperator, vectors: Floats) -> _Leading:
    vectors = np.linalg.qr(vectors.T)[0].T
    images = operator.times_in_double(vectors)
    values, rotation = np.linalg.eigh(vectors @ images.T)
    vectors, images = rotation.T @ vectors, rotation.T @ images
    residuals = np.linalg.norm(images - values[:, None] * vectors, axis=1)
    return _Leading(values, residuals, vectors.astype(np.float32))


class _Quadrature(NamedTuple):
    """Nodes and weights of each probe, (n_probes, n_steps), by Gauss and by Gauss-Radau."""

    gauss: tuple[Floats, Floats]
    radau: tuple[Floats, Floats]
    moments: Floats  # probe's size, B and B^2 between it: (n_probes, 3)


def _probe(
    operator: WalkOperator,
    leading: Singles,
    t: float,
    tolerance: float,
    generator: np.random.Generator,
) -> _Quadrature:
    """Run Lanczos from a batch of probes until Gauss and Gauss-Radau agree."""
    probes = generator.choice(np.array([-1, 1], dtype=np.float32), (_BATCH, operator.n))
    probes -= (probes @ leading.T) @ leading
    sizes = (probes.astype(np.float64) ** 2).sum(axis=1)
    now, before = probes / np.sqrt(sizes)[:, None].astype(np.float32), np.zeros_like(probes)
    diagonal = np.zeros((_BATCH, _MOST_STEPS))
    beside = np.zeros((_BATCH, _MOST_STEPS))
    for step in range(_MOST_STEPS):
        after = operator.times(now)
        diagonal[:, step] = np.einsum("ij,ij->i", after, now)
        after -= (after @ leading.T) @ leading
        after -= diagonal[:, step, None].astype(np.float32) * now
        after -= beside[:, step - 1, None].astype(np.float32) * before
        length = np.sqrt(np.einsum("ij,ij->i", after, after).astype(np.float64))
        length[length < 1e-9] = 0  # the probe lies in few eigenvectors: its run is over
        beside[:, step] = length
        before, now = now, after / np.where(length > 0, length, 1)[:, None].astype(np.float32)
        if step + 1 >= 2 * _STEPS and (step + 1) % _STEPS == 0:
            quadrature = _quadrature(sizes, diagonal[:, : step + 1], beside[:, : step + 1])
            if _disagreement(operator, quadrature, t) <= tolerance / 6:
                break
    return quadrature


def _quadrature(sizes: Floats, diagonal: Floats, beside: Floats) -> _Quadrature:
    n_probes, n_steps = diagonal.shape
    matrices = np.zeros((n_probes, n_steps, n_steps))
    i = np.arange(n_steps)
    matrices[:, i, i] = diagonal
    matrices[:, i[1:], i[:-1]] = matrices[:, i[:-1], i[1:]] = beside[:, :-1]
    square = diagonal[:, 0] ** 2 + beside[:, 0] ** 2
    moments = sizes[:, None] * np.stack([np.ones(n_probes), diagonal[:, 0], square], axis=1)
    return _Quadrature(
        _nodes(matrices, sizes), _nodes(_with_node_at_zero(matrices), sizes), moments
    )


def _nodes(matrices: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    nodes, vectors = np.linalg.eigh(matrices)
    return np.maximum(nodes, 0), sizes[:, None] * vectors[:, 0] ** 2


def _with_node_at_zero(matrices: Floats) -> Floats:
    """Change the last diagonal entry so that 0 becomes an eigenvalue (Golub, 1973)."""
    inner = matrices[:, :-1, :-1]
    regular = np.linalg.eigvalsh(inner)[:, 0] > 1e-14
    changed = matrices.copy()
    side = np.zeros((int(regular.sum()), inner.shape[1], 1))
    side[:, -1, 0] = matrices[regular, -1, -2] ** 2
    changed[regular, -1, -1] = np.linalg.solve(inner[regular], side)[:, -1, 0]
    return changed


def _power_and_log(nodes: Floats, t: float) -> tuple[Floats, Floats]:
    powered = nodes**t
    return powered, powered * np.log(np.where(powered > 0, powered, 1))


def _disagreement(operator: WalkOperator, quadrature: _Quadrature, t: float) -> float:
    """Return half the distance of the two quadratures of F, per unit of S (roughly)."""
    by_both = [
        (weights * _power_and_log(nodes, t)[1]).sum(axis=1).mean()
        for nodes, weights in (quadrature.gauss, quadrature.radau)
    ]
    total = operator.trace if t <= 1 else operator.trace_of_square ** (t / 2)
    return float(abs(by_both[0] - by_both[1]) / 2 / max(total, 1.0))


def _estimate(
    operator: WalkOperator, leading: _Leading, quadratures: list[_Quadrature], t: float
) -> Estimate:
    from scipy.special import stdtrit

    n, values = operator.n, np.maximum(leading.values, 0)
    power, power_log = (float(part.sum()) for part in _power_and_log(values, t))
    square = operator.trace_of_square - (values**2).sum() - 2 * (leading.residuals**2).sum()
    known = np.array([n - len(values), operator.trace - values.sum(), max(square, 0.0)])
    unsure = 1e-12 * np.array([0.0, operator.trace, operator.trace_of_square])
    sides = [_per_probe(quadratures, side, known, unsure, t) for side in ("gauss", "radau")]
    middle = (sides[0] + sides[1]) / 2
    total, total_log = power + middle[0].mean(), power_log + middle[1].mean()
    slope = np.array([1 / total + total_log / total**2, -1 / total])
    n_probes = middle.shape[1]
    standard_error = float((slope @ middle).std(ddof=1) / np.sqrt(n_probes))
    between = float(abs((slope @ (sides[0] - sides[1])).mean())) / 2
    coupling = 3 * float((leading.residuals**2 / np.maximum(values, 1e-12)).sum()) / total
    noise = np.sqrt(n * operator.trace_of_square) * np.log(np.sqrt(n) / _ROUNDING)
    error_bar = float(stdtrit(n_probes - 1, 0.995)) * standard_error + between + coupling
    return Estimate(
        float(np.log(total) - total_log / total),
        standard_error,
        float(error_bar + _ROUNDING * noise / total),
    )


def _per_probe(
    quadratures: list[_Quadrature], side: str, known: Floats, unsure: Floats, t: float
) -> Floats:
    """Return what each probe says of S and F, (2, n_probes), corrected by the known traces.

    The quadratic that is taken out fits the function on the nodes; rounding in the known traces
    counts against its coefficients, which would blow it up where next to nothing is left.
    """
    rules = [getattr(quadrature, side) for quadrature in quadratures]
    moments = np.concatenate([quadrature.moments for quadrature in quadratures])
    nodes = np.concatenate([nodes.ravel() for nodes, _ in rules])
    weights = np.sqrt(np.concatenate([weights.ravel() for _, weights in rules]))
    unit = max(float(nodes.max()), 1e-30)
    terms = np.stack([np.ones_like(nodes), nodes / unit, (nodes / unit) ** 2], axis=1)
    left = np.concatenate(
        [terms * weights[:, None], np.diag(len(moments) * unsure / unit ** np.arange(3))]
    )
    said = []
    for which in (0, 1):
        function = _power_and_log(nodes, t)[which]
        right = np.append(function * weights, np.zeros(3))
        fit = np.linalg.lstsq(left, right, rcond=None)[0] / unit ** np.arange(3)
        raw = [(w * _power_and_log(x, t)[which]).sum(axis=1) for x, w in rules]
        correction = (moments - known) @ fit
        said.append(np.concatenate(raw) - correction)
    return np.array(said)

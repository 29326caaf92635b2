"""Workloads of the room coding: couplings against the argmax scan, and absolute goals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.runner import Workload

Floats = NDArray[np.float64]
Pairs = list[tuple[Floats, Floats]]


def _dirichlet_pairs(n: int, m: int, n_pairs: int) -> Pairs:
    rng = np.random.default_rng(0)
    return [(rng.dirichlet(np.ones(n)), rng.dirichlet(np.ones(m))) for _ in range(n_pairs)]


def _ours(pairs: Pairs) -> list[Any]:
    from infomax.coding import minimum_entropy_coupling

    return [minimum_entropy_coupling(p, q) for p, q in pairs]


def _argmax_scan(pairs: Pairs) -> list[tuple[list[tuple[int, int]], list[float]]]:
    """Lay the largest masses on each other, found by a scan of both sides at each step."""
    answers = []
    for p, q in pairs:
        p, q = p.copy(), q.copy()  # noqa: PLW2901
        cells, masses = [], []
        while True:
            i, j = int(p.argmax()), int(q.argmax())
            mass = min(p[i], q[j])
            if mass <= 1e-15:
                break
            cells.append((i, j))
            masses.append(mass)
            p[i] -= mass
            q[j] -= mass
        answers.append((cells, masses))
    return answers


def _agree(pairs: Pairs, ours: list[Any], theirs: Any) -> str | None:
    reason = _sound(pairs, ours)
    for coupling, (_, masses) in zip(ours, theirs, strict=True):
        scan = np.array(masses)
        gap = abs(coupling.entropy + float((scan * np.log(scan)).sum()))
        if gap > 1e-10:
            return f"entropies differ by {gap:.2g}"
    return reason


def _sound(pairs: Pairs, ours: list[Any]) -> str | None:
    for (p, q), coupling in zip(pairs, ours, strict=True):
        for side, wanted in enumerate((p, q)):
            marginal = np.bincount(
                coupling.indices[:, side], weights=coupling.masses, minlength=len(wanted)
            )
            gap = float(np.abs(marginal - wanted).max())
            if gap > 1e-12:
                return f"marginal {side} is off by {gap:.2g}"
        if not coupling.bound <= coupling.entropy <= coupling.bound + np.log(2) + 1e-9:
            return f"entropy {coupling.entropy} is not within 1 bit of its bound {coupling.bound}"
    return None


def _against_scan(
    name: str, full: tuple[int, int, int], small: tuple[int, int, int], target: str
) -> Workload:
    def data(size: str) -> Pairs:
        return _dirichlet_pairs(*(full if size == "full" else small))

    def agree(ours: Any, theirs: Any) -> str | None:
        pairs = data("full" if len(ours) == full[2] and ours[0].shape == full[:2] else "small")
        return _agree(pairs, ours, theirs)

    return Workload(
        name=name,
        ours=_ours,
        peer=_argmax_scan,
        data=data,
        agree=agree,
        peer_name="NumPy argmax scan",
        target=target,
        repeats=9,
    )


def _large(size: str) -> Pairs:
    n = 200_000 if size == "full" else 2_000
    return _dirichlet_pairs(n, n, 1)


def _large_sound(ours: Any, theirs: None) -> str | None:  # noqa: ARG001 (there is no peer)
    return _sound(_large("full" if ours[0].shape[0] == 200_000 else "small"), ours)


def _map_data(size: str) -> Floats:
    n = 200_000 if size == "full" else 2_000
    return np.random.default_rng(0).dirichlet(np.ones(n))


def _map(p: Floats) -> Any:
    from infomax.coding import entropy_bounded_map

    return entropy_bounded_map(p, max_entropy=4.0)


def _map_sound(code: Any, theirs: None) -> str | None:  # noqa: ARG001 (there is no peer)
    if code.entropy > 4 + 1e-12:
        return f"entropy {code.entropy} is above the budget"
    if code.upper_bound - code.entropy > code.guarantee + 1e-12:
        return "the guarantee does not hold"
    return None


def _game_data(size: str) -> Pairs:
    return _dirichlet_pairs(512, 4, 100 if size == "full" else 5)


def _game(pairs: Pairs) -> list[Any]:
    from infomax.coding import bottleneck_coupling

    return [bottleneck_coupling(p, q, max_entropy=2.0) for p, q in pairs]


def _game_sound(ours: Any, theirs: None) -> str | None:  # noqa: ARG001 (there is no peer)
    for coupling in ours:
        if coupling.encoder.entropy > 2 + 1e-12:
            return "a code is above the budget"
        if coupling.information < coupling.lower_bound - 1e-9:
            return "information is below its lower bound"
    return None


WORKLOADS = [
    _against_scan(
        "greedy coupling, 20 pairs of 1 000 atoms", (1_000, 1_000, 20), (60, 60, 3), "≥ 10×"
    ),
    _against_scan(
        "greedy coupling, 10 000 atoms a side", (10_000, 10_000, 1), (300, 300, 1), "≥ 50×"
    ),
    _against_scan("greedy coupling, 100 pairs of 512 by 4", (512, 4, 100), (64, 4, 3), ""),
    Workload(
        name="greedy coupling, 200 000 atoms a side",
        ours=_ours,
        peer=None,
        data=_large,
        agree=_large_sound,
        peer_name="",
        target="≤ 0.3 s, ≤ 500 MB",
    ),
    Workload(
        name="entropy-bounded map, 200 000 symbols",
        ours=_map,
        peer=None,
        data=_map_data,
        agree=_map_sound,
        peer_name="",
    ),
    Workload(
        name="bottleneck coupling, 100 of 512 by 4",
        ours=_game,
        peer=None,
        data=_game_data,
        agree=_game_sound,
        peer_name="",
    ),
]

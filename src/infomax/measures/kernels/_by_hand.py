"""Gradients of sums of Gaussian kernels by hand: a fraction of the steps that autograd takes.

They can be taken once; for a gradient of a gradient autograd says so.
"""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from infomax.measures.kernels._gram import Gram
from infomax.measures.kernels._pair_sums import product_sum


class FollowedSums(Function):
    """The sums of `PairSums`, of two grams of which one or both ask for a gradient."""

    @staticmethod
    def forward(ctx: Any, a: Any, b: Any, x: Gram, y: Gram, squares: bool) -> tuple[Tensor, ...]:
        """Return the sum of K L, the sums of rows, and those of squares if asked for."""
        k, l = x.block(), y.block()  # noqa: E741  (K and L of the formulas)
        ctx.grams, ctx.kernels = (x, y), (k, l)
        sums: list[Any] = [product_sum(k, l), k.sum(1), l.sum(1)]
        if squares:
            sums += [product_sum(k, k), product_sum(l, l)]
        found = tuple(_like(value, a if b is None else b) for value in sums)
        # What does not depend on points that ask: autograd need not follow the sums made of it.
        for side, points in enumerate((a, b)):
            if points is None:
                ctx.mark_non_differentiable(*found[1 + side :: 2])
        return found

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, cross: Tensor, *more: Tensor) -> tuple[Any, ...]:
        """Return the gradients by the points of both grams."""
        found: list[Tensor | None] = [None, None]
        for side in (0, 1):
            if not ctx.needs_input_grad[side]:
                continue
            one, (mine, other) = ctx.grams[side], ctx.kernels[:: 1 - 2 * side]
            weights = float(cross) * other
            weights += more[side].numpy()[:, None]
            if len(more) > 2:
                weights += 2 * float(more[2 + side]) * mine
            weights *= mine
            to_rows, to_columns = pull(weights, one.points, one.points)
            found[side] = _like((to_rows + to_columns) / one.bandwidth, one.source)
        return (*found, None, None, None)


class FollowedDivergence(Function):
    """The conditional divergence as a function of targets and predictions, pooled in one gram."""

    @staticmethod
    def forward(
        ctx: Any, points: Tensor, x: Gram, both: Gram, cross: str, convention: str
    ) -> Tensor:
        """Return the divergence in nats."""
        n = len(x)
        y, y_hat = slice(0, n), slice(n, 2 * n)
        log_k = x.exponents()
        k = np.exp(log_k)
        weights = k.sum(1) ** 2 if convention == "paper" else (k * k).sum(1)
        log_k -= np.log(weights)[:, None]
        k /= weights[:, None]
        sides = [(y_hat, y)] if cross == "one_sided" else [(y_hat, y), (y, y_hat)]
        value, pairs = 0.0, []
        for part in (y, y_hat):
            terms = k * both.block(part, part)
            total = terms.sum()
            value += float(np.log(total))
            pairs.append((part, part, terms / total))
        for rows, columns in sides:
            terms = log_k + both.exponents(rows, columns)
            top = terms.max()
            terms = np.exp(terms - top)
            total, share = terms.sum(), 2 / len(sides)
            value -= share * float(top + np.log(total))
            pairs.append((rows, columns, terms * (-share / total)))
        ctx.both, ctx.pairs = both, pairs
        return _like(value, points)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Any, ...]:
        """Return the gradient by targets and predictions."""
        points = ctx.both.points
        found = np.zeros_like(points)
        for rows, columns, weights in ctx.pairs:
            to_rows, to_columns = pull(weights, points[rows], points[columns])
            found[rows] += to_rows
            found[columns] += to_columns
        found *= float(outer) / ctx.both.bandwidth
        return _like(found, ctx.both.source), None, None, None, None


def pull(
    weights: NDArray[Any], a: NDArray[Any], b: NDArray[Any]
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the gradients by a and b of the weighted sum of -|a_i - b_j|^2 / 2."""
    to_a = weights @ b - weights.sum(1)[:, None] * a
    to_b = weights.T @ a - weights.sum(0)[:, None] * b
    return to_a, to_b


def _like(value: Any, tensor: Tensor) -> Tensor:
    return torch.as_tensor(value, dtype=tensor.dtype, device=tensor.device)

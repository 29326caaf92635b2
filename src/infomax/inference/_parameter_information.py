"""Information that the learnt weights keep about the data set they were learnt from."""

import math
import warnings
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from infomax._arguments import check_base, check_choice, check_count
from infomax._arrays import RandomState, random_generator
from infomax.exceptions import EstimatorCeilingWarning
from infomax.inference._posterior import Posterior


def parameter_information(
    posteriors: Sequence[Posterior | Sequence[Posterior]],
    *,
    n_samples: int = 10,
    layers: Sequence[str | Sequence[str]] | None = None,
    estimator: str = "jensen",
    base: float | None = None,
    random_state: RandomState = None,
) -> NDArray[np.float64]:
    r"""Information that weights keep about their training set, up to each layer.

    Networks are trained alike on D draws of the training set, and the law of the weights
    :math:`q_d` of each is known. With θ drawn from each,

    .. math:: I(\phi_l; S) = \frac1D \sum_d E_{q_d} \Big[ \log q_d(\theta_{\le l})
        - \log \frac1D \sum_{d'} q_{d'}(\theta_{\le l}) \Big]

    for "mc", which is at most log D; "jensen" takes the mean over d' of the logarithms instead, an
    upper bound of it, and the only one of the two that goes on growing when no two of the laws overlap,
    as those of networks of any size do not. Read "jensen" as a score by which networks can be compared,
    not as an amount of information.

    Parameters
    ----------
    posteriors : sequence
        An entry a data set, at least two: a `Posterior`, or a sequence of them, one a seed of training.
    n_samples : int
        Draws from each.
    layers : sequence of str or of sequences of str, optional
        Names of modules, layer by layer (``[("mean", "std"), "head"]``); all weights are one layer
        when left out.
    estimator : {"jensen", "mc"}
        As above.
    base : float, optional
        Base of the logarithm; nats when left out.
    random_state : int, Generator or None
        Where weights are drawn from.

    Returns
    -------
    array of shape (n_layers,)
        Information of the weights up to and including each layer; at least 0 but for the draw.

    Raises
    ------
    ValueError
        If there are fewer than two data sets, the numbers of seeds differ, a layer has no weight or
        shares one with another, or an option is out of range.

    Warns
    -----
    EstimatorCeilingWarning
        If "mc" lies within 0.1 nat or 5 % of log D, up to any layer: take more data sets.

    Notes
    -----
    With several seeds the densities of a data set are averaged over them in both terms, for "jensen" as
    logarithms: the first term then is a lower bound, the second an upper one, and the whole neither.
    Cost: ``(D · seeds)² · n_samples`` densities. Data sets must be draws from one population, and
    trained alike; in the released toy experiment each has cluster centres of its own, which counts the
    difference between problems as information about the sample.

    References
    ----------
    Kawaguchi et al. (2023), Section 4.

    Examples
    --------
    >>> import torch
    >>> from infomax.inference import SWAG
    >>> runs = []
    >>> for shift in (0.0, 2.0):
    ...     swag, generator = SWAG(max_rank=0), torch.Generator().manual_seed(0)
    ...     for _ in range(500):
    ...         swag.collect({"weight": shift + torch.randn(1, generator=generator)})
    ...     runs.append(swag)
    >>> parameter_information(runs, n_samples=5000, random_state=0).round(1)  # 2²/4 by closed form
    array([1.])
    >>> parameter_information(runs, n_samples=5000, estimator="mc", random_state=0).round(1)
    array([0.3])
    """
    check_choice("estimator", estimator, ("jensen", "mc"))
    check_count("n_samples", n_samples)
    divisor = check_base(base)
    runs = _checked(posteriors)
    generators = iter(random_generator(random_state).spawn(len(runs) * len(runs[0])))
    draws = _together(
        [run.sample(n_samples, random_state=next(generators)) for seeds in runs for run in seeds]
    )
    names = _layers(layers, draws)
    information = np.array(
        [
            _mean_log_ratio(
                {name: draws[name] for layer in names[:end] for name in layer}, runs, estimator
            )
            for end in range(1, len(names) + 1)
        ]
    )
    if estimator == "mc":
        _warn_near_ceiling(information, math.log(len(runs)))
    return information / divisor


def _together(draws: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """Return the draws of all runs one after another."""
    shapes = [{name: tuple(drawn.shape) for name, drawn in own.items()} for own in draws]
    if any(own != shapes[0] for own in shapes):
        other = next(own for own in shapes if own != shapes[0])
        raise ValueError(f"`posteriors` must be of the same weights, got {shapes[0]} and {other}")
    return {name: torch.cat([own[name] for own in draws]) for name in draws[0]}


def _mean_log_ratio(
    draws: Mapping[str, Tensor], runs: Sequence[Sequence[Posterior]], estimator: str
) -> float:
    """Return the mean of log q_own − log q over draws."""
    n_runs, n_seeds = len(runs), len(runs[0])
    densities = torch.stack(
        [run.log_prob(draws).detach().cpu().double() for seeds in runs for run in seeds]
    ).reshape(n_runs, n_seeds, n_runs, -1)  # of, and drawn from
    own = torch.stack([densities[d, :, d] for d in range(n_runs)], dim=1)
    if estimator == "jensen":
        ratios = own.mean(dim=0) - densities.mean(dim=(0, 1))
    else:
        of_all = torch.logsumexp(densities.flatten(0, 1), dim=0) - math.log(n_runs * n_seeds)
        ratios = torch.logsumexp(own, dim=0) - math.log(n_seeds) - of_all
    return float(ratios.mean())


def _checked(
    posteriors: Sequence[Posterior | Sequence[Posterior]],
) -> list[Sequence[Posterior]]:
    if not isinstance(posteriors, Sequence):
        raise ValueError(f"`posteriors` must be a sequence, got {type(posteriors).__name__}")
    runs = [entry if isinstance(entry, Sequence) else [entry] for entry in posteriors]
    if len(runs) < 2:
        raise ValueError(f"`posteriors` must be of at least two data sets, got {len(runs)}")
    sizes = [len(seeds) for seeds in runs]
    if len(set(sizes)) != 1 or not sizes[0]:
        raise ValueError(f"`posteriors` must have as many seeds for each data set, got {sizes}")
    for seeds in runs:
        for run in seeds:
            if not isinstance(run, Posterior):
                raise ValueError(
                    f"`posteriors` must have `sample` and `log_prob`, got {type(run).__name__}"
                )
    return runs


def _layers(
    layers: Sequence[str | Sequence[str]] | None, draws: Mapping[str, Tensor]
) -> list[list[str]]:
    """Return the names of the weights of each layer."""
    if layers is None:
        return [list(draws)]
    if isinstance(layers, str) or not len(layers):
        raise ValueError(f"`layers` must be a sequence of at least one layer, got {layers!r}")
    found: list[list[str]] = []
    for layer in layers:
        modules = (layer,) if isinstance(layer, str) else tuple(layer)
        names = [n for n in draws if any(f"{n}.".startswith(f"{module}.") for module in modules)]
        if not names or any(name in earlier for earlier in found for name in names):
            raise ValueError(
                f"`layers` must name modules with weights that no other layer has, got {layer!r} "
                f"of {list(draws)}"
            )
        found.append(names)
    return found


def _warn_near_ceiling(information: NDArray[np.float64], ceiling: float) -> None:
    largest = float(information.max())
    if ceiling - largest < max(0.1, 0.05 * ceiling):
        warnings.warn(
            f"the information is {largest:.3f} nats of at most {ceiling:.3f}, the logarithm of the "
            "number of data sets: train on more of them, or compare networks by 'jensen'",
            EstimatorCeilingWarning,
            stacklevel=3,
        )

"""Warnings and errors of the library, so that users can filter them by name."""


class InfomaxWarning(UserWarning):
    """Base of every warning that infomax gives."""


class EstimatorCeilingWarning(InfomaxWarning):
    """An estimate sits near the largest value its estimator can give."""


class ConvergenceWarning(InfomaxWarning):
    """A solver, bound or search stopped before it had converged."""


class SmallSampleWarning(InfomaxWarning):
    """Too few observations stand behind a part of the result."""


class PrecisionWarning(InfomaxWarning):
    """Ties, jitter, ill conditioning or underflow made the result less exact."""


class CollapseWarning(InfomaxWarning):
    """A representation, codebook or bank has collapsed to a few directions."""


class AssumptionWarning(InfomaxWarning):
    """A premise of the result does not hold on the data that came."""


class LeakageError(ValueError):
    """Training data overlap the held-out data."""


class MissingExtraError(ImportError):
    """An optional dependency is absent; the message names the command that installs it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} needs the extra "{extra}": pip install "infomax[{extra}]"')


class MissingDataError(FileNotFoundError):
    """A data set is not in the cache; the message names the command that brings it."""

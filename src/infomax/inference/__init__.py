"""Statistics and learning theory: posteriors, Gaussian processes, bounds and tails.

A posterior is anything with ``sample`` and ``log_prob``. Probabilities too small to be counted are
handled by their logarithms, in nats.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

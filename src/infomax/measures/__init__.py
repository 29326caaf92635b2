"""How much information: entropies, divergences and mutual information, in nats.

A measure is a function. NumPy arrays, or whatever NumPy understands, give a float; a torch tensor
gives a 0-d tensor that can be differentiated where the mathematics can. ``base=2`` turns nats into
bits.

A table is taken as probabilities that must sum to one; observations are given as labels, which
may be numbers, words or any other hashable thing:

>>> from infomax.measures import mutual_information
>>> weather = ["sun", "sun", "rain", "rain"]
>>> round(mutual_information(weather, ["walk", "walk", "read", "read"], base=2), 3)
1.0
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

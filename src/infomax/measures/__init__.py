"""How much information: entropies, divergences and mutual information, in nats.

A measure is a function. NumPy arrays, or whatever NumPy understands, give a float; a torch tensor
gives a 0-d tensor that can be differentiated where the mathematics can. ``base=2`` turns nats into
bits.

A table is taken as probabilities that must sum to one; observations may be numbers, vectors, words
or any other hashable thing. ``mutual_information`` chooses an estimator by what came; its twin
``mutual_information_result`` says which and how far the answer is to be believed.

=====================================  ============================================================
question                               take
=====================================  ============================================================
what does x tell about y?              `mutual_information`; for series `transfer_entropy`
is it more than chance?                ``n_permutations=`` of the `_result` twins, `permutation_test`
how uncertain is a label, a number?    `entropy`; `knn_entropy`, `kde_entropy`
thousands of dimensions, bent          `MutualInformationEstimator`, `sliced_mutual_information`
a gradient for training                `infonce` and its kin, `hsic`, `cs_mutual_information`,
                                       `kde_information`
what does a layer keep?                `information_plane`, `stochastic_encoder_information`,
                                       `diffusion_spectral_entropy`
are two samples alike?                 `mmd2`, `cs_divergence`, `frechet_distance`, `mode_coverage`
in units of a metric                   `wasserstein_dependency`
=====================================  ============================================================

>>> from infomax.measures import mutual_information
>>> weather = ["sun", "sun", "rain", "rain"]
>>> round(mutual_information(weather, ["walk", "walk", "read", "read"], base=2), 3)
1.0
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

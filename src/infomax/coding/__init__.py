"""Say it shorter: couplings of little entropy, and codes of bounded entropy.

Two distributions can be joined in many ways. `minimum_entropy_coupling` joins them so that one
tells much about the other; `entropy_bounded_map` and its neighbours replace a variable by a code
that fits a budget; `bottleneck_coupling` puts the two together. Joints are kept by their cells, so
hundreds of thousands of atoms are no trouble, and budgets are in nats.

>>> from infomax.coding import bottleneck_coupling
>>> source, wanted = [0.4, 0.3, 0.2, 0.1], [0.6, 0.4]
>>> coupling = bottleneck_coupling(source, wanted, max_entropy=0.7)
>>> coupling.joint.toarray().round(3)
array([[0.343, 0.057],
       [0.257, 0.043],
       [0.   , 0.2  ],
       [0.   , 0.1  ]])
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

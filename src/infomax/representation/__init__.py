"""Learn what to keep: losses, bottlenecks and generators that train on anybody's data.

A loss is a ``torch.nn.Module`` whose ``forward`` returns a scalar to be minimised and which works in
any training loop; an estimator around it has ``fit`` and ``transform`` or ``predict``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

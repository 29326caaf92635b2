"""Small networks and how they are trained, watched and trained by the hundred.

A network takes its sizes as plain arguments and draws its weights from `random_state`, so that no
global seed is needed; all have a body `features` and a linear `head`. `train` runs any module on any
batches with any loss, can be interrupted and resumed, and reports through one callback;
`train_many` does the same for hundreds of equally shaped networks in one pass. An
`ActivationRecorder` is such a callback: it keeps what chosen layers answer to a fixed probe, and an
`ActivationMonitor` hands that to measures while training goes on.

Losses are ``loss(model, batch)`` everywhere, models live on whatever device they were put on, and
nothing of a user's file is ever unpickled: states are kept as safetensors.

>>> import torch
>>> from infomax.networks import MLP, Batches, train
>>> x = torch.linspace(-1, 1, 64)[:, None]
>>> model = MLP(1, (16,), 1, random_state=0)
>>> state = train(
...     model,
...     Batches(x, x**2, batch_size=16, random_state=0),
...     loss=lambda model, batch: (model(batch[0]) - batch[1]).square().mean(),
...     n_epochs=30,
...     optimizer=torch.optim.Adam(model.parameters(), lr=0.02),
... )
>>> state.epoch, state.losses[-1] < 0.1 * state.losses[0]
(30, True)
"""

import lazy_loader as _lazy

__getattr__, __dir__, __all__ = _lazy.attach_stub(__name__, __file__)

"""Projector: the head on which contrastive and redundancy losses act."""

from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, torch_generator
from infomax.networks._layers import Linear


class Projector(nn.Module):
    r"""Linear layers with batch normalisation and ReLU between them.

    Losses of self-supervision act on :math:`g(h)` while :math:`h` itself is kept for use: the last
    layers of g lose what the loss does not need. Without hidden layers it is a linear map.

    Parameters
    ----------
    n_inputs : int
        Width of the representation.
    n_hidden : int
        Width of the hidden layers.
    n_outputs : int
        Width in which the loss is taken.
    n_layers : int
        Number of linear layers, at least 1.
    normalize : bool
        Whether batches are normalised between layers; without, batches may have one item.
    random_state : int, Generator or None
        Where the first weights come from.

    Raises
    ------
    ValueError
        If a size or `n_layers` is below 1.

    References
    ----------
    Chen, Kornblith, Norouzi and Hinton (2020), Section 4.2; three layers: Zbontar et al. (2021).

    Examples
    --------
    >>> import torch
    >>> Projector(64, 128, 32, random_state=0)(torch.zeros(7, 64)).shape
    torch.Size([7, 32])
    """

    def __init__(
        self,
        n_inputs: int,
        n_hidden: int,
        n_outputs: int,
        *,
        n_layers: int = 2,
        normalize: bool = True,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        check_count("n_inputs", n_inputs)
        check_count("n_hidden", n_hidden)
        check_count("n_outputs", n_outputs)
        generator = torch_generator(random_state)
        layers: list[nn.Module] = []
        width = n_inputs
        for _ in range(check_count("n_layers", n_layers) - 1):
            layers.append(Linear(width, n_hidden, generator))
            if normalize:
                layers.append(nn.BatchNorm1d(n_hidden))
            layers.append(nn.ReLU())
            width = n_hidden
        self.layers = nn.Sequential(*layers, Linear(width, n_outputs, generator))

    def forward(self, h: Tensor) -> Tensor:
        """Return the projections.

        Parameters
        ----------
        h : tensor of shape (n, n_inputs)
            Representations.

        Returns
        -------
        tensor of shape (n, n_outputs)
            Not of unit length: losses that want that divide.
        """
        projected: Tensor = self.layers(h)
        return projected

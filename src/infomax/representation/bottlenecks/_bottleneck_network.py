"""A network with a code in the middle."""

from collections.abc import Sequence

from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, random_generator
from infomax.networks import MLP


class BottleneckNetwork(nn.Module):
    r"""Encoder to a code, which may be noisy, and decoder to predictions.

    The encoder gives a mean μ(x) and a log-variance of the code, the decoder :math:`\hat y = g(t)`.
    The code is :math:`t = \mu + e^{v/2} \odot \epsilon` for the noise ε that is handed over, and μ
    without noise. Every loss of this folder trains it; `networks.StochasticMLP` is the one with a
    linear head.

    Parameters
    ----------
    n_inputs, n_components : int
        Numbers an item, and in its code.
    n_outputs : int
        Numbers to predict; with 0 one number, as a vector of shape (n,).
    n_hidden : sequence of int
        Widths of the encoder's hidden layers.
    n_decoder : sequence of int
        Widths of the decoder's hidden layers.
    random_state : int, Generator or None
        Where the first weights come from.

    Raises
    ------
    ValueError
        If a size is below 1 (`n_outputs` below 0).

    Notes
    -----
    Nothing is drawn inside: noise comes as an argument (`networks.Batches` has `n_noise` for it).

    References
    ----------
    Kolchinsky, Tracey and Wolpert (2019); the sizes of Yu et al. (2024) are 128 throughout.

    Examples
    --------
    >>> import torch
    >>> model = BottleneckNetwork(3, 2, random_state=0)
    >>> t, y_hat = model(torch.zeros(5, 3))
    >>> t.shape, y_hat.shape
    (torch.Size([5, 2]), torch.Size([5]))
    """

    def __init__(
        self,
        n_inputs: int,
        n_components: int,
        *,
        n_outputs: int = 0,
        n_hidden: Sequence[int] = (128, 128),
        n_decoder: Sequence[int] = (128,),
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        generator = random_generator(random_state)
        self.n_components = check_count("n_components", n_components)
        self.n_outputs = check_count("n_outputs", n_outputs, minimum=0)
        self.encoder = MLP(n_inputs, n_hidden, 2 * n_components, random_state=generator)
        self.decoder = MLP(n_components, n_decoder, n_outputs or 1, random_state=generator)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and log-variance of the codes.

        Parameters
        ----------
        x : tensor of shape (n, n_inputs)
            Items.

        Returns
        -------
        tuple of two tensors of shape (n, n_components)
            μ and v.
        """
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        return mean, log_variance

    def decode(self, t: Tensor) -> Tensor:
        """Return predictions.

        Parameters
        ----------
        t : tensor of shape (n, n_components)
            Codes.

        Returns
        -------
        tensor of shape (n, n_outputs), or (n,) without outputs of their own axis
            Predictions.
        """
        y_hat: Tensor = self.decoder(t)
        return y_hat if self.n_outputs else y_hat[:, 0]

    def forward(self, x: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return codes and predictions.

        Parameters
        ----------
        x : tensor of shape (n, n_inputs)
            Items.
        noise : tensor of shape (n, n_components), optional
            Standard normal numbers; without them the code is its mean.

        Returns
        -------
        tuple of two tensors
            Codes (n, n_components) and predictions.
        """
        t, log_variance = self.encode(x)
        if noise is not None:
            t = t + (log_variance / 2).exp() * noise
        return t, self.decode(t)

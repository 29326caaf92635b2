"""A multilayer perceptron with a Gaussian layer."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional as F

from infomax._arguments import check_at_least, check_count
from infomax._arrays import RandomState, torch_generator
from infomax.networks._layers import Linear, check_widths, hidden_layers


class StochasticMLP(nn.Module):
    r"""Two multilayer perceptrons that give mean and deviation of a Gaussian layer; a linear head.

    :math:`z = \mu(x) + \sigma(x) \odot \epsilon`, answer :math:`W z + b`, where μ and σ are networks
    of their own with the same widths, :math:`\sigma = \max(\mathrm{softplus}(\cdot),
    \sigma_{\min})` and ε is standard normal. The information that z keeps about x is finite, and
    `measures.stochastic_encoder_information` estimates it from :math:`\mu` and :math:`\sigma`; of
    a deterministic layer of real numbers it would be infinite. Where no layer has to be random take
    `MLP`.

    Parameters
    ----------
    n_inputs : int
        Numbers an item; items of more axes are flattened.
    n_hidden : sequence of int
        Widths of the layers of μ and of σ; the last is the width of z, before which alone there is
        no activation.
    n_outputs : int
        Width of the answer.
    activation : {"elu", "gelu", "relu", "sigmoid", "silu", "softplus", "tanh"}
        Between the layers.
    min_std : float
        The least deviation.
    random_state : int, Generator or None
        Where the first weights come from.

    Raises
    ------
    ValueError
        If a size is below 1, `n_hidden` empty, `min_std` not above 0, or `activation` unknown.

    Notes
    -----
    Nothing is drawn inside: noise comes as an argument (`Batches` has `n_noise` for it), so that
    training can be repeated and `train_many` can train hundreds. Without noise z is its mean.

    References
    ----------
    Kawaguchi et al. (2023), the networks of their released code.

    Examples
    --------
    >>> import torch
    >>> model = StochasticMLP(2, (16, 8), 5, random_state=0)
    >>> x = torch.zeros(3, 2)
    >>> mean, std = model.encode(x)
    >>> mean.shape, model(x, torch.ones(3, 8)).shape
    (torch.Size([3, 8]), torch.Size([3, 5]))
    >>> torch.equal(model(x), model.head(mean))
    True
    """

    def __init__(
        self,
        n_inputs: int,
        n_hidden: Sequence[int],
        n_outputs: int,
        *,
        activation: str = "relu",
        min_std: float = 1e-10,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        hidden = check_widths("n_hidden", n_hidden, minimum=1)
        widths = (check_count("n_inputs", n_inputs), *hidden)
        check_count("n_outputs", n_outputs)
        self.min_std = check_at_least("min_std", min_std, 0, strict=True)
        generator = torch_generator(random_state)
        # no activation at the end: what comes of it has either sign
        self.mean = nn.Sequential(*hidden_layers(widths, activation, generator)[:-1])
        self.std = nn.Sequential(*hidden_layers(widths, activation, generator)[:-1])
        self.head = Linear(widths[-1], n_outputs, generator)

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and deviation of the Gaussian layer.

        Parameters
        ----------
        x : tensor of shape (n, ...)
            Items of `n_inputs` numbers each.

        Returns
        -------
        tuple of two tensors of shape (n, n_hidden[-1])
            μ and σ, the second above 0.
        """
        return self.mean(x), F.softplus(self.std(x)).clamp(min=self.min_std)

    def features(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Return what the Gaussian layer answers.

        Parameters
        ----------
        x : tensor of shape (n, ...)
            Items of `n_inputs` numbers each.
        noise : tensor of shape (n, n_hidden[-1]), optional
            Standard normal numbers; when left out, the mean is returned.

        Returns
        -------
        tensor of shape (n, n_hidden[-1])
            z.
        """
        if noise is None:
            mean: Tensor = self.mean(x)
            return mean
        mean, std = self.encode(x)
        return mean + std * noise

    def forward(self, x: Tensor, noise: Tensor | None = None) -> Tensor:
        """Return the answers.

        Parameters
        ----------
        x : tensor of shape (n, ...)
            Items of `n_inputs` numbers each.
        noise : tensor of shape (n, n_hidden[-1]), optional
            As for `features`.

        Returns
        -------
        tensor of shape (n, n_outputs)
            Without a last activation.
        """
        answer: Tensor = self.head(self.features(x, noise))
        return answer

    def extra_repr(self) -> str:
        """Return what the layers do not tell."""
        return f"min_std={self.min_std:g}"

"""Multilayer perceptron."""

from collections.abc import Sequence

from torch import Tensor, nn

from infomax._arguments import check_count
from infomax._arrays import RandomState, torch_generator
from infomax.networks._layers import Linear, check_std, check_widths, hidden_layers


class MLP(nn.Module):
    r"""Fully connected layers with an activation between them, and a linear head.

    :math:`h_0 = x,\; h_{l+1} = \phi(W_l h_l + b_l)`, answer :math:`W h_L + b`. For inputs that are
    not pictures, and for pictures so small that neighbourhood does not matter; otherwise `ConvNet`.

    Parameters
    ----------
    n_inputs : int
        Numbers an item; items of more axes are flattened.
    n_hidden : sequence of int
        Width of each hidden layer; ``()`` gives a linear model.
    n_outputs : int
        Width of the answer.
    activation : {"elu", "gelu", "relu", "sigmoid", "silu", "softplus", "tanh"}
        φ.
    weight_std : float, optional
        Deviation of normal first weights in the body (biases are then zero). When left out, weights
        and biases are uniform within :math:`1/\sqrt{\text{inputs}}`, as are the head's always.
    random_state : int, Generator or None
        Where the first weights come from; torch's global generator is left alone.

    Raises
    ------
    ValueError
        If a size is below 1, `weight_std` not above 0, or `activation` unknown.

    Examples
    --------
    >>> import torch
    >>> model = MLP(64, (32, 16), 10, random_state=0)
    >>> model(torch.zeros(5, 8, 8)).shape, model.features(torch.zeros(5, 64)).shape
    (torch.Size([5, 10]), torch.Size([5, 16]))
    """

    def __init__(
        self,
        n_inputs: int,
        n_hidden: Sequence[int],
        n_outputs: int,
        *,
        activation: str = "relu",
        weight_std: float | None = None,
        random_state: RandomState = None,
    ) -> None:
        super().__init__()
        widths = (check_count("n_inputs", n_inputs), *check_widths("n_hidden", n_hidden))
        check_count("n_outputs", n_outputs)
        std, generator = check_std(weight_std), torch_generator(random_state)
        layers = hidden_layers(widths, activation, generator, weight_std=std)
        self.features = nn.Sequential(*layers)
        self.head = Linear(widths[-1], n_outputs, generator)

    def forward(self, x: Tensor) -> Tensor:
        """Return the answers.

        Parameters
        ----------
        x : tensor of shape (n, ...)
            Items of `n_inputs` numbers each.

        Returns
        -------
        tensor of shape (n, n_outputs)
            Without a last activation.
        """
        answer: Tensor = self.head(self.features(x))
        return answer

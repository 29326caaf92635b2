from ._categorical import categorical_entropy as categorical_entropy
from ._discrepancy import jensen_shannon_divergence as jensen_shannon_divergence
from ._discrepancy import kl_divergence as kl_divergence
from ._discrepancy import total_variation as total_variation
from ._discrete import binary_entropy as binary_entropy
from ._discrete import conditional_mutual_information as conditional_mutual_information
from ._discrete import entropy as entropy
from ._discrete import mutual_information as mutual_information
from ._entropy_rate import entropy_rate as entropy_rate
from ._mauve import Mauve as Mauve
from ._mauve import mauve as mauve
from ._mauve import mauve_result as mauve_result

__all__ = [
    "Mauve",
    "binary_entropy",
    "categorical_entropy",
    "conditional_mutual_information",
    "entropy",
    "entropy_rate",
    "jensen_shannon_divergence",
    "kl_divergence",
    "mauve",
    "mauve_result",
    "mutual_information",
    "total_variation",
]

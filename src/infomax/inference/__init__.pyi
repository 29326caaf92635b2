from ._bottleneck_bound import BoundFactor as BoundFactor
from ._bottleneck_bound import bottleneck_bound_factor as bottleneck_bound_factor
from ._bottleneck_bound import bottleneck_bound_factor_result as bottleneck_bound_factor_result
from ._bottleneck_bound import bottleneck_generalization_bound as bottleneck_generalization_bound
from ._parameter_information import parameter_information as parameter_information
from ._posterior import Posterior as Posterior
from ._swag import SWAG as SWAG

__all__ = [
    "SWAG",
    "BoundFactor",
    "Posterior",
    "bottleneck_bound_factor",
    "bottleneck_bound_factor_result",
    "bottleneck_generalization_bound",
    "parameter_information",
]

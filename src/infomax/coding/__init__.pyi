from ._bottleneck import BottleneckCoupling as BottleneckCoupling
from ._bottleneck import bottleneck_coupling as bottleneck_coupling
from ._coupling import Coupling as Coupling
from ._coupling import minimum_entropy_coupling as minimum_entropy_coupling
from ._entropy_bounded import EntropyBoundedMap as EntropyBoundedMap
from ._entropy_bounded import entropy_bounded_map as entropy_bounded_map
from ._entropy_bounded_coupling import entropy_bounded_coupling as entropy_bounded_coupling
from ._perturbation import EntropyBoundedCoupling as EntropyBoundedCoupling
from ._perturbation import perturb_map as perturb_map
from ._random_merge import random_merge_map as random_merge_map
from ._scalar_quantizer import scalar_quantizer_map as scalar_quantizer_map
from ._sparse_joint import SparseJoint as SparseJoint

__all__ = [
    "BottleneckCoupling",
    "Coupling",
    "EntropyBoundedCoupling",
    "EntropyBoundedMap",
    "SparseJoint",
    "bottleneck_coupling",
    "entropy_bounded_coupling",
    "entropy_bounded_map",
    "minimum_entropy_coupling",
    "perturb_map",
    "random_merge_map",
    "scalar_quantizer_map",
]

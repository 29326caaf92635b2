from ._greedy import maximize as maximize
from ._selection import Selection as Selection
from .influence._arc_probabilities import trivalency as trivalency
from .influence._arc_probabilities import uniform_probability as uniform_probability
from .influence._arc_probabilities import weighted_cascade as weighted_cascade
from .influence._assignment import Assignment as Assignment
from .influence._capacity import capacity_constrained_im as capacity_constrained_im
from .influence._capacity_greedy import mg_greedy as mg_greedy
from .influence._capacity_greedy import rr_greedy as rr_greedy
from .influence._celf import celf as celf
from .influence._curvature import curvature as curvature
from .influence._graph import as_graph as as_graph
from .influence._imm import imm as imm
from .influence._local_seeds import local_seeds as local_seeds
from .influence._opim_c import opim_c as opim_c
from .influence._rr_opim import rr_opim_plus as rr_opim_plus
from .influence._rr_sets import RRSets as RRSets
from .influence._seed_set import SeedSet as SeedSet
from .influence._spread import Estimate as Estimate
from .influence._spread import spread as spread
from .influence._worlds import LiveEdgeWorlds as LiveEdgeWorlds
from .objectives._coverage import WeightedCoverage as WeightedCoverage
from .objectives._facility_location import FacilityLocation as FacilityLocation
from .objectives._objective import Objective as Objective
from .objectives._objective import SetFunction as SetFunction

__all__ = [
    "Assignment",
    "Estimate",
    "FacilityLocation",
    "LiveEdgeWorlds",
    "Objective",
    "RRSets",
    "SeedSet",
    "Selection",
    "SetFunction",
    "WeightedCoverage",
    "as_graph",
    "capacity_constrained_im",
    "celf",
    "curvature",
    "imm",
    "local_seeds",
    "maximize",
    "mg_greedy",
    "opim_c",
    "rr_greedy",
    "rr_opim_plus",
    "spread",
    "trivalency",
    "uniform_probability",
    "weighted_cascade",
]

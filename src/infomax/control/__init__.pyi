from ._coding_game import MarkovCodingGame as MarkovCodingGame
from ._episode import Episode as Episode
from ._grid_world import GridWorld as GridWorld
from ._message_code import MessageCode as MessageCode
from ._soft_q import SoftPolicy as SoftPolicy
from ._soft_q import soft_q_iteration as soft_q_iteration

__all__ = [
    "Episode",
    "GridWorld",
    "MarkovCodingGame",
    "MessageCode",
    "SoftPolicy",
    "soft_q_iteration",
]

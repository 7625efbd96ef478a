"""Groups of organizations: networks to launch, peer pairs and regions, each with its reasons.

Plain values in, plain values out; what computes is imported where it is used.
"""

from lab.matching.groups.networks import Launches, LeftOut, NetworkToLaunch, networks_to_launch
from lab.matching.groups.pairs import COACHING, KINDS, SHADOWING, Pair, Pairing, peer_pairs
from lab.matching.groups.regions import Regions, RegionToPropose, Way, miles_between, regions_to_propose
from lab.matching.groups.rules import Rules, usual_rules
from lab.matching.groups.seekers import Seeker, county_of, seeker_of
from lab.matching.groups.slots import slot_told

__all__ = [
    "COACHING", "KINDS", "SHADOWING", "Launches", "LeftOut", "NetworkToLaunch", "Pair", "Pairing",
    "RegionToPropose", "Regions", "Rules", "Seeker", "Way", "county_of", "miles_between",
    "networks_to_launch", "peer_pairs", "regions_to_propose", "seeker_of", "slot_told", "usual_rules",
]  # fmt: skip

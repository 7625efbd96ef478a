"""What an organization has behind it: by its stage or level, by finished work, by a contract in force."""

from lab import vocabulary as words
from lab.matching.groups.rules import Rules
from lab.matching.groups.seekers import Seeker

# These are met by meeting; nobody has them behind them.
PEERS = frozenset({"peer_coaching", "shadowing", "peer_learning"})


def behind(one: Seeker, other: Seeker, rules: Rules) -> tuple[str, ...]:
    """What the other asks for that this one has behind it, by its stage, its level or finished work."""
    return tuple(need for need in other.asked if need not in PEERS and has(one, need, rules))


def has(one: Seeker, need: str, rules: Rules) -> bool:
    """Whether this one has met the need behind it."""
    if need in one.met:
        return True
    if need in one.needs:
        return False
    if one.line == "schools":
        level = rules.behind_level.get(need)
        return level is not None and one.rank >= words.PARTNERSHIP_LEVELS[level].rank
    stage = rules.behind.get(need)
    return stage is not None and one.rank >= words.STAGES[stage].rank


def in_force(one: Seeker, rules: Rules) -> bool:
    """Whether a contract with a union is in force there."""
    return bool(one.unions) and one.stage in rules.in_force

"""The types of the vocabulary: a text in two languages, a term, the terms of one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar


@dataclass(frozen=True)
class Text:
    """One text in the languages of the product."""

    en: str
    es: str = ""

    def in_(self, locale: str) -> str:
        """Return the text for a locale such as "es" or "es_US"; English where there is no other."""
        return (self.es if locale.lower().startswith("es") else self.en) or self.en

    def __str__(self) -> str:
        return self.en


NO_TEXT = Text("")


@dataclass(frozen=True, kw_only=True)
class Term:
    """One word of the product: a code that is stored, a label and a hint that people read."""

    code: str
    label: Text
    hint: Text
    rank: int


@dataclass(frozen=True, kw_only=True)
class Need(Term):
    """Something an organization asks for; the numbers point at the negotiation features."""

    group: str
    negotiation_features: tuple[int, ...] = ()
    lines: tuple[str, ...] = ()
    met_by_program: bool = False


@dataclass(frozen=True, kw_only=True)
class Stage(Term):
    """Where one bargaining unit stands; the entry test says from when on."""

    entry_test: Text


@dataclass(frozen=True, kw_only=True)
class PartnershipLevel(Term):
    """Where a joint school team stands; the entry test says from when on."""

    entry_test: Text


class Condition(Term):
    """Something that may lie over any stage, several at once."""


class Tier(Term):
    """A level of support."""


class Decision(Term):
    """What a director may answer to an application."""


class Sector(Term):
    """A field of work."""


@dataclass(frozen=True, kw_only=True)
class FoundationClause(Term):
    """One commitment a client makes, on the lines it applies to."""

    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NegotiationFeature(Term):
    """One of the eight features of a negotiation, in its phase."""

    number: int
    phase: str


@dataclass(frozen=True, kw_only=True)
class NeedWeight(Term):
    """How much a need matters to the applicant, and its points in matching."""

    points: int


@dataclass(frozen=True, kw_only=True)
class Band(Term):
    """A range of numbers, both ends included; no high end means "and more"."""

    low: int
    high: int | None = None


@dataclass(frozen=True, kw_only=True)
class Hours(Term):
    """A budget of consultant hours and the range it stands for."""

    low: int
    high: int


@dataclass(frozen=True, kw_only=True)
class RetentionRule(Term):
    """How many days a kind of thing is kept (0: as long as it is in use), and why."""

    days: int
    basis: Text


@dataclass(frozen=True, kw_only=True)
class ShortTerm(Term):
    """A word with a form for narrow columns: somebody near a case, or how much somebody may."""

    short: Text


@dataclass(frozen=True, kw_only=True)
class AccessRow(Term):
    """Something to see or to do, and what each role may, in the order of the roles."""

    group: str
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Urgency(Term):
    """How soon help should begin, and how many days later is still possible."""

    grace_days: int


@dataclass(frozen=True, kw_only=True)
class TeamSeat(Term):
    """A required seat of a school team and its side, management or union."""

    side: str


@dataclass(frozen=True, kw_only=True)
class State(Term):
    """A state or territory with its census region and main time zone."""

    census_region: str
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class County(Term):
    """A California county, its service region and its office of education."""

    region: int
    office: str


@dataclass(frozen=True, kw_only=True)
class UnionName:
    """A union with its other names, its parent bodies and, for a short name, its states."""

    name: str
    aliases: tuple[str, ...] = ()
    part_of: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


class UnknownCode(KeyError):
    """A code that is not in the vocabulary; the message names the kind, the code and the nearest one."""

    def __init__(self, kind: str, code: object, codes: Iterable[str]) -> None:
        from difflib import get_close_matches  # only needed when something is wrong

        near = get_close_matches(str(code), list(codes), n=1, cutoff=0.0)
        self.message = f"{kind} has no code {code!r}" + (f"; the nearest is {near[0]!r}" if near else "")
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


T = TypeVar("T", bound=Term)


class Terms(Mapping[str, T], Generic[T]):
    """The terms of one kind by code, in their order; asking for an unknown code raises UnknownCode.

    The terms are read when they are first used: nobody waits at the start for words not needed yet.
    """

    __slots__ = ("_read", "_terms", "kind")
    # There is one of each kind, so that it can name what was made of its terms.
    __eq__, __hash__ = object.__eq__, object.__hash__

    def __init__(self, kind: str, read: Callable[[], Iterable[T]]) -> None:
        self.kind = kind
        self._read = read
        self._terms: dict[str, T] | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in order."""
        return tuple(self._by_code())

    def _by_code(self) -> dict[str, T]:
        if self._terms is None:
            terms: dict[str, T] = {}
            for term in self._read():
                if term.code in terms:
                    raise ValueError(f"{self.kind} has the code {term.code!r} twice")
                terms[term.code] = term
            self._terms = terms  # set once whole: another thread sees all terms or none
        return self._terms

    def __getitem__(self, code: str) -> T:
        try:
            return self._by_code()[code]
        except (KeyError, TypeError):
            raise UnknownCode(self.kind, code, self.codes) from None

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code in self._by_code()

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code())

    def __len__(self) -> int:
        return len(self._by_code())

    def __repr__(self) -> str:
        return f"Terms({self.kind!r}, {', '.join(self)})"

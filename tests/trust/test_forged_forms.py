"""Fields that a form does not have change nothing, and a field that comes twice is never read as something else."""

from __future__ import annotations

import random
import secrets
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lab.models import tables
from tests.soak import times
from tests.trust.kept import KeptWorld, kept_world
from tests.trust.odd_texts import Form
from tests.trust.sweep import picture

# What somebody would like to set, and every column there is.
WISHES = ("side", "role", "roles", "status", "state", "organization", "org_id", "rate", "rate_cents", "audience", "id", "ref",
          "_method", "next", "is_admin", "admin", "person", "consultant_id", "case", "user")  # fmt: skip
COLUMNS = sorted({column.name for table in tables().values() for column in table.columns})
VALUES = ("1", "2", "union", "management", "joint", "program", "director", "administrator", "lead", "submitted",
          "accepted", "active", "true", "forged", "2020-01-01", "999999")  # fmt: skip
EXTRAS = st.lists(
    st.tuples(
        st.sampled_from([*WISHES, *COLUMNS]).flatmap(
            lambda name: st.sampled_from([name, f"{name}[]", f"form-{name}", f"units-0-{name}", f"{name}-0"])
        ),
        st.sampled_from(VALUES),
    ),
    min_size=1,
    max_size=8,
)
Sent = tuple[int, dict[str, str]]


class Sending:
    """Sends forms into the same world each time, with the same luck, so that two answers can be compared."""

    def __init__(self, kept: KeptWorld, monkeypatch: pytest.MonkeyPatch) -> None:
        self.kept = kept
        kept.walked  # noqa: B018 - before luck stands still
        self.luck = random.Random()
        monkeypatch.setattr(secrets, "token_urlsafe", lambda size=32: f"{self.luck.getrandbits(8 * size):x}")
        monkeypatch.setattr(
            secrets, "token_hex", lambda size=32: f"{self.luck.getrandbits(8 * size):0{2 * size}x}"
        )
        monkeypatch.setattr(secrets, "choice", lambda of: self.luck.choice(of))
        # What is sealed reads differently each time, whatever it holds.
        monkeypatch.setattr(
            "lab.actions.second_factor.sealed", lambda text, *, purpose: f"sealed for {purpose}"
        )
        self.forms = kept.forms
        self.cookies = {id(form.client): dict(form.client._cookies or {}) for form in self.forms}
        self.known: dict[str, set[str]] = defaultdict(set)
        for form in self.forms:
            self.known[form.endpoint] |= {*form.fields, *form.offers, *form.kinds, "do"}
        self.before = self._after(None, [])
        self.as_meant = cache(lambda number: self._after(self.forms[number], pairs_of(self.forms[number])))

    def forged(self, number: int, extra: list[tuple[str, str]]) -> Sent:
        """The form with something added behind its own fields."""
        return self._after(self.forms[number], [*pairs_of(self.forms[number]), *extra])

    def _after(self, form: Form | None, pairs: list[tuple[str, str]]) -> Sent:
        self.kept.put_back()
        self.luck.seed(4)
        if form is None:
            return 0, picture()
        form.client._cookies = dict(self.cookies[id(form.client)])
        answer = form.client.post(
            form.action, data=urlencode(pairs), content_type="application/x-www-form-urlencoded"
        )
        return answer.status_code, picture()


def pairs_of(form: Form) -> list[tuple[str, str]]:
    return [(name, value) for name, values in form.filled().items() for value in values]


@pytest.fixture(scope="module")
def sending() -> Iterator[Sending]:
    with kept_world() as kept, pytest.MonkeyPatch.context() as monkeypatch:
        yield Sending(kept, monkeypatch)


def told(sending: Sending, number: int, one: Sent, other: Sent) -> str:
    form = sending.forms[number]
    changed = [name for name in one[1] if one[1][name] != other[1][name]]
    return f"{form.endpoint} from {form.page}: {one[0]} became {other[0]}, and {changed} are not the same"


def test_the_forms_do_something(sending: Sending) -> None:
    """A control: were nothing ever changed, nothing would be shown below."""
    changing = [
        number for number in range(len(sending.forms)) if sending.as_meant(number)[1] != sending.before[1]
    ]
    assert len(changing) >= 15
    assert len(sending.forms) >= 40


def test_an_unknown_field_changes_nothing(sending: Sending) -> None:
    @settings(
        max_examples=times(80, soak=10_000), deadline=None, derandomize=True, phases=[Phase.generate], database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(number=st.integers(0, len(sending.forms) - 1), extras=EXTRAS)
    def check(number: int, extras: list[tuple[str, str]]) -> None:
        known = sending.known[sending.forms[number].endpoint]
        forged = sending.forged(number, [(name, value) for name, value in extras if name not in known])
        meant = sending.as_meant(number)
        assert forged == meant, told(sending, number, meant, forged)

    check()


def test_a_field_that_comes_twice_is_refused_or_read_once(sending: Sending) -> None:
    wrong = []
    for number, form in enumerate(sending.forms):
        single = [name for name in form.filled() if name not in form.offers and name != "csrf_token"]
        if not single:
            continue
        meant = sending.as_meant(number)
        forged = sending.forged(number, [(name, "9") for name in single])
        refused = 400 <= forged[0] < 500 and forged[1] == sending.before[1]
        if not refused and forged != meant:
            wrong.append(told(sending, number, meant, forged))
    assert not wrong, "\n".join(wrong)

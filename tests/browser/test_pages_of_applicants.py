"""Every page an applicant can reach is accessible, fits a telephone and has no dead link, whatever state the case is in."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Live
from tests.browser.crawl import pages_of
from tests.browser.tools import in_a_demo
from tests.browser.visitors import Arrive
from tests.filled_demo import filled

STATES = {
    "nobody": (None, "public.home"),
    "draft": ("nia.calloway@example.org", "intake.tasks"),
    "joint draft": ("petra.lindqvist@example.org", "intake.tasks"),
    "sent": ("ines.larkin@example.org", "cases.show"),
    "asked": ("teresa.maldonado@example.org", "intake.question"),
    "with conditions": ("harlan.dietz@example.org", "cases.show"),
    "offering": ("imogen.vale@example.org", "cases.withdraw"),
    "active": ("omar.haddad@example.org", "networks.show"),
    "joint, management side": ("wendell.marsh@example.org", "networks.show"),
    "joint, union side": ("bernadette.ruiz@example.org", "cases.show"),
    "referred": ("stuart.penn@example.org", "cases.appeal"),
    "withdrawn": ("elaine.foster@example.org", "cases.show"),
    "new": ("", "cases.index"),
}


@in_a_demo
@pytest.mark.parametrize("state", STATES)
def test_pages_of_an_applicant(live: Live, visitor: Arrive, demo: bool, state: str) -> None:
    with live.app_context():
        filled()
    who, expected = STATES[state]

    seen, faults = pages_of(live, visitor(who), "/" if who is None else "/cases/", each=1)

    assert not faults, "\n".join(faults)
    assert seen[expected]


@in_a_demo
@pytest.mark.parametrize("javascript", [False], ids=["no-scripts"])
@pytest.mark.parametrize("state", ["nobody", "joint draft", "active"])
def test_pages_of_an_applicant_without_scripts(live: Live, visitor: Arrive, demo: bool, state: str) -> None:
    with live.app_context():
        filled()
    who, expected = STATES[state]

    seen, faults = pages_of(live, visitor(who), "/" if who is None else "/cases/", each=1, with_axe=False)

    assert not faults, "\n".join(faults)
    assert seen[expected]

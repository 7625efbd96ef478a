"""How each row of the access matrix is looked at: through the pages, as one person, for what is on them."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from lab.database import now
from lab.models import NetworkMembership, Offer, Section
from tests.trust.matrix_eyes import CANARY, NETWORK, TOPICS, Eyes, meanwhile
from tests.trust.matrix_program import by_two, can_open, figures, outcomes, policies, profile


def exists(eyes: Eyes) -> str:
    """That there is a case at all: its organization, its reference, or a summary of it."""
    own = [one for one in eyes.pages() if one != NETWORK]
    if eyes.finds("organization", *own):
        return "reads"
    if eyes.finds("organization", NETWORK):
        return "reads" if _told_before_asking(eyes) else "after_asking"
    if any(eyes.shows("Why you", f"/offers/{ref}") for ref in eyes.offers()):
        return "summary"
    return "reference" if eyes.shows(eyes.ref, "/deletions/") else _nothing_of(eyes)


def _told_before_asking(eyes: Eyes) -> bool:
    """Whether the lead reads of a case that a director has only invited."""
    case = eyes.scene.case(eyes.kind)
    where = sa.and_(NetworkMembership.case_id == case.id, NetworkMembership.state == "requested")
    with meanwhile(NetworkMembership, where, state="invited"):
        answer = eyes.client.get(NETWORK).text
    return any(token in answer for token in eyes.scene.tokens(eyes.case, "organization"))


def _nothing_of(eyes: Eyes) -> str:
    """Nothing, and its reference stands nowhere either."""
    return "a reference" if eyes.shows(eyes.ref, *eyes.pages()[-9:]) else "nothing"


def drafts(eyes: Eyes) -> str:
    """The answers both sides write, the notes of one side, and the number of drafts."""
    pages = [f"/applications/{eyes.ref}/{topic}" for topic in (*TOPICS, "tasks")]
    sides = [side for side in ("management", "union") if eyes.mark(f"draft {side}", *pages)]
    writes = "<form" in eyes.page(pages[0]).text and eyes.mark("draft joint", pages[0])
    if writes and len(sides) == 1:
        return "side"
    if (
        sides
        or eyes.mark("draft joint", *pages)
        or CANARY.search(eyes.page("/reviews/").text.partition("<h1")[0])
    ):
        return "a part"
    return (
        "count"
        if eyes.shows("being written", "/reviews/", "/people/", "/deletions/", "/learning/")
        else "nothing"
    )


def answers(eyes: Eyes) -> str:
    """What both sides sent."""
    if eyes.finds("answers", *eyes.pages()):
        return "reads"
    return "summary" if any(eyes.shows("Why you", f"/offers/{ref}") for ref in eyes.offers()) else "nothing"


def notes(side: str) -> Callable[[Eyes], str]:
    """What one side wrote for itself, and whether ticking that it is shared makes a difference."""

    def look(eyes: Eyes) -> str:
        if eyes.finds(f"{side} notes", *eyes.pages()):
            return "reads"
        where = sa.and_(Section.case_id == eyes.scene.case(eyes.kind).id, Section.topic == f"notes_{side}")
        with meanwhile(Section, where, shared_with_consultant=True):
            found = [eyes.client.get(one).text for one in (*(f"/offers/{ref}" for ref in eyes.offers()), f"/cases/{eyes.ref}")]  # fmt: skip
        tokens = eyes.scene.tokens(eyes.kind, f"{side} notes")
        return "shared" if any(token in text for token in tokens for text in found) else "nothing"

    return look


def read(kind: str, *more: str) -> Callable[[Eyes], str]:
    """Whether something of this kind of the case stands on any page; `more` are further pages."""
    return lambda eyes: "reads" if eyes.finds(kind, *eyes.pages(), *more) else "nothing"


def team(eyes: Eyes) -> str:
    """The name of a colleague, and a form that asks somebody else to join."""
    members = f"/applications/{eyes.ref}/members"
    pages = [one for one in eyes.pages() if one != "/people/"]
    if not eyes.mark(f"colleague {eyes.kind}", *pages):
        return "nothing"
    return "writes" if f'action="{members}"' in eyes.page(members).text else "reads"


def identity(eyes: Eyes) -> str:
    """The names to check for ties: before a promise, and after it."""
    pages = [one for one in eyes.pages() if one != NETWORK]
    if eyes.finds("organization", *pages) and eyes.finds("answers", *pages):
        return "reads"
    asked = eyes.scene.refs[f"asked {eyes.kind}"]
    with meanwhile(Offer, Offer.ref == asked, identity_shown_at=now()):
        text = eyes.client.get(f"/offers/{asked}/conflicts").text
    return "after_promise" if any(one in text for one in eyes.scene.tokens(eyes.kind, "organization")) else "nothing"  # fmt: skip


def scores(eyes: Eyes) -> str:
    """The name of another consultant who was compared; or only why oneself was asked."""
    pages = [f"/reviews/{eyes.ref}", f"/cases/{eyes.ref}", *(f"/offers/{ref}" for ref in eyes.offers())]
    name = eyes.scene.world.people["consultant who declined"].name
    if any(name in eyes.page(one).text.partition("<main")[2] for one in pages):
        return "reads"
    return "own" if eyes.shows("Why you", *pages) else "nothing"


def answering(eyes: Eyes) -> str:
    """The page with the answer, or the question that comes before it."""
    answer = eyes.page(f"/offers/{eyes.scene.refs['asked employer']}/answer")
    led = answer.status_code == 303 and "/offers/" in answer.headers["Location"].partition("?")[0]
    return "does" if led or answer.status_code == 200 else "nothing"


def declined(eyes: Eyes) -> str:
    """The note of a consultant who said no."""
    if not eyes.finds("decline note", *eyes.pages(), f"/offers/{eyes.scene.refs['declined']}"):
        return "nothing"
    return "own" if eyes.opens(f"/offers/{eyes.scene.refs['declined']}") else "reads"


def requests(eyes: Eyes) -> str:
    """The message with which somebody asks to join, and the form that answers it."""
    if not eyes.finds("network message", NETWORK):
        return "own" if eyes.shows("Take the request back", NETWORK) else "nothing"
    return "writes" if "/networks/requests/" in eyes.page(NETWORK).text else "reads"


def roster(eyes: Eyes) -> str:
    """The organization of another member."""
    return "reads" if any(eyes.shows(one, NETWORK, "/networks/") for one in eyes.scene.tokens("new", "organization")) else "nothing"  # fmt: skip


def why(eyes: Eyes) -> str:
    """The sentences that say why this consultant."""
    return "reads" if eyes.mark("why", *eyes.pages()) else "nothing"


def receipt(eyes: Eyes) -> str:
    """The list of who opened the case; the director did."""
    return "reads" if eyes.shows("opened your", f"/cases/{eyes.ref}/access") else "nothing"


def history(eyes: Eyes) -> str:
    """The list of what happened."""
    return "reads" if eyes.shows('id="history-title"', f"/cases/{eyes.ref}") else "nothing"


def deletion(eyes: Eyes) -> str:
    """The page of a wish to delete, and its form."""
    here = f"/cases/{eyes.ref}/deletion"
    if not eyes.opens(here):
        return "nothing"
    return "does" if f'action="{here}"' in eyes.page(here).text else "reads"


# Each row of the matrix: before which kind of case, and how it is looked at.
LOOKS: dict[str, tuple[str, Callable[[Eyes], str]]] = {
    "employer_case": ("employer", exists),
    "joint_case": ("joint", exists),
    "drafts": ("draft", drafts),
    "joint_answers": ("joint", answers),
    "management_notes": ("joint", notes("management")),
    "union_notes": ("joint", notes("union")),
    "contacts": ("joint", read("contact")),
    "team": ("joint", team),
    "identity": ("joint", identity),
    "scores": ("joint", scores),
    "why": ("joint", why),
    "offers": ("employer", can_open("does", "/reviews/{case}/offer")),
    "answer": ("employer", answering),
    "decline": ("employer", declined),
    "program_notes": ("joint", read("program")),
    "letter": ("joint", read("words")),
    "requests": ("joint", requests),
    "roster": ("employer", roster),
    "receipt": ("joint", receipt),
    "history": ("joint", history),
    "outcomes": ("joint", outcomes),
    "deletion": ("joint", deletion),
    "deletions": ("joint", can_open("does", "/deletions/", "/deletions/{deletion}/earlier")),
    "hold": ("joint", can_open("does", "/reviews/{case}/hold")),
    "profile": ("joint", profile),
    "people": ("joint", can_open("writes", "/people/", "/people/new")),
    "policies": ("joint", policies),
    "planning": ("joint", can_open("does", "/portfolio/", "/groups/")),
    "figures": ("joint", figures),
    "export": ("joint", by_two("/second-signature/ask/export", "POST /second-signature/{ref}/table")),
    "glass": (
        "joint",
        by_two("/second-signature/ask/case", "GET /second-signature/{ref}/case", case="{case}"),
    ),
}

"""Which form a topic has."""

from __future__ import annotations

from lab.errors import NotFound
from lab.forms.intake import conflicts, dates, foundation, needs, organization, people, team, time
from lab.forms.intake.base import Asked, TopicForm


def form_of(topic: str, asked: Asked) -> type[TopicForm]:
    """The form of a topic for this line. Raises `NotFound` for a topic that does not exist."""
    schools = asked.line == "schools"
    match topic:
        case "organization":
            return organization.SchoolOrganizationForm if schools else organization.OrganizationForm
        case "people":
            return people.SchoolPeopleForm if schools else people.PeopleForm
        case "dates":
            return dates.DatesForm
        case "needs":
            return needs.needs_form(asked.line)
        case "foundation":
            return foundation.foundation_form(asked.line)
        case "time":
            return time.TimeForm
        case "conflicts":
            return conflicts.ConflictsForm
        case "team":
            return team.team_form()
        case "notes_management" | "notes_union":
            return team.NotesForm
    raise NotFound("There is no such part of the application.")

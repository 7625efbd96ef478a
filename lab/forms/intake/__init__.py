"""The topics of an application: what each form asks, and what its answers amount to in the exchange format."""

from lab.forms.intake.base import Asked, TopicForm
from lab.forms.intake.topics import form_of

__all__ = ["Asked", "TopicForm", "form_of"]

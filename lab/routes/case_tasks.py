"""The lead of a side says that a task of the decision is done."""

from __future__ import annotations

from flask import Response, g, request, url_for
from flask_babel import gettext as _

from lab.actions import task_reports
from lab.forms import cases as forms
from lab.hx import page, see
from lab.queries import cases as queries
from lab.routes.cases import case_here, cases
from lab.routes.doors import SIGNED_IN, form_key, opens_for, theirs, viewer


@cases.route("/<ref>/tasks/<task_ref>/done", methods=["GET", "POST"])
@opens_for(SIGNED_IN)
def task_done(ref: str, task_ref: str) -> Response:
    """One task and one sentence, which its director reads."""
    case = case_here(ref)
    task = next((one for one in queries.tasks_of(viewer(), case) if one.ref == task_ref), None)
    theirs("task.tell_done", (case, task) if task is not None else None)
    form = forms.TaskDoneForm(request.form, key=form_key())
    if request.method == "POST" and form.validate():
        task_reports.tell_done(task_ref, text=str(form.text.data), key=str(form.key.data or ""), by=g.person)
        return see(url_for(".show", ref=ref), saying=_("Thank you. Your director looks at it next."))
    if request.method == "GET" and task is not None and not queries.waits_for_word(case, task):
        return see(url_for(".show", ref=ref))
    return page("cases/task_done.html", status=422 if form.errors else 200, case=case, task=task, form=form)

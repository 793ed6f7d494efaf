"""The pages on which the office writes items by hand: a new one, and one changed."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from accounts.names import NameTakenError
from projects.access import get_plan, get_task
from projects.choices import PlanState
from projects.editing.editor import Editor, phrases_of
from projects.editing.forms import ItemForm
from projects.editing.moving import UnsaidMoveError
from projects.editing.naming import UnknownNamesError
from projects.editing.offering import offered_names
from projects.editing.saving import AlreadyThereError, DoneStepError, Saved, add_item, change_item, differing
from projects.editing.typed import Phrases, read_phrases
from projects.importing.reader_words import doubt_sentence
from projects.importing.snapshot import task_snapshot
from projects.models import Plan
from projects.numbering import next_number
from projects.sections import standing_paths


@page
@require_http_methods(["GET", "POST"])
def item_add(request: PageRequest, plan_id: int) -> HttpResponse:
    plan = _plan(request, plan_id)
    if request.method != "POST":
        proposed = {"number": next_number(plan), "category": request.GET.get("category", "")}
        return _page(request, Editor(plan, ItemForm(initial=proposed)))
    editor = Editor.of(request, plan)
    if "more" in request.POST:
        return _page(request, editor.with_another(request.POST["more"]))
    if _to_read(request, editor.form):
        return _reread(request, editor)
    if not editor.valid():
        return _page(request, editor, status=422)
    try:
        saved = add_item(plan=plan, said=editor.said(), by=request.actor, now=request.now)
    except AlreadyThereError as there:
        messages.info(request, gettext("“%(title)s”已经在表里，没有再添加一次。") % {"title": there})
        return redirect(_back(plan))
    except (UnknownNamesError, NameTakenError) as refused:
        return _page(request, editor.refused(refused), status=422)
    messages.success(request, gettext("已添加“%(title)s”。") % {"title": editor.form.cleaned_data["title"]})
    _tell(request, saved)
    if "another" in request.POST:
        same = urlencode({"category": editor.form.cleaned_data["category"]})
        return redirect(f"{reverse('projects:item_add', args=[plan.pk])}?{same}")
    return redirect(_back(plan))


@page
@require_http_methods(["GET", "POST"])
def item_edit(request: PageRequest, task_id: int) -> HttpResponse:
    task = get_task(request.reach, task_id, today=request.today)
    require_office(request.reach)
    if task.plan.state == PlanState.ARCHIVED:
        raise Http404
    seen = task_snapshot(task)
    if request.method != "POST":
        return _page(request, Editor.standing(task, seen, typed=request.GET))
    editor = Editor.of(request, task.plan, task=task, seen=seen)
    if "more" in request.POST:
        return _page(request, editor.with_another(request.POST["more"]))
    if _to_read(request, editor.form):
        return _reread(request, editor)
    if not editor.valid():
        return _page(request, editor, status=422)
    try:
        saved = change_item(plan=task.plan, seen=seen, said=editor.said(), by=request.actor, now=request.now)
    except (UnknownNamesError, NameTakenError, DoneStepError, UnsaidMoveError) as refused:
        return _page(request, editor.refused(refused), status=422)
    except Conflict:
        standing = differing(editor.form, seen)
        editor.form.data = {**request.POST.dict(), "version": seen.version}
        return _page(request, editor, standing=standing, status=409)
    messages.success(request, gettext("已保存。") if saved.changed else gettext("没有改动。"))
    _tell(request, saved)
    return redirect(task)


def _plan(request: PageRequest, plan_id: int) -> Plan:
    plan = get_plan(request.reach, plan_id, today=request.today)
    require_office(request.reach)
    if plan.state == PlanState.ARCHIVED:
        raise Http404
    return plan


def _back(plan: Plan) -> str:
    return reverse("projects:plan", args=[plan.pk])


def _to_read(request: PageRequest, form: ItemForm) -> bool:
    """Say whether the phrases must be read first: by the button, or because they changed since they were last read."""
    return "read" in request.POST or phrases_of(form) != request.POST.get("read_text", "").replace("\r\n", "\n")


def _reread(request: PageRequest, editor: Editor) -> HttpResponse:
    form, year = editor.form, editor.plan.year
    read = read_phrases(form.data.get("deadline_text", ""), form.data.get("target_text", ""), year=year)
    return _page(request, editor.as_read(read), read=read)


def _tell(request: PageRequest, saved: Saved) -> None:
    """Say what names became where that isn't plain from the names themselves."""
    for written, names in saved.meant.became:
        became = {"name": written, "names": "、".join(names)}
        messages.info(request, gettext("“%(name)s”现在是：%(names)s。") % became)
    for words in saved.meant.kept.values():
        for name in words:
            kept = gettext("“%(name)s”照原文留着，不算责任单位或责任人，也不会收到提醒。")
            messages.info(request, kept % {"name": name})


def _page(
    request: PageRequest,
    editor: Editor,
    *,
    read: Phrases | None = None,
    standing: Sequence[dict[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    plan = editor.plan
    context = {
        "plan": plan,
        "task": editor.task,
        "form": editor.form,
        "steps": editor.steps,
        "aims": editor.aims,
        "asked": editor.asked,
        "standing": standing,
        "questions": [doubt_sentence(question.code) or question.message for question in read.questions] if read else [],
        "was_read": read is not None,
        "offered": offered_names(plan.organization_id, today=request.today),
        "sections": _sections(plan),
    }
    return render(request, "projects/item_form.html", context, status=status)


def _sections(plan: Plan) -> list[str]:
    return ["／".join(path) for path in standing_paths(plan)]

"""The pages on which the office writes items by hand: a new one, one changed, and what becomes of many."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import require_office
from accounts.conflicts import Conflict
from accounts.entry import PageRequest, page
from projects.access import get_plan, get_task
from projects.choices import PlanState, TaskState
from projects.editing.forms import ItemForm, aim_initial, aims_form, step_initial, steps_form, words_of
from projects.editing.saving import DoneStepError, Said, UnknownNamesError, add_item, change_item, differing
from projects.editing.typed import Phrases, read_phrases
from projects.importing.diff import TaskSnapshot
from projects.importing.reader_words import doubt_sentence
from projects.importing.snapshot import task_snapshot
from projects.models import Plan, Task
from projects.planning import (
    WrongStateError,
    cancel_tasks,
    reinstate_tasks,
    resume_tasks,
    suspend_tasks,
    withdraw_tasks,
)

Act = Callable[..., list[Task]]
ACTS: dict[str, tuple[Act, frozenset[TaskState]]] = {
    "suspend": (suspend_tasks, frozenset({TaskState.ISSUED})),
    "resume": (resume_tasks, frozenset({TaskState.SUSPENDED})),
    "cancel": (cancel_tasks, frozenset({TaskState.DRAFT, TaskState.ISSUED, TaskState.SUSPENDED})),
    "withdraw": (withdraw_tasks, frozenset({TaskState.DRAFT})),
    "reinstate": (reinstate_tasks, frozenset({TaskState.CANCELLED, TaskState.WITHDRAWN})),
}


@page
@require_http_methods(["GET", "POST"])
def item_add(request: PageRequest, plan_id: int) -> HttpResponse:
    plan = _plan(request, plan_id)
    if request.method != "POST":
        return _page(request, plan, ItemForm(), steps_form(), aims_form())
    form, steps, aims = ItemForm(request.POST), steps_form(request.POST), aims_form(request.POST)
    if _to_read(request, form):
        return _reread(request, plan, form)
    if not _valid(form, steps, aims):
        return _page(request, plan, form, steps, aims, status=422)
    try:
        task = add_item(plan=plan, said=Said.of(form, steps, aims), by=request.actor, now=request.now)
    except UnknownNamesError as missing:
        _say_unknown(form, missing)
        return _page(request, plan, form, steps, aims, status=422)
    messages.success(request, gettext("已添加“%(title)s”。") % {"title": task.title})
    if "another" in request.POST:
        return redirect("projects:item_add", plan.pk)
    return redirect(_back(plan))


@page
@require_http_methods(["GET", "POST"])
def item_edit(request: PageRequest, task_id: int) -> HttpResponse:
    task = get_task(request.reach, task_id, today=request.today)
    require_office(request.reach)
    seen = task_snapshot(task)
    if request.method != "POST":
        form, steps, aims = _as_it_stands(seen)
        return _page(request, task.plan, form, steps, aims, task=task)
    form, steps, aims = ItemForm(request.POST), steps_form(request.POST), aims_form(request.POST)
    if _to_read(request, form):
        return _reread(request, task.plan, form, task=task, seen=seen)
    if not _valid(form, steps, aims):
        return _page(request, task.plan, form, steps, aims, task=task, status=422)
    try:
        changed = change_item(
            plan=task.plan, seen=seen, said=Said.of(form, steps, aims), by=request.actor, now=request.now
        )
    except UnknownNamesError as missing:
        _say_unknown(form, missing)
        return _page(request, task.plan, form, steps, aims, task=task, status=422)
    except DoneStepError as step:
        form.add_error(None, gettext("节点“%(step)s”已经完成，不能删除。") % {"step": step})
        return _page(request, task.plan, form, steps, aims, task=task, status=422)
    except Conflict:
        standing = differing(form, seen)
        form.data = {**request.POST.dict(), "version": seen.version}
        return _page(request, task.plan, form, steps, aims, task=task, standing=standing, status=409)
    messages.success(request, gettext("已保存。") if changed else gettext("没有改动。"))
    return redirect(task)


@page
@require_POST
def items_act(request: PageRequest, plan_id: int, act: str) -> HttpResponse:
    """Suspend, resume, cancel, withdraw or reinstate the ticked items, all of them or none, with a reason."""
    plan = _plan(request, plan_id)
    if act not in ACTS:
        raise Http404
    operation, allowed = ACTS[act]
    ids = {int(value) for value in request.POST.getlist("item") if value.isdecimal()}
    tasks = Task.objects.filter(plan=plan, pk__in=ids, state__in=allowed)
    reason = request.POST.get("reason", "").strip()
    if not ids or not reason:
        messages.error(request, gettext("请勾选事项，并写明原因。"))
    elif tasks.count() != len(ids):
        messages.error(request, gettext("没有办成：勾选的事项里有的现在不能这样办，请看过现在的状态再试。"))
    else:
        try:
            done = operation(task_ids=sorted(ids), reason=reason, by=request.actor, now=request.now)
        except WrongStateError:
            messages.error(request, gettext("没有办成：勾选的事项里有的刚被改动过。"))
        else:
            messages.success(request, gettext("已办理 %(n)d 项。") % {"n": len(done)})
    return redirect(_back(plan))


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
    return "read" in request.POST or _phrases(form) != request.POST.get("read_text", "").replace("\r\n", "\n")


def _phrases(form: ItemForm) -> str:
    said = (form.data.get("deadline_text", ""), form.data.get("target_text", ""))
    return "\n".join(text.replace("\r\n", "\n").strip() for text in said).strip()


def _reread(
    request: PageRequest,
    plan: Plan,
    form: ItemForm,
    *,
    task: Task | None = None,
    seen: TaskSnapshot | None = None,
) -> HttpResponse:
    """Show the form again with its steps and amounts as the phrases say now; rows keep who they were by order."""
    read = read_phrases(form.data.get("deadline_text", ""), form.data.get("target_text", ""), year=plan.year)
    ids = [step.id for step in seen.milestones] if seen else []
    aims = [target.id for target in seen.targets] if seen else []
    steps = [step_initial(step, ids[at] if at < len(ids) else None) for at, step in enumerate(read.milestones)]
    amounts = [aim_initial(aim, aims[at] if at < len(aims) else None) for at, aim in enumerate(read.targets)]
    form.data = {**request.POST.dict(), "read_text": _phrases(form)}
    form.is_valid()
    answer = (steps_form(initial=steps), aims_form(initial=amounts))
    return _page(request, plan, form, *answer, task=task, read=read, status=200)


def _as_it_stands(seen: TaskSnapshot) -> tuple[ItemForm, Any, Any]:
    words = words_of(seen.draft)
    read = "\n".join(words[name].replace("\r\n", "\n").strip() for name in ("deadline_text", "target_text")).strip()
    form = ItemForm(initial={**words, "version": seen.version, "read_text": read})
    steps = [
        {**step_initial(step.draft, step.id), "due_on": step.current_on or step.draft.due_on}
        for step in seen.milestones
    ]
    return form, steps_form(initial=steps), aims_form(initial=[aim_initial(one.draft, one.id) for one in seen.targets])


def _valid(form: ItemForm, steps: Any, aims: Any) -> bool:
    checked = [form.is_valid(), steps.is_valid(), aims.is_valid()]
    return all(checked)


def _say_unknown(form: ItemForm, missing: UnknownNamesError) -> None:
    from_role = {"lead": "lead", "support": "support", "leader": "leaders", "owner": "owners"}
    for one in missing.unknown:
        said = gettext("没有“%(name)s”。") % {"name": one.name}
        if one.likely:
            said += gettext("是不是：%(names)s？") % {"names": "、".join(one.likely)}
        else:
            said += gettext("先在“单位与人员”里添加，或改成已有的名称。")
        form.add_error(from_role[one.role], said)


def _page(
    request: PageRequest,
    plan: Plan,
    form: ItemForm,
    steps: Any,
    aims: Any,
    *,
    task: Task | None = None,
    read: Phrases | None = None,
    standing: Sequence[dict[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    context = {
        "plan": plan,
        "task": task,
        "form": form,
        "steps": steps,
        "aims": aims,
        "standing": standing,
        "questions": [doubt_sentence(question.code) or question.message for question in read.questions] if read else [],
        "was_read": read is not None,
        "sections": _sections(plan),
    }
    return render(request, "projects/item_form.html", context, status=status)


def _sections(plan: Plan) -> list[str]:
    return list(plan.sections.filter(parent__isnull=True).order_by("position").values_list("title", flat=True))

"""Evidence at the door: taken in with an item, given out as files only, and taken back."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import cast

from django.contrib import messages
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.entry import PageRequest, page
from projects.access import get_task, require_lead
from tracker.boards.evidence import get_evidence, get_own_evidence
from tracker.evidence import (
    MOST_BYTES,
    MOST_FILES,
    MOST_REQUEST_BYTES,
    EvidenceRefused,
    Inspected,
    NotWithdrawable,
    Refusal,
    attach,
    inspect,
    withdraw,
)

MIB = 1024 * 1024
SANDBOX = "default-src 'none'; sandbox"


def takes_files[**P](view: Callable[P, HttpResponseBase]) -> Callable[P, HttpResponseBase]:
    """Refuse a request that is too large by what it says of itself, before any of it is read.

    Looking for the token in the form reads all of it, so that check comes second.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def measured(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request = cast(HttpRequest, args[0])
        said = str(request.META.get("CONTENT_LENGTH") or 0)
        if not said.isdecimal() or int(said) > MOST_REQUEST_BYTES:
            context = {"limit": MOST_BYTES // MIB, "files": MOST_FILES}
            return render(request, "tracker/upload_too_large.html", context, status=413)
        return protected(*args, **kwargs)

    return measured


@page
@require_safe
def evidence(request: PageRequest, evidence_id: int) -> HttpResponseBase:
    """Give the file out to be saved; no browser is to show or run it under our name."""
    row = get_evidence(request.reach, evidence_id, today=request.today)
    try:
        content = default_storage.open(row.stored)
    except FileNotFoundError as error:
        raise Http404 from error
    answer = FileResponse(content, as_attachment=True, filename=row.name, content_type=row.content_type)
    answer["Content-Security-Policy"] = SANDBOX
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


@takes_files
@require_POST
@page
def evidence_add(request: PageRequest, task_id: int) -> HttpResponse:
    """Keep files with the item alone, for the unit that leads it."""
    task = get_task(request.reach, task_id, today=request.today)
    unit = require_lead(request.reach, task, today=request.today)[0]
    taken, refused = looked_through(request)
    try:
        made = attach(task=task, files=taken, department=unit, by=request.actor, now=request.now)
    except EvidenceRefused as error:
        made, refused = [], [*refused, *error.refusals]
    if made:
        messages.success(
            request, gettext("佐证材料已收下：%(names)s。") % {"names": "、".join(row.name for row in made)}
        )
    for sentence in refusal_texts(refused):
        messages.warning(request, sentence)
    if not made and not refused:
        messages.warning(request, gettext("还没有选文件。"))
    return redirect("tracker:item", task_id)


@require_POST
@page
def evidence_withdraw(request: PageRequest, evidence_id: int) -> HttpResponse:
    row = get_own_evidence(request.reach, evidence_id, today=request.today)
    reason = request.POST.get("reason", "")[:500]
    try:
        withdraw(evidence=row, reason=reason, by=request.actor, now=request.now)
    except NotWithdrawable:
        messages.warning(request, gettext("这份材料刚被撤回，没有再改。"))
    else:
        messages.success(request, gettext("材料“%(name)s”已撤回，不再显示。") % {"name": row.name})
    return redirect("tracker:item", row.task_id)


def looked_through(request: HttpRequest, name: str = "evidence") -> tuple[list[Inspected], list[Refusal]]:
    """Return the uploaded files of a field that may be kept, and what is said of the others."""
    files = cast("list[File[bytes]]", request.FILES.getlist(name))
    try:
        return inspect(files), []
    except EvidenceRefused as error:
        return list(error.taken), list(error.refusals)


def refusal_texts(refusals: Iterable[Refusal]) -> list[str]:
    """Write for each file why it isn't kept, and what helps; a marked one isn't named, for its name may be its secret."""
    return [_refusal_text(refusal) for refusal in refusals]


def _refusal_text(refusal: Refusal) -> str:
    if refusal.code == "secret_name":
        return gettext("有一个文件的文件名标有密级。涉密文件不得在本系统处理，没有保存。")
    why = _reasons().get(refusal.code)
    if why is None:
        why = gettext("里面标有密级“%(level)s”。涉密文件不得在本系统处理，没有保存。") % {"level": refusal.level}
    return gettext("“%(name)s”没有收下：%(why)s") % {"name": refusal.name[:60], "why": why}


def _reasons() -> dict[str, str]:
    size = {"limit": MOST_BYTES // MIB}
    return {
        "empty": gettext("文件是空的，请重新选。"),
        "too_big": gettext("文件超过 %(limit)s MiB，请压缩图片或拆成几份。") % size,
        "too_many": gettext("一次最多收 %(limit)s 份。") % {"limit": MOST_FILES},
        "program": gettext("内容是程序，不是材料。"),
        "archive": gettext("不收压缩包，请解压后分别上传。"),
        "macros": gettext("文件里有宏，请另存为不带宏的文件再上传。"),
        "encrypted": gettext("文件已加密，请去掉密码再上传。"),
        "damaged": gettext("文件已损坏或不完整，请重新保存再上传。"),
        "unsafe": gettext("文件的结构不安全，请用原来的程序另存一份再上传。"),
        "picture_too_large": gettext("图片的像素过大，请缩小后再上传。"),
        "not_what_it_says": gettext("文件内容和扩展名对不上，请用原来的程序另存后再上传。"),
        "unknown": gettext("认不出是什么文件，请用 PDF、Word、Excel、OFD、图片或文本。"),
        "no_room": gettext("服务器存不下了，请联系系统管理员；文字不受影响。"),
        "unit_full": gettext("本单位的材料已满，请撤回不用的，或联系系统管理员；文字不受影响。"),
        "no_reader": gettext("检查文件的程序暂时无法启动，请稍后再试。"),
    }

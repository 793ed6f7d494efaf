"""The state of the installation, to look at: nothing is changed here."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.entry import PageRequest, page
from tracker.boards.installation import installation

MINUTE = 60
JOBS = {
    "raise_due": gettext_lazy("算出该提醒的"),
    "deliver": gettext_lazy("发送"),
    "read_waiting_uploads": gettext_lazy("读上传的表"),
    "write_words": gettext_lazy("记下可搜的字"),
    "make_downloads": gettext_lazy("做要下载的文件"),
    "heartbeat": gettext_lazy("心跳"),
    "open_rounds": gettext_lazy("开期次"),
    "note_lights": gettext_lazy("记下变了的灯"),
    "reconcile": gettext_lazy("核对灯与规则"),
}


@never_cache
@page
@require_safe
def administration(request: PageRequest) -> HttpResponse:
    shown = installation(request.reach)
    context = {
        "shown": shown,
        "beats": [
            {"beat": beat, "label": JOBS.get(beat.name, beat.name), "every": _every(beat.seconds)}
            for beat in shown.beats
        ],
        "late": sum(beat.late for beat in shown.beats),
        "all_organizations": request.reach.system,
        "failed_url": f"{reverse('tracker:reminders')}?state=failed" if request.reach.office else "",
    }
    return render(request, "tracker/administration.html", context)


def _every(seconds: int) -> str:
    if seconds < MINUTE:
        return ngettext("%(n)d 秒", "%(n)d 秒", seconds) % {"n": seconds}
    return ngettext("%(n)d 分钟", "%(n)d 分钟", seconds // MINUTE) % {"n": seconds // MINUTE}

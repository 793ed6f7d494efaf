"""The mailbox of an installation that sends no mail: whoever may look reads there what would have been sent."""

from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.access import Reach
from accounts.entry import PageRequest, page
from accounts.models import Person
from seeds.mailbox import Mail, read_mailbox

FILE_MAILBOX = "django.core.mail.backends.filebased.EmailBackend"


@page
def mailbox(request: PageRequest, key: str | None = None) -> HttpResponse:
    mails = _mails_for(request.reach)
    opened = next((mail for mail in mails if mail.key == key), None)
    if key and opened is None:
        raise Http404
    return render(request, "seeds/mailbox.html", {"mails": mails, "opened": opened or next(iter(mails), None)})


def _mails_for(reach: Reach) -> list[Mail]:
    """Return the mails kept here: the office's are all of its organization, anyone else's their own."""
    if settings.EMAIL_BACKEND != FILE_MAILBOX:
        raise Http404
    own = Q(organization=reach.organization_id) if reach.office else Q(pk=reach.person_id or 0)
    names = dict(Person.objects.filter(own).exclude(email="").values_list("email", "name"))
    folder = Path(getattr(settings, "EMAIL_FILE_PATH"))  # noqa: B009 - a setting of this mailbox alone
    return [replace(mail, to_name=names[mail.to_address]) for mail in read_mailbox(folder) if mail.to_address in names]

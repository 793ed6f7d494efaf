"""What a person wants of the channels, within what the plans oblige."""

from collections.abc import Mapping

from django.db import transaction

from accounts.history import Actor
from accounts.models import Person
from accounts.noting import record_change, record_made
from tracker.models import ChannelPreference


@transaction.atomic
def prefer(*, person: Person, wanted: Mapping[str, bool], by: Actor) -> None:
    """Keep the wishes; the last word counts. What a plan obliges is told on whatever is wished."""
    Person.objects.select_for_update().get(pk=person.pk)
    known = {row.channel: row for row in ChannelPreference.objects.filter(person=person)}
    for channel, wish in sorted(wanted.items()):
        row = known.get(channel)
        if row is None:
            row = ChannelPreference.objects.create(
                organization_id=person.organization_id, person=person, channel=channel, wanted=wish
            )
            after = {"person": person.pk, "channel": channel, "wanted": wish}
            record_made(row, row.organization_id, after, by)
        elif row.wanted != wish:
            row.wanted = wish
            row.save(update_fields=["wanted"])
            record_change(row, row.organization_id, "changed", {"wanted": wish}, by, before={"wanted": not wish})

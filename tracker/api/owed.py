"""What is owed: which unit has to report on which item in which round, and whether it has."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.choices import pairs
from tracker.api.endpoint import Endpoint
from tracker.api.fields import NamedShape, Number, OneOf, Query, Sparse, page_of
from tracker.api.listing import Listing, Names, given
from tracker.boards.plain_owed import OWED_COLUMNS, OwedFilters, owed_for, owed_rows
from tracker.choices import OwedState

MEMBERS = tuple(name for name in OWED_COLUMNS if name != "department_name")


class OwedShape(Sparse):
    id = serializers.IntegerField()
    task = serializers.IntegerField()
    plan = serializers.IntegerField()
    round = serializers.CharField(help_text=gettext_lazy("期次，例如 2026-06"))
    cutoff_on = serializers.DateField(help_text=gettext_lazy("哪天截止"))
    department = NamedShape()
    state = serializers.ChoiceField(
        pairs(OwedState),
        help_text=gettext_lazy("owed 没有报；returned 被退回，要再报；waived 事项已中止或结束，不用报"),
    )
    late = serializers.BooleanField()
    answered_at = serializers.DateTimeField(allow_null=True)


class OwedQuery(Listing):
    plan = Number(required=False)
    task = Number(required=False)
    unit = Number(required=False)
    round = serializers.RegexField(r"^\S{1,16}$", required=False, help_text=gettext_lazy("期次，例如 2026-06"))
    state = OneOf(pairs(OwedState), required=False)
    asked = OneOf([("now", "now")], required=False, help_text=gettext_lazy("now：只列现在要报、还没报的，退回的也在内"))
    whose = OneOf([("mine", "mine")], required=False, help_text=gettext_lazy("mine：只列由您的单位报送的"))
    fields = Names(*MEMBERS)  # type: ignore[assignment]


class OneOwedQuery(Query):
    fields = Names(*MEMBERS)  # type: ignore[assignment]


class OwedReports(Endpoint):
    @extend_schema(
        summary=gettext_lazy("列出应报记录：哪个单位哪一期要报哪个事项，报了没有"),
        parameters=[OwedQuery],
        responses=page_of(OwedShape),
    )
    def get(self, request: Request) -> HttpResponse:
        del request
        asked = self.asked(OwedQuery)
        filters = OwedFilters(**given(asked, *OwedFilters.__slots__))
        return self.listed(asked, owed_for(self.reach, filters, today=self.today), owed_rows)


class OneOwedReport(Endpoint):
    @extend_schema(summary=gettext_lazy("读一条应报记录"), parameters=[OneOwedQuery], responses=OwedShape)
    def get(self, request: Request, owed_id: int) -> HttpResponse:
        del request
        found = owed_for(self.reach, OwedFilters(), today=self.today).filter(pk=owed_id)
        return self.only(owed_rows(found), OneOwedQuery)

"""Units and people of the office's own organization, as its own pages show them."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts import rosters
from accounts.access import require_office
from accounts.choices import DepartmentKind, MembershipRole, Scope, pairs
from accounts.models import ApiToken
from tracker.api.endpoint import Endpoint
from tracker.api.fields import NamedShape, Number, Query, Said, Shape, Sparse, page_of
from tracker.api.listing import Listing, Names
from tracker.boards.plain_people import PERSON_MEMBERS, UNIT_MEMBERS, own_row, person_rows, unit_rows, units_for


class DepartmentShape(Sparse):
    id = serializers.IntegerField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(pairs(DepartmentKind))
    parent = serializers.IntegerField(allow_null=True)  # type: ignore[assignment]  # of the unit, not of the field
    position = serializers.IntegerField()
    dissolved_on = serializers.DateField(allow_null=True, help_text=gettext_lazy("从这天起撤销"))
    successor = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    aliases = serializers.ListField(child=serializers.CharField())
    heads = NamedShape(many=True)
    people = serializers.IntegerField(help_text=gettext_lazy("今天有几人"))


class MembershipShape(Shape):
    department = NamedShape()
    role = serializers.ChoiceField(pairs(MembershipRole))
    from_on = serializers.DateField(allow_null=True)
    to_on = serializers.DateField(allow_null=True)


class PersonShape(Sparse):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    mobile = serializers.CharField()
    left_on = serializers.DateField(allow_null=True)
    username = serializers.CharField(allow_null=True, help_text=gettext_lazy("登录名；没有登录账号的为空"))
    version = serializers.IntegerField()
    memberships = MembershipShape(many=True, help_text=gettext_lazy("今天所在的单位"))
    posts = NamedShape(many=True, help_text=gettext_lazy("今天担任的职务"))


class MeShape(Shape):
    id = serializers.IntegerField()
    username = serializers.CharField()
    person = NamedShape(allow_null=True)
    organization = NamedShape(allow_null=True)
    departments = NamedShape(many=True, help_text=gettext_lazy("今天所在的单位"))
    posts = NamedShape(many=True, help_text=gettext_lazy("今天担任的职务"))
    office = serializers.BooleanField(help_text=gettext_lazy("是否为督办办公室办理"))
    scopes = serializers.ListField(
        child=serializers.ChoiceField([scope.value for scope in Scope]), help_text=gettext_lazy("这个令牌有的权限")
    )


class DepartmentQuery(Listing):
    fields = Names(*UNIT_MEMBERS)  # type: ignore[assignment]


class OneDepartmentQuery(Query):
    fields = Names(*UNIT_MEMBERS)  # type: ignore[assignment]


class PersonQuery(Listing):
    q = Said(required=False, max_length=100, help_text=gettext_lazy("姓名、登录名、手机或邮箱里的字"))
    unit = Number(required=False)
    fields = Names(*PERSON_MEMBERS)  # type: ignore[assignment]


class OnePersonQuery(Query):
    fields = Names(*PERSON_MEMBERS)  # type: ignore[assignment]


class Me(Endpoint):
    @extend_schema(summary=gettext_lazy("读自己：单位、职务和令牌的权限"), responses=MeShape)
    def get(self, request: Request) -> HttpResponse:
        self.asked()
        scopes = request.auth.scopes if isinstance(request.auth, ApiToken) else [scope.value for scope in Scope]
        return self.one({**own_row(self.user, self.reach), "scopes": scopes}, version=self.user.version)


class Departments(Endpoint):
    @extend_schema(summary=gettext_lazy("列出单位"), parameters=[DepartmentQuery], responses=page_of(DepartmentShape))
    def get(self, request: Request) -> HttpResponse:
        del request
        units = units_for(self.reach)
        asked = self.asked(DepartmentQuery)
        return self.listed(asked, units, lambda page: unit_rows(page, today=self.today), newest_first=False)


class OneDepartment(Endpoint):
    @extend_schema(summary=gettext_lazy("读一个单位"), parameters=[OneDepartmentQuery], responses=DepartmentShape)
    def get(self, request: Request, unit_id: int) -> HttpResponse:
        del request
        units = units_for(self.reach).filter(pk=unit_id)
        return self.only(unit_rows(units, today=self.today), OneDepartmentQuery)


class People(Endpoint):
    @extend_schema(summary=gettext_lazy("列出人员"), parameters=[PersonQuery], responses=page_of(PersonShape))
    def get(self, request: Request) -> HttpResponse:
        del request
        require_office(self.reach)
        asked = self.asked(PersonQuery)
        words, unit = asked.get("q", ""), asked.get("unit")
        people = rosters.persons(self.reach.organization_id or 0, words=words, unit=unit, today=self.today)
        return self.listed(asked, people, lambda page: person_rows(page, today=self.today), newest_first=False)


class OnePerson(Endpoint):
    @extend_schema(summary=gettext_lazy("读一个人员"), parameters=[OnePersonQuery], responses=PersonShape)
    def get(self, request: Request, person_id: int) -> HttpResponse:
        del request
        require_office(self.reach)
        people = rosters.persons(self.reach.organization_id or 0, today=self.today).filter(pk=person_id)
        return self.only(person_rows(people, today=self.today), OnePersonQuery)

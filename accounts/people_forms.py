"""The forms of the pages of units, people, posts and groups."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext, gettext_lazy

from accounts.choices import DepartmentKind, MembershipRole, PostRank, Role
from accounts.models import Department, DepartmentGroup, Person, Post, User

if TYPE_CHECKING:
    ModelChoice = forms.ModelChoiceField[Any]
    ModelChoices = forms.ModelMultipleChoiceField[Any]
else:
    ModelChoice, ModelChoices = forms.ModelChoiceField, forms.ModelMultipleChoiceField

KINDS = {
    DepartmentKind.SECTION: gettext_lazy("科室、部门"),
    DepartmentKind.AREA: gettext_lazy("片区"),
    DepartmentKind.TASK_FORCE: gettext_lazy("专班"),
    DepartmentKind.EXTERNAL: gettext_lazy("外部单位"),
}
RANKS = {
    PostRank.MAIN_LEADER: gettext_lazy("主要领导"),
    PostRank.LEADER: gettext_lazy("分管领导"),
    PostRank.OTHER: gettext_lazy("其他岗位"),
}
MEMBER_ROLES = {MembershipRole.CLERK: gettext_lazy("经办人"), MembershipRole.HEAD: gettext_lazy("负责人")}
ROLES = {Role.OFFICE: gettext_lazy("督查办"), Role.SYSTEM: gettext_lazy("系统管理")}
VERSION = forms.IntegerField(widget=forms.HiddenInput, required=False)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class VersionedForm(forms.Form):
    """A form over a row: `version` is what the editor saw."""

    version = VERSION

    def standing(self, row: Model) -> list[dict[str, str]]:
        """Return what stands in the row now beside what was typed, for the fields where they differ."""
        now = self.initial_of(row)
        shown = [
            {
                "label": str(self.fields[name].label),
                "now": self._word(name, now[name]),
                "typed": self._word(name, self.cleaned_data.get(name)),
            }
            for name in now
            if name != "version"
        ]
        return [line for line in shown if line["now"] != line["typed"]]

    @staticmethod
    def initial_of(row: Any) -> dict[str, Any]:
        raise NotImplementedError

    def _word(self, name: str, value: Any) -> str:
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            return "、".join(str(one) for one in value or ())
        if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            return str(dict(cast(Any, field.choices)).get(value, value))
        return "" if value is None else str(value)


class UnitForm(VersionedForm):
    name = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=list(KINDS.items()))
    parent = ModelChoice(
        label=gettext_lazy("上级单位"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=gettext_lazy("没有"),
    )
    aliases = forms.CharField(
        label=gettext_lazy("别名"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("表里的其他写法，一行一个"),
    )
    position = forms.IntegerField(label=gettext_lazy("排序"), min_value=0, max_value=9999, initial=0)

    def __init__(self, *args: Any, organization_id: int, unit: Department | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = _units(organization_id).exclude(pk=unit.pk if unit else 0)
        cast(ModelChoice, self.fields["parent"]).queryset = others

    def clean_aliases(self) -> str:
        return "\n".join(line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip())

    @staticmethod
    def initial_of(row: Department) -> dict[str, Any]:
        aliases = "\n".join(row.aliases.order_by("pk").values_list("name", flat=True))
        return {
            "version": row.version,
            "name": row.name,
            "kind": row.kind,
            "parent": row.parent,
            "aliases": aliases,
            "position": row.position,
        }


class PersonForm(VersionedForm):
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    mobile = forms.CharField(label=gettext_lazy("手机"), max_length=32, required=False)
    email = forms.EmailField(label=gettext_lazy("邮箱"), required=False)

    @staticmethod
    def initial_of(row: Person) -> dict[str, Any]:
        return {"version": row.version, "name": row.name, "mobile": row.mobile, "email": row.email}


class PostForm(VersionedForm):
    name = forms.CharField(label=gettext_lazy("岗位"), max_length=200)
    rank = forms.ChoiceField(label=gettext_lazy("层级"), choices=list(RANKS.items()), initial=PostRank.LEADER)
    departments = ModelChoices(
        label=gettext_lazy("所管单位"),
        queryset=Department.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("可以几个；分管领导看这些单位和它们下面的事项"),
    )
    position = forms.IntegerField(label=gettext_lazy("排序"), min_value=0, max_value=9999, initial=0)

    def __init__(self, *args: Any, organization_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ModelChoices, self.fields["departments"]).queryset = _units(organization_id)

    @staticmethod
    def initial_of(row: Post) -> dict[str, Any]:
        units = Department.objects.filter(post_units__post=row, post_units__to_on__isnull=True)
        return {
            "version": row.version,
            "name": row.name,
            "rank": row.rank,
            "departments": list(units.order_by("position", "pk")),
            "position": row.position,
        }


class GroupForm(VersionedForm):
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=200, help_text=gettext_lazy("表里的写法，如“各科室”“各片区”")
    )
    departments = ModelChoices(
        label=gettext_lazy("成员单位"),
        queryset=Department.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    on = forms.DateField(label=gettext_lazy("从哪天起"), widget=DayInput())

    def __init__(self, *args: Any, organization_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ModelChoices, self.fields["departments"]).queryset = _units(organization_id)

    @staticmethod
    def initial_of(row: DepartmentGroup) -> dict[str, Any]:
        members = Department.objects.filter(groups__group=row, groups__to_on__isnull=True).order_by("position", "pk")
        return {"version": row.version, "name": row.name, "departments": list(members)}


class JoinForm(forms.Form):
    department = ModelChoice(
        label=gettext_lazy("单位"), queryset=Department.objects.none(), empty_label=gettext_lazy("请选择")
    )
    role = forms.ChoiceField(label=gettext_lazy("身份"), choices=list(MEMBER_ROLES.items()))
    from_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=DayInput())

    def __init__(self, *args: Any, organization_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(ModelChoice, self.fields["department"]).queryset = _units(organization_id)


class HoldForm(forms.Form):
    """Who holds a post: asked on the person's page for the post, on the post's page for the person."""

    post = ModelChoice(label=gettext_lazy("岗位"), queryset=Post.objects.none(), empty_label=gettext_lazy("请选择"))
    person = ModelChoice(label=gettext_lazy("人员"), queryset=Person.objects.none(), empty_label=gettext_lazy("请选择"))
    from_on = forms.DateField(label=gettext_lazy("从哪天起"), widget=DayInput())

    def __init__(self, *args: Any, organization_id: int, of: Post | Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["post" if isinstance(of, Post) else "person"]
        if isinstance(of, Post):
            people = Person.objects.filter(organization=organization_id, left_on__isnull=True).order_by("name", "pk")
            cast(ModelChoice, self.fields["person"]).queryset = people
        else:
            posts = Post.objects.filter(organization=organization_id).order_by("position", "pk")
            cast(ModelChoice, self.fields["post"]).queryset = posts


class LastDayForm(forms.Form):
    on = forms.DateField(label=gettext_lazy("最后一天"), widget=DayInput())


class OpenSignInForm(forms.Form):
    username = forms.RegexField(
        r"^[\w.@+-]+$",
        label=gettext_lazy("用户名"),
        max_length=150,
        help_text=gettext_lazy("字母、数字或姓名拼音"),
        error_messages={"invalid": gettext_lazy("用户名只能用文字、数字和 . @ + - _。")},
    )

    def clean_username(self) -> str:
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username__iexact=username).exists():
            raise forms.ValidationError(gettext("这个用户名已有人用，请换一个。"))
        return username


def _units(organization_id: int) -> QuerySet[Department]:
    standing = Department.objects.filter(organization=organization_id, dissolved_on__isnull=True)
    return standing.order_by("position", "pk")

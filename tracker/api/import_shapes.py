"""What imports ask and answer, as the schema describes it."""

from django.utils.translation import gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.choices import pairs
from projects.choices import BatchState, RowOutcome
from projects.importing.matching import Ground
from tracker.api.fields import Body, Number, OneOf, Said, Shape, Sparse, Text
from tracker.api.listing import Listing, Names

COLUMNS = (
    "id",
    "plan",
    "year",
    "state",
    "file_name",
    "size",
    "sha256",
    "uploaded_at",
    "applied_at",
    "undone_at",
    "undo_reason",
    "version",
)
COUNTED = (
    "rows",
    "new",
    "changed",
    "unchanged",
    "dropped",
    "cancelled",
    "skipped",
    "refused",
    "fields",
    "milestones",
    "targets",
)
SHOWN = ("new", "changed", "unchanged", "dropped", "asked")


class ImportShape(Sparse):
    id = serializers.IntegerField()
    plan = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("对着哪张表比对；空的是新表"))
    year = serializers.IntegerField()
    state = serializers.ChoiceField(pairs(BatchState))
    file_name = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undo_reason = serializers.CharField()
    version = serializers.IntegerField()


class RefusalShape(Shape):
    code = serializers.CharField()
    text = serializers.CharField()


class ProgressShape(Shape):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class WrittenShape(Shape):
    rows = serializers.IntegerField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    dropped = serializers.IntegerField(help_text=gettext_lazy("新表里没有的事项"))
    cancelled = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text=gettext_lazy("不是事项的行"))
    refused = serializers.IntegerField(help_text=gettext_lazy("决定不写的行"))
    fields = serializers.IntegerField()  # type: ignore[assignment]  # columns that change, not the serializer's own
    milestones = serializers.IntegerField()
    targets = serializers.IntegerField()


class WholeImportShape(ImportShape):
    refusal = RefusalShape(allow_null=True, help_text=gettext_lazy("为什么没有读"))
    progress = ProgressShape()
    counts = WrittenShape(allow_null=True, help_text=gettext_lazy("将写入的，或已写入的"))
    undecided = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("还有几处待决定"))
    fingerprint = serializers.CharField(allow_null=True, help_text=gettext_lazy("比对结果的标记，写入时带上"))


class ColumnChangeShape(Shape):
    field = serializers.CharField()
    old = serializers.CharField()
    new = serializers.CharField()
    left = serializers.BooleanField(help_text=gettext_lazy("不写，保留原来的"))


class DiffRowShape(Shape):
    """A row of the table against the plan; an item the table no longer has comes last, without a row."""

    id = serializers.IntegerField(help_text=gettext_lazy("第几行事项，从 0 数起；决定用它写成 row:0、match:0"))
    outcome = serializers.ChoiceField(pairs(RowOutcome))
    sheet = serializers.CharField(allow_null=True)
    row = serializers.IntegerField(allow_null=True, help_text=gettext_lazy("工作表里的行号"))
    task = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    ground = serializers.ChoiceField(pairs(Ground), allow_null=True, help_text=gettext_lazy("凭什么认作这一项"))
    changes = ColumnChangeShape(many=True)
    left = serializers.BooleanField(help_text=gettext_lazy("整行不写"))
    questions = serializers.ListField(child=serializers.CharField(), help_text=gettext_lazy("这一行的问题的 key"))


class OptionShape(Shape):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # of the option, not of the field


class QuestionShape(Shape):
    id = serializers.IntegerField()
    key = serializers.CharField()
    code = serializers.CharField()
    field = serializers.CharField()
    text = serializers.CharField()
    rows = serializers.ListField(child=serializers.IntegerField())
    options = OptionShape(many=True)
    other_day = serializers.BooleanField(help_text=gettext_lazy("也可以答别的日期"))
    anyone = serializers.BooleanField(help_text=gettext_lazy("也可以答名录里的人或单位，例如 department:3"))
    several = serializers.BooleanField(help_text=gettext_lazy("可以答几个，用 | 隔开"))
    proposal = serializers.CharField(allow_null=True)
    chosen = serializers.CharField(allow_null=True, help_text=gettext_lazy("已定的答案；空的是待决定"))
    remembered = serializers.BooleanField(help_text=gettext_lazy("沿用上次的答案"))


class ImportQuery(Listing):
    state = OneOf(pairs(BatchState), required=False)
    plan = Number(required=False)
    fields = Names(*COLUMNS)  # type: ignore[assignment]


class DiffQuery(Listing):
    outcome = OneOf([(word, word) for word in SHOWN], required=False)


class QuestionQuery(Listing):
    state = OneOf([("open", "open"), ("decided", "decided")], required=False)


@extend_schema_field(OpenApiTypes.BINARY)
class Upload(serializers.FileField):
    """A file of a form: the library would describe the address it gets."""


class UploadBody(Body):
    """A form with the file, for no JSON holds one."""

    file = Upload(max_length=300, help_text=gettext_lazy("责任分解表：.xlsx、.xls、.ods、.csv、.docx、.txt"))
    year = Number(min_value=1990, max_value=2100, required=False, help_text=gettext_lazy("写了 plan 就不用写"))
    plan = Number(required=False, help_text=gettext_lazy("导入到哪张表；不写则为新表"))


class DecisionChange(Body):
    decisions = serializers.DictField(
        child=Text(max_length=2000, allow_blank=True),
        help_text=gettext_lazy(
            "问题的 key 和答案；空的收回。不问也可以定：row:0 和 field:事项:列 写 take 或 leave，match:0 写事项或 new"
        ),
    )


class ApplyBody(Body):
    fingerprint = Said(max_length=64)


class UndoBody(Body):
    reason = Said(max_length=500)

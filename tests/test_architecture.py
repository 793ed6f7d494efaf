"""The direction config > seeds > tracker > projects > accounts where the import linter can't see it, and house rules."""

import ast
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.module_loading import import_string

from config.schedule import JOBS
from tests import source
from tracker.watching import CANARY

# The organization itself, and the pulse, clock and nights of the one installation.
OF_NO_ORGANIZATION = {
    "accounts.Organization",
    "tracker.Heartbeat",
    "tracker.ClockState",
    "tracker.LightsNoted",
    "tracker.Pause",
}
NAVIGATES = {"reverse", "reverse_lazy", "redirect", "resolve_url"}
RENDERS = {"render", "render_to_string", "get_template", "select_template", "TemplateResponse"}
SOURCE = [path for path in source.python_files(*source.APPS) if not source.is_migration(path)]


def above(root: str) -> tuple[str, ...]:
    return source.ORDER[: source.ORDER.index(root)]


def models() -> list[type[Model]]:
    return [model for app in source.APPS for model in apps.get_app_config(app).get_models()]


def literals(node: ast.AST) -> Iterator[str]:
    for child in ast.walk(node):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value


def calls(path: Path, names: set[str]) -> Iterator[ast.Call]:
    for node in ast.walk(source.tree(path)):
        if isinstance(node, ast.Call):
            function = node.func
            if (function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")) in names:
                yield node


def first_words(path: Path, names: set[str]) -> Iterator[str]:
    """Yield the text given first or second, where Django takes the name of a page or of a template."""
    for call in calls(path, names):
        for argument in call.args[:2]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


@pytest.fixture(scope="module")
def owner_of_url_name() -> dict[str, str]:
    """Map every name of an address, with its namespace, to the root that holds its view."""
    owners: dict[str, str] = {}

    def walk(patterns: list[URLPattern | URLResolver], namespace: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
                walk(pattern.url_patterns, inner)
            elif pattern.name:
                owners[namespace + pattern.name] = namespace.partition(":")[0] or pattern.lookup_str.partition(".")[0]

    walk(get_resolver().url_patterns, "")
    return owners


@pytest.fixture(scope="module")
def owner_of_template() -> dict[str, str]:
    return {str(Path(*path.parts[path.parts.index("templates") + 1 :])): path.parts[0] for path in source.templates()}


def test_no_foreign_key_points_upward() -> None:
    upward = [
        f"{field}"
        for model in models()
        for field in model._meta.get_fields()
        if not field.auto_created and (target := field.related_model) is not None
        if target._meta.app_label in above(model._meta.app_label)
    ]
    assert upward == []


def test_no_model_uses_a_generic_foreign_key_or_an_implicit_order() -> None:
    assert [m for m in models() if any(isinstance(f, GenericForeignKey) for f in m._meta.private_fields)] == []
    assert [model for model in models() if model._meta.ordering] == []


def test_every_business_row_carries_its_organization() -> None:
    without = {m._meta.label for m in models() if "organization" not in {f.name for f in m._meta.get_fields()}}
    assert without == OF_NO_ORGANIZATION


def test_no_text_in_a_lower_app_names_a_module_above_it() -> None:
    upward = [
        f"{path}: {words}"
        for path in SOURCE
        for words in literals(source.tree(path))
        if re.fullmatch(rf"({'|'.join(above(path.parts[0]))})(\.\w+)+", words)
    ]
    assert upward == []


def test_templates_extend_and_include_only_their_own_app_or_below(owner_of_template: dict[str, str]) -> None:
    upward = []
    for path in source.templates():
        for words in re.findall(r"{%-?\s*(?:extends|include)\s+([^\s%]+)", source.text(path)):
            name = words.strip("\"'").partition("#")[0]
            assert words[0] in "\"'", f"{path}: {words} is not a literal name"
            assert not name or name in owner_of_template, f"{path}: there is no {name}"
            if name and owner_of_template[name] in above(path.parts[0]):
                upward.append(f"{path}: {name}")
    assert upward == []


def test_views_render_only_templates_of_their_own_app_or_below(owner_of_template: dict[str, str]) -> None:
    rendered = [
        (path, words.partition("#")[0])
        for path in SOURCE
        for words in first_words(path, RENDERS)
        if re.search(r"\.(html|txt|svg|xml)\b", words)
    ]
    assert [f"{path}: {name}" for path, name in rendered if name not in owner_of_template] == []
    assert [f"{path}: {name}" for path, name in rendered if owner_of_template[name] in above(path.parts[0])] == []


def test_templates_link_only_to_their_own_app_or_below(owner_of_url_name: dict[str, str]) -> None:
    for path in source.templates():
        for name in re.findall(r"{%-?\s*url\s+[\"']([^\"']+)[\"']", source.text(path)):
            assert name in owner_of_url_name, f"{path}: there is no page {name}"
            assert owner_of_url_name[name] not in above(path.parts[0]), f"{path}: {name} stands above"


def test_code_links_only_to_its_own_app_or_below(owner_of_url_name: dict[str, str]) -> None:
    for path in SOURCE:
        for name in first_words(path, NAVIGATES):
            if re.fullmatch(r"[\w-]+(:[\w-]+)+", name):
                assert name in owner_of_url_name, f"{path}: there is no page {name}"
                assert owner_of_url_name[name] not in above(path.parts[0]), f"{path}: {name} stands above"


def test_the_schedule_names_every_job_once_and_only_tasks_that_exist() -> None:
    celery = import_string(settings.CELERY_APP)
    import_module("tracker.jobs")
    ours = {name for name in celery.tasks if name.partition(".")[0] in source.ORDER}
    assert sorted(job.task for job in JOBS) == sorted(ours - {CANARY})
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert celery.conf.beat_schedule.keys() == {job.name for job in JOBS}


def test_a_wake_up_expires_before_the_next_one() -> None:
    assert [job.name for job in JOBS if not 0 < job.expires < job.seconds] == []


def test_nothing_but_the_clock_enqueues_a_job() -> None:
    enqueuing = [str(path) for path in SOURCE if any(calls(path, {"delay", "apply_async", "send_task"}))]
    assert enqueuing == ["tracker/watching.py"]  # the number by which a worker knows that it still hears


def test_what_runs_imports_only_what_the_base_lock_installs() -> None:
    """An office has none of the tests' packages; they stand in the same environment here, so nothing else would notice."""
    locked = set(
        re.findall(r"^([a-z0-9.-]+)(?:\[[^]]*\])?==", source.text(Path("requirements/base.txt")), re.MULTILINE)
    )
    installs = {
        name for name, found in packages_distributions().items() if locked & {canonical(each) for each in found}
    }
    known = {*installs, *source.ORDER, *sys.stdlib_module_names}
    foreign = {
        f"{path}: {name}"
        for path in source.python_files(*source.ORDER)
        for name in imported(source.tree(path))
        if name.partition(".")[0] not in known
    }
    assert "django" in installs
    assert foreign == set()


def canonical(distribution: str) -> str:
    return re.sub(r"[-_.]+", "-", distribution).lower()


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def test_no_signal_carries_a_rule_of_ours() -> None:
    modules = ("django.dispatch", "django.db.models.signals", "django.core.signals")
    listening = [
        str(path)
        for path in SOURCE
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ImportFrom) and node.module in modules
    ]
    assert listening == []


def test_the_business_day_is_read_by_one_module_only() -> None:
    assert [str(path) for path in SOURCE if any(calls(path, {"today", "localdate"}))] == []


def test_every_test_stands_in_the_folder_of_its_source() -> None:
    """A file is named for its module or, for pages and examples, for its subject; its folder is always a package of ours."""
    folders = {Path(*path.parts[1:-1]) for path in source.python_files("tests") if path.parts[1] in source.ORDER}
    assert [str(folder) for folder in sorted(folders) if not (source.ROOT / folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("a path of one machine", r"(?<![\w.])/(work|root|farm)/"),
        ("a registry address", r"--(extra-)?index-url|\"resolved\":\s*\"http|registry\s*=\s*\""),
    ],
    ids=["machine paths", "registries"],
)
def test_no_file_holds(kind: str, pattern: str) -> None:
    this = Path(__file__).relative_to(source.ROOT)
    found = []
    for path in source.files():
        if path == this or path.suffix in {".mo", ".xlsx", ".xls", ".ods", ".png", ".webp", ".docx", ".ico"}:
            continue
        found += [f"{path}:{n}" for n, line in enumerate(source.text(path).splitlines(), 1) if re.search(pattern, line)]
    assert found == [], kind


def test_no_job_is_asked_for_a_later_moment_tried_again_or_answered_through_the_broker() -> None:
    """The database is the queue: when, how often and with what outcome stands there (docs/decisions/0003)."""
    asks = {"apply_async", "delay", "retry", "AsyncResult", "signature", "chord", "chain", "group", "crontab"}
    words = {"eta", "countdown", "max_retries", "autoretry_for", "retry_backoff", "link_error", "bind"}
    of_celery = [path for path in SOURCE if re.search(r"^(from|import) celery\b", source.text(path), re.MULTILINE)]
    found = [f"{path}:{call.lineno}" for path in of_celery for call in calls(path, asks)]
    for path in of_celery:
        for node in ast.walk(source.tree(path)):
            if isinstance(node, ast.Call):
                found += [f"{path}:{node.lineno} {each.arg}" for each in node.keywords if each.arg in words]
    assert of_celery
    assert found == []
    conf = import_string(settings.CELERY_APP).conf
    assert (conf.result_backend, conf.task_ignore_result) == (None, True)
    assert {type(entry["schedule"]).__name__ for entry in conf.beat_schedule.values()} == {"schedule"}

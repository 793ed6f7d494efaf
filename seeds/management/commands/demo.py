"""Serve the sample office in one process, on its own database and on the business day asked for."""

import fcntl
import os
import socket
import sys
from argparse import SUPPRESS, ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, NoReturn

import environ
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.choices import Door
from accounts.clock import business_now
from accounts.history import Actor
from accounts.models import User
from accounts.registering import change_password
from seeds.demo import Demo, choose, kept_password
from seeds.loading import load_sample
from seeds.office import load_office
from tracker.embedded import ensure_secret_key, serve

HOST = "127.0.0.1"
FARTHEST = timedelta(days=3650)


class Command(BaseCommand):
    help = __doc__
    # They would open, and so create, the database of before the demo has chosen its own.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--today", type=date.fromisoformat, metavar="DATE", help="the business day, 2026-06-24")
        parser.add_argument("--year", type=int, help="the year of the plan")
        parser.add_argument("--prepared", action="store_true", help=SUPPRESS)

    def handle(self, *, port: int, today: date | None, year: int | None, prepared: bool, **options: Any) -> None:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        # The calendar's own day, whatever the business day is shifted by.
        real = (business_now() - timedelta(days=settings.BUSINESS_DAY_SHIFT)).date()
        demo = choose(settings.VAR_DIR, today=today, year=year, real=real)
        if not prepared:
            refuse_foreign_database()
            if abs(demo.today - real) > FARTHEST:
                raise CommandError("--today：业务日离今天不能超过十年。")
            refuse_taken_port(port)
            start_prepared(demo, real=real, port=port)
        with only_one(demo):
            self._run(demo, port)

    def _run(self, demo: Demo, port: int) -> None:
        ensure_secret_key(settings.VAR_DIR)
        password = environ.FileAwareEnv().str("DEMO_PASSWORD", default="").strip() or kept_password(settings.VAR_DIR)
        if demo.is_built():
            migrate()
            keep_passwords(password, today=demo.today)
        else:
            self.stdout.write(f"正在载入 {demo.year} 年的样例，业务日 {demo.today}，请稍候……")
            self.stdout.flush()
            build(demo, password)
        serve(host=HOST, port=port, announce=lambda address: self._announce(address, demo, password))

    def _announce(self, address: str, demo: Demo, password: str) -> None:
        self.stdout.write(f"督办演示：{address}  业务日 {demo.today}")
        self.stdout.write(f"样例用户（密码都是 {password}）：")
        for organization in load_office().organizations:
            for sign_in in organization.sign_ins:
                self.stdout.write(f"  {sign_in.username:<9}{sign_in.person}  {organization.name}")
        self.stdout.write(f"发出的邮件：{address}demo/mail/  结束：Ctrl+C")
        self.stdout.flush()


def refuse_foreign_database() -> None:
    for name in ("DATABASE_URL", "DATABASE_URL_FILE"):
        if os.environ.get(name):
            raise CommandError(f"{name} 已设置：演示只用自己的 SQLite 数据库，请先取消它。")


def refuse_taken_port(port: int) -> None:
    """Tell it before the sample is loaded, not after."""
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise CommandError(f"{HOST}:{port}: {error.strerror or error}") from error


def start_prepared(demo: Demo, *, real: date, port: int) -> NoReturn:
    """Become the demo: settings are read once, at the start, so the same process begins anew in its own environment."""
    environment = demo.environment(os.environ, real=real, base_url=f"http://{HOST}:{port}")
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:], "--prepared"], environment)  # noqa: S606


@contextmanager
def only_one(demo: Demo) -> Iterator[None]:
    """Hold the demo's folder as long as the process lives, however it ends."""
    with demo.lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CommandError("另一个演示正在运行，请先结束它。") from error
        yield


def build(demo: Demo, password: str) -> None:
    demo.clear()
    migrate()
    now = business_now()
    load_sample(today=now.date(), year=demo.year, now=now, password=password)
    demo.stamp()


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def keep_passwords(password: str, *, today: date) -> None:
    """Give the sample's sign-ins the password of this start where they have another."""
    names = [sign_in.username for each in load_office().organizations for sign_in in each.sign_ins]
    for user in User.objects.filter(username__in=names).order_by("pk"):
        if not user.check_password(password):
            change_password(user=user, password=password, by=Actor(None, Door.COMMAND, today))

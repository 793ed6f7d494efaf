"""Make an organization and the first sign-in of its office, and print the one-time code to enter with."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug
from django.utils import timezone

from accounts.choices import Door
from accounts.clock import business_now
from accounts.founding import found_organization
from accounts.history import Actor
from accounts.models import Organization, User
from tracker.embedded import prepare_for_command


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="letters, digits and dashes: kfq")
        parser.add_argument("name", help="the organization's name")
        parser.add_argument("--person", required=True, help="who signs in for the office")
        parser.add_argument("--username", required=True)
        parser.add_argument("--system", action="store_true", help="this person looks after the installation too")

    def handle(self, *, code: str, name: str, person: str, username: str, system: bool, **options: Any) -> None:
        try:
            validate_slug(code)
        except ValidationError as error:
            raise CommandError(f"代码只能用字母、数字、- 和 _：{code}") from error
        prepare_for_command()
        if Organization.objects.filter(code=code).exists():
            raise CommandError(f"已有代码为 {code} 的机构。")
        if User.objects.filter(username__iexact=username).exists():
            raise CommandError(f"用户名 {username} 已有人用。")
        founded = found_organization(
            code=code,
            name=name,
            office_name=person,
            username=username,
            system=system,
            by=Actor(None, Door.COMMAND, business_now().date()),
            now=timezone.now(),
        )
        self.stdout.write(
            f"已建立《{name}》。{person} 用 {username} 登录，登录码 {founded.code}，七天内有效，只能用一次。"
        )

"""Outlets as the office sets them, for the tests that send through them."""

from accounts.models import Department
from tests.cast import TODAY, Cast, at
from tracker.choices import Channel, GroupOccasion
from tracker.models import Outlet
from tracker.reminding.outlets import USUAL, Told, add_outlet

GATEWAY = {"url": "https://sms.example.org/send", "body": "to={phone}&text={text}", "success": "code=0"}
ROBOT = {"url": "https://oapi.dingtalk.com/robot/send?access_token=geheim"}


def group(
    cast: Cast,
    unit: Department | None = None,
    *,
    channel: Channel = Channel.DINGTALK_ROBOT,
    tells: tuple[GroupOccasion, ...] = USUAL,
    **settings: str,
) -> Outlet:
    """Set up a unit's robot, by default the leading unit's."""
    return add_outlet(
        organization=cast.organization,
        channel=channel.value,
        department=unit or cast.building,
        told=Told("规建科群", {**ROBOT, **settings}, tells),
        by=cast.actor(),
        now=at(TODAY),
    )


def gateway(cast: Cast, **settings: str) -> Outlet:
    """Set up the organization's gateway for text messages."""
    return add_outlet(
        organization=cast.organization,
        channel=Channel.SMS.value,
        department=None,
        told=Told("短信网关", {**GATEWAY, **settings}),
        by=cast.actor(),
        now=at(TODAY),
    )

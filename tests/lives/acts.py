"""All that people do with items; reporting and reviewing come three and two times as often."""

from collections.abc import Callable

from tests.lives import office_acts, unit_acts
from tests.lives.life import Life

ACTS: tuple[Callable[[Life], None], ...] = (
    unit_acts.a_clerk_reports,
    unit_acts.the_head_signs,
    unit_acts.a_later_day_is_asked_for,
    unit_acts.something_blocks,
    unit_acts.an_obstacle_goes_on,
    unit_acts.an_end_is_asked_for,
    unit_acts.a_unit_signs_or_objects,
    unit_acts.a_part_is_asked_or_added,
    unit_acts.a_part_goes_on,
    unit_acts.a_clerk_reports,
    unit_acts.a_clerk_reports,
    office_acts.a_day_passes,
    office_acts.the_office_reviews,
    office_acts.a_later_day_is_decided,
    office_acts.the_office_moves_a_date,
    office_acts.a_leader_writes_a_line,
    office_acts.a_line_goes_on,
    office_acts.an_end_is_decided,
    office_acts.the_office_closes_or_reopens,
    office_acts.the_office_looks_again,
    office_acts.work_stops_or_goes_on,
    office_acts.duties_change_hands,
    office_acts.a_handover_is_taken_back,
    office_acts.an_item_gets_an_owner,
    office_acts.the_rules_change,
    office_acts.a_round_is_closed_or_opened_again,
    office_acts.the_office_reviews,
)

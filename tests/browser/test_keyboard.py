"""Nothing needs a mouse: every control of every page is come to by Tab and shows that one is there."""

import pytest
from playwright.sync_api import Page

from tests.access.world import World
from tests.browser.everywhere import PAGES, world_fixture
from tests.browser.pages import DESK, sign_in
from tests.cast import Cast

__all__ = ["world_fixture"]

CONTROLS = """() => {
    // What turns by the clock is no control.
    const wanted = 'a[href], button, input, select, textarea, summary, [role=button], :not(form)[hx-post], '
        + ':not(form)[hx-get]:not([hx-trigger^=every])';
    const shown = element => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0;
    const usable = element => !element.disabled && element.type !== 'hidden' && element.ariaHidden !== 'true';
    const grouped = new Set();
    return [...document.querySelectorAll(wanted)].filter(usable).filter(shown)
        .filter(element => {
            // Of a group of radio buttons Tab comes to one; arrows go on from there.
            if (element.type !== 'radio') return true;
            const group = `${element.form?.id}/${element.form?.action}/${element.name}`;
            const first = !grouped.has(group);
            grouped.add(group);
            return first && !document.querySelector(`input[type=radio][name="${element.name}"]:checked`);
        })
        .map((element, place) => { element.dataset.place ??= String(place); return element.outerHTML.slice(0, 160); });
}"""
HERE = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const lit = node => { const style = getComputedStyle(node);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none'; };
    const seen = lit(element) || (element.nextElementSibling && lit(element.nextElementSibling))
        || (element.parentElement && lit(element.parentElement));
    // The parts of a date are stops of their own inside one element; the browser shows which one it is.
    const part = element === window.here;
    const again = element.dataset.come !== undefined && !part;
    element.dataset.come = '1';
    window.here = element;
    return {again, seen: part || Boolean(seen), html: element.outerHTML.slice(0, 160)};
}"""
LEFT = """() => [...document.querySelectorAll('[data-place]:not([data-come])')].map(element => element.outerHTML.slice(0, 200))"""
FROM_THE_TOP = """() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
}"""
"""A page that puts the cursor into a field would be walked from there on only."""
MOST = 900


def walked(page: Page) -> list[str]:
    """Press Tab through the page and return what was never come to, or was without showing it."""
    wanted: list[str] = page.evaluate(CONTROLS)
    assert wanted, page.url
    page.evaluate(FROM_THE_TOP)
    unlit: list[str] = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or here["again"]:
            break
        if not here["seen"]:
            unlit.append(f"{page.url}: not seen to be on {here['html']}")
    return unlit + [f"{page.url}: never on {element}" for element in page.evaluate(LEFT)]


@pytest.mark.parametrize("role", PAGES)
def test_tab_comes_to_every_control_and_shows_where_it_is(page: Page, world: World, role: str) -> None:
    page.set_viewport_size(DESK)
    if user := world.users[role]:
        sign_in(page, user, to="/plans/")
    found: list[str] = []
    for address in PAGES[role]:
        page.goto(address.format_map(world.ids))
        found += walked(page)
    assert not found, "\n".join(found)


def test_a_control_that_tab_passes_by_is_found(page: Page, cast: Cast) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelector('main button, form button').tabIndex = -1")
    assert any("never on <button" in complaint for complaint in walked(page))


def test_a_control_that_does_not_show_the_focus_is_found(page: Page, cast: Cast) -> None:
    page.goto("/accounts/login/")
    page.evaluate("document.querySelectorAll('form button').forEach(button => button.style.outline = 'none')")
    assert any("not seen to be on <button" in complaint for complaint in walked(page))

"""What is wrong with a page as it stands: too wide, words cut off, controls on top of each other, or closed to a screen reader."""

from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

GRAVE = {"serious", "critical"}
RUN = "axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}}).then(found => found.violations)"

LOOK = r"""() => {
  const found = [];
  const root = document.documentElement;
  const said = element => {
    const name = element.tagName.toLowerCase();
    const kind = typeof element.className === "string" && element.className ? "." + element.className.trim().split(/\s+/).join(".") : "";
    return `${name}${kind} “${element.textContent.trim().replace(/\s+/g, " ").slice(0, 60)}”`;
  };
  const shown = element => element.checkVisibility({contentVisibilityAuto: true, checkOpacity: true, checkVisibilityCSS: true});
  const hidden = style => [style.overflowX, style.overflowY].some(value => value === "hidden" || value === "clip");
  // Left out for eyes on purpose (.unseen, the skip link), or told whole elsewhere.
  const told = element => element.closest("[title], [aria-label], .unseen, .skip, [aria-hidden=true], title, desc, option");
  const fixed = element => {
    for (let at = element; at && at !== document.body; at = at.parentElement)
      if (["fixed", "sticky", "absolute"].includes(getComputedStyle(at).position)) return true;
    return false;
  };

  if (root.scrollWidth > window.innerWidth) {
    found.push(`wider than the window: ${root.scrollWidth} of ${window.innerWidth}`);
    for (const element of document.body.querySelectorAll("*"))
      if (shown(element) && element.getBoundingClientRect().right > window.innerWidth + 1) { found.push(`  from ${said(element)}`); break; }
  }

  const clippers = new Map();
  const clipper = element => {
    if (!element || element === root || element === document.body) return null;
    if (!clippers.has(element)) clippers.set(element, hidden(getComputedStyle(element)) ? element : clipper(element.parentElement));
    return clippers.get(element);
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const node = words.currentNode, parent = node.parentElement;
    if (!node.data.trim() || !parent || ["SCRIPT", "STYLE", "TEMPLATE", "TEXTAREA"].includes(parent.tagName)) continue;
    const box = clipper(parent);
    if (!box || told(parent) || !shown(parent)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const text = range.getBoundingClientRect(), room = box.getBoundingClientRect();
    if (room.width > 2 && room.height > 2 && text.width && (text.right > room.right + 1 || text.left < room.left - 1 || text.bottom > room.bottom + 3 || text.top < room.top - 3))
      found.push(`cut: ${said(parent)}`);
  }
  for (const control of document.querySelectorAll("button, .button"))
    if (shown(control) && !told(control) && control.scrollWidth > control.clientWidth + 1 && getComputedStyle(control).display !== "inline") found.push(`cut: ${said(control)}`);

  const rows = [];
  for (const control of document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!shown(control) || control.closest(".unseen, .skip") || control.tagName === "INPUT" && ["radio", "checkbox"].includes(control.type) || fixed(control)) continue;
    for (const {left, top, right, bottom} of control.getClientRects())
      if (right - left > 4 && bottom - top > 4) rows.push({control, left, top, right, bottom});
  }
  rows.sort((one, other) => one.top - other.top);
  for (let i = 0; i < rows.length; i++)
    for (let j = i + 1; j < rows.length && rows[j].top < rows[i].bottom - 4; j++) {
      const [one, other] = [rows[i], rows[j]];
      if (Math.min(one.right, other.right) - Math.max(one.left, other.left) > 4 && Math.min(one.bottom, other.bottom) - other.top > 4
        && !one.control.contains(other.control) && !other.control.contains(one.control))
        found.push(`overlap: ${said(one.control)} and ${said(other.control)}`);
    }
  return found;
}"""


def wrong_in(page: Page) -> list[str]:
    """Return what is cut, covered or too wide on the page at its present size."""
    found: list[str] = page.evaluate(LOOK)
    return found


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


def grave_in(page: Page) -> list[str]:
    """Return what axe finds serious or critical on the page as it is now: the rule and where."""
    page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [
        f"{page.url}: {each['id']} ({each['help']}): {node['target']} {node['html'][:160]}"
        for each in found
        if each["impact"] in GRAVE
        for node in each["nodes"]
    ]

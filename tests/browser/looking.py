"""What a page may not do to anybody: what axe finds, and what does not fit or cannot be read."""

from __future__ import annotations

import json
from importlib import resources

_AXE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_RUN_AXE = """options => axe.run(document, options).then(told =>
  told.violations.map(one => [one.id, one.nodes.slice(0, 3).map(node => String(node.target))]))"""
WORDS = json.loads((resources.files("perpetuum.report") / "words.json").read_text(encoding="utf-8"))

_LAYOUT = """() => {
  const found = [];
  const page = document.documentElement, wide = page.clientWidth;
  const called = (one) => `${one.tagName.toLowerCase()}.${String(one.getAttribute("class") ?? "").replace(/svelte-\\w+/g, "").trim().replace(/\\s+/g, ".")} "${(one.textContent ?? "").trim().slice(0, 30)}"`;
  const isHidden = (one) => one.closest(".heard, .skip, [hidden]") || !one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const scrolls = (one) => { for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) if (/auto|scroll/.test(getComputedStyle(up).overflowX)) return true; return false; };
  if (page.scrollWidth > wide) {
    const past = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > wide + 1 && !isHidden(one) && !scrolls(one));
    found.push(`scrolls sideways, ${page.scrollWidth} px in ${wide}: ${past.slice(0, 3).map(called).join("; ")}`);
  }
  const small = new Map();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !one || /SCRIPT|STYLE|TITLE|DESC|OPTION/i.test(one.tagName) || isHidden(one)) continue;
    const scale = one instanceof SVGElement ? (one.getScreenCTM?.()?.a ?? 1) : 1;
    const px = parseFloat(getComputedStyle(one).fontSize) * scale;
    if (px < 11.95) small.set(called(one), px);
  }
  for (const [name, px] of [...small].slice(0, 5)) found.push(`text of ${px.toFixed(1)} px: ${name}`);
  for (const picture of document.querySelectorAll("main svg")) {
    if (isHidden(picture) || picture.closest("button, summary")) continue;
    const frame = picture.getBoundingClientRect();
    if (!frame.width || !frame.height) continue;
    const labels = [...picture.querySelectorAll("text")].filter((one) => one.textContent.trim() && !isHidden(one)).map((one) => [one, one.getBoundingClientRect()]);
    const cuts = getComputedStyle(picture).overflow === "hidden" ? frame : { left: 0, right: wide, top: -1e9, bottom: 1e9 };
    for (const [one, box] of labels) {
      if (!scrolls(picture) && (box.left < cuts.left - 1.5 || box.right > cuts.right + 1.5 || box.top < cuts.top - 3 || box.bottom > cuts.bottom + 3)) found.push(`clipped: ${called(one)}`);
    }
    for (let a = 0; a < labels.length; a++) for (let b = a + 1; b < labels.length; b++) {
      const [x, y] = [labels[a][1], labels[b][1]];
      const across = Math.min(x.right, y.right) - Math.max(x.left, y.left), down = Math.min(x.bottom, y.bottom) - Math.max(x.top, y.top);
      if (across > 2 && down > 5) found.push(`overlap: ${called(labels[a][0])} and ${called(labels[b][0])}`);
    }
    if (frame.width * frame.height > 4000 && !picture.querySelector("path, rect, line, polyline, polygon, circle, text, use")) found.push(`no ink: ${called(picture)}`);
  }
  for (const canvas of document.querySelectorAll("main canvas:not(.dots)")) {
    if (isHidden(canvas) || !canvas.width || !canvas.height) continue;
    const ink = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    if (!ink.some((value, n) => n % 4 === 3 && value > 0)) found.push(`no ink: ${called(canvas)}`);
  }
  for (const one of document.querySelectorAll("main *, header *, footer *")) {
    const style = getComputedStyle(one);
    if (one instanceof SVGElement || isHidden(one) || !/hidden|clip/.test(style.overflowX) || style.textOverflow === "ellipsis" || one.clientWidth < 20) continue;
    if (one.scrollWidth > one.clientWidth + 1) found.push(`cut off: ${called(one)}`);
  }
  return found;
}"""  # noqa: E501
_STILL = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))"
_IDLE = """() => !document.querySelector('[data-waiting]') && document.querySelector("main")?.innerText.length > 200"""


def say(key: str, lang: str) -> str:
    """A word of the catalogue."""
    return WORDS[key][lang]


def settle(page) -> None:
    """Wait until a page has its answers and its font."""
    page.wait_for_function(_IDLE)
    page.evaluate("() => document.fonts.ready.then(() => new Promise(requestAnimationFrame)).then(() => 0)")


def still(page) -> None:
    """Wait until what changed in the window is drawn."""
    page.evaluate(_STILL)


def turn_language(page, shown: str) -> None:
    """Change the language in place."""
    page.get_by_role("button", name=say("ui.other_language", shown)).click()
    page.wait_for_function(
        "lang => document.documentElement.lang.startsWith(lang)", arg="zh" if shown == "en" else "en"
    )


def layout_faults(page) -> list[str]:
    """What does not fit, cannot be read, or is not there; each once."""
    return list(dict.fromkeys(page.evaluate(_LAYOUT)))


def axe_faults(page, *rules: str) -> list[str]:
    """What axe finds against WCAG 2.2 AA and good practice: the rule and where; only some rules if they are named."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE)
    only = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = page.evaluate(_RUN_AXE, {"resultTypes": ["violations"], "iframes": False, **only})
    return [f"{name}: {'; '.join(where)}" for name, where in found]

"""Checks the built site without a network: ``python docs/check_site.py docs/_build/html``.

Every page is read: links and pictures inside the site must exist, anchors included, and nothing may
be loaded from elsewhere. Where Chromium is found, every page is opened in it with every host name
unresolvable, in the widths of a screen (1400 pixels) and of a telephone (412): formulas must have
been typeset and no TeX or markup must be left over; no page may be wider than the screen; nothing
may be cut off or lie over something else; on a screen no table, formula or code may need scrolling;
lettering in pictures must be 9 pixels high (``check_site.js`` measures). A search must lead to
functions and tutorials first. Exit code 1 and one line for each fault.
``--screenshots FOLDER`` keeps pictures of all pages to look at.
"""

from __future__ import annotations

import argparse
import html
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

__all__ = [
    "browser",
    "browser_faults",
    "faults_of_the_files",
    "filter_faults",
    "lettering",
    "looked_at",
    "main",
    "names",
    "page_faults",
    "search_faults",
]

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LOADED = {("script", "src"), ("img", "src"), ("object", "data"), ("link", "href")}
RELATIONS = {"stylesheet", "icon", "preload"}
SILENT = {"script", "style", "pre", "code", "dt", "mjx-assistive-mml"}
"""Elements with code in them (dt: signatures), where backslashes and dollars are themselves."""

FILTER = "wendel1962problem"
"""A word for the catalogue's filter that some statements have and others have not."""

SEARCHES = {
    "injective": r"tutorials/|reference/",
    "intrinsic volumes": r"tutorials/|reference/",
    "gordon": r"reference/thresholds",
    "sparse recovery": r"tutorials/recovery",
    "p-value": r"tutorials/pvalues",
    "benchmarks": r"benchmarks",
}
"""Words for the search, and which pages the first result may be on."""

WIDTHS = (1400, 412)
"""Of a screen and of a telephone, in pixels."""

LEAST = 9
"""Of the lettering in pictures, in pixels on a screen."""

PROCESSES = 2
"""So many browsers measure at the same time."""

MEASURE = """<!doctype html><meta charset="utf-8"><body><pre></pre><script>
const PLACES = {places}, WIDTHS = {widths};
{program}</script>"""

TEX = re.compile(r"\\[(\[]|\$[^$]{1,200}[\\_^][^$]{0,200}\$|\\(frac|mathbb|alpha|begin)\b")

ROLE = re.compile(r":(?:math|cite):")
"""Markup of reStructuredText that has become text."""

MARKUP = re.compile(r"``|:[a-z]+:`|^\.\. [a-z-]+::|\|\w+\|_|`_\b", re.M)
"""More of it, outside code."""

GLYPHS = re.compile(r"translate\([^)]*\)(?: rotate\([^)]*\))? scale\(([\d.]+) -")
"""The size of a text in an SVG picture of matplotlib, in units of 100 points."""


class Page(HTMLParser):
    """What a page refers to, what can be referred to in it, and its text outside code."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.anchors: set[str] = set()
        self.text: list[str] = []
        self.typeset = 0
        self.refused: list[str] = []
        self.roles: list[str] = []
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.anchors.add(values.get("id", ""))
        self.typeset += tag == "mjx-container"
        if "data-mjx-error" in values:
            self.refused.append(values["data-mjx-error"])
        elif tag == "mjx-mtext" and "color: red" in values.get("style", ""):
            self.refused.append("a macro is not defined")
        self._silent += tag in SILENT
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        fetched = tag != "link" or RELATIONS & set(values.get("rel", "").split())
        for name, value in values.items():
            if (tag, name) in LOADED and fetched:
                self.loads.append(value)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in SILENT

    def handle_data(self, data: str) -> None:
        role = ROLE.search(data)
        if role:
            self.roles.append(role[0])
        if not self._silent:
            self.text.append(data)


class Outline(HTMLParser):
    """Of a page as a browser shows it: the sections and their entries in the list of contents.

    ``sections`` and ``entries`` say of each id whether it can be seen.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: dict[str, bool] = {}
        self.entries: dict[str, bool] = {}
        self._items: list[bool] = []
        self._beside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "toc-tree" in (values.get("class") or "").split():
            self._beside = True
        if tag == "section" and values.get("id"):
            self.sections[values["id"] or ""] = "hidden" not in values
        elif tag == "li":
            self._items.append("hidden" not in values)
        elif tag == "a" and self._beside and (values.get("href") or "").startswith("#"):
            self.entries[unquote((values["href"] or "")[1:])] = all(self._items)

    def handle_endtag(self, tag: str) -> None:
        if tag == "li" and self._items:
            self._items.pop()


def faults_of_the_files(site: Path) -> list[str]:
    """Dead links, missing pictures, and what would be fetched from another host."""
    files = sorted(site.rglob("*.html"))
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in files}
    found = [] if pages else [f"no page in {site}"]
    for path, page in pages.items():
        name = path.relative_to(site.resolve()).as_posix()
        if not name.startswith("_modules/"):  # source code
            found += [f"{name}: {role} is left over" for role in page.roles]
        for address in page.loads:
            parts = urlsplit(address)
            if parts.scheme not in ("", "data") or parts.netloc:
                found.append(f"{name}: loads {address}")
            elif not parts.scheme and not (path.parent / unquote(parts.path)).is_file():
                found.append(f"{name}: {address} is missing")
        for address in page.links:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                found.append(f"{name}: dead link {address}")
            elif parts.fragment and target in pages:
                known = unquote(parts.fragment) in pages[target].anchors
                found += [] if known else [f"{name}: no such place {address}"]
    return found


def browser() -> str | None:
    """Where Chromium is, if it is installed."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def run(program: str, page: Path, *options: str, query: str = "", budget: int = 30) -> str:
    """What headless Chromium prints, with no host to be reached and a profile thrown away.

    ``budget``: seconds that the page may wait for; idle time passes at once.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}",
            "--window-size=1400,1700",
            f"--virtual-time-budget={budget}000",
            *options,
            page.resolve().as_uri() + query,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    return done.stdout


def names(site: Path) -> list[str]:
    """All pages, without the index, the search and the source code."""
    left_out = re.compile(r"_modules/|(genindex|search|py-modindex)$")
    found = (path.relative_to(site).with_suffix("").as_posix() for path in site.rglob("*.html"))
    return sorted(name for name in found if not left_out.search(name))


def looked_at(
    program: str, site: Path, pages: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each page what `MEASURE` says of it, all pages in one browser."""
    with tempfile.TemporaryDirectory() as folder:
        wrapper = Path(folder) / "measure.html"
        addresses = [(site / f"{name}.html").resolve().as_uri() for name in pages]
        measure = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
        text = MEASURE.replace("{places}", json.dumps(addresses))
        text = text.replace("{widths}", json.dumps(WIDTHS)).replace("{program}", measure)
        wrapper.write_text(text, encoding="utf-8")
        options = ("--dump-dom", "--allow-file-access-from-files")
        shown = run(program, wrapper, *options, budget=300)
    lines = html.unescape(shown.partition("<pre>")[2].partition("</pre>")[0]).splitlines()
    for name, line in zip_longest(pages, lines[: len(pages)]):
        yield name, json.loads(line) if line else {"error": "it could not be measured"}


def lettering(picture: Path, width: float) -> float:
    """The height in pixels of the smallest text in an SVG picture that is so many pixels wide."""
    text = picture.read_text(encoding="utf-8")
    box = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ', text)
    sizes = [100 * float(size) for size in GLYPHS.findall(text)]
    return min(sizes, default=LEAST) * width / float(box[1]) if box else LEAST


def page_faults(site: Path, name: str, seen: dict[str, Any]) -> list[str]:
    """What is wrong with a page, from what was measured in the browser."""
    if "error" in seen:
        return [f"{name}: {seen['error']}"]
    path = site / f"{name}.html"
    expected = len(re.findall(r'class="math notranslate', path.read_text(encoding="utf-8")))
    faults = [f"{name} {fault}" for fault in seen["faults"]]
    if seen["typeset"] < expected:
        faults.append(f"{name}: {seen['typeset']} formulas typeset of {expected}")
    faults += [f"{name}: MathJax refuses a formula: {error}" for error in seen["refused"]]
    faults += [f"{name}: nothing stands below the heading {title!r}" for title in seen["empty"]]
    for what, pattern in (("TeX", TEX), ("markup", MARKUP)):
        left = pattern.search(seen["words"])
        faults += [f"{name}: {what} is left over: {left[0][:60]!r}"] if left else []
    for picture in seen["pictures"]:
        file = path.parent / unquote(picture["source"])
        if not picture["loaded"]:
            faults.append(f"{name}: the picture {picture['source']} is broken")
        elif file.suffix == ".svg" and (high := lettering(file, picture["width"])) < LEAST - 0.05:
            what = f"lettering of {high:.1f} pixels in {picture['source']}"
            faults.append(f"{name} at {picture['at']}: {what}")
    return faults


def browser_faults(
    program: str, site: Path, screenshots: Path | None = None
) -> Iterator[tuple[str, int, list[str]]]:
    """For each page: its name, its number of typeset formulas, its faults."""
    site = site.resolve()
    # The large pages first, one for each browser in turn.
    pages = sorted(names(site), key=lambda name: -(site / f"{name}.html").stat().st_size)
    shares = [pages[i::PROCESSES] for i in range(PROCESSES)]
    with ThreadPoolExecutor(PROCESSES) as pool:
        measured = pool.map(lambda share: list(looked_at(program, site, share)), shares)
        seen = dict(pair for share in measured for pair in share)
    for name in sorted(seen):
        if screenshots:
            screenshots.mkdir(parents=True, exist_ok=True)
            target = screenshots.resolve() / f"{name.replace('/', '-')}.png"
            run(program, site / f"{name}.html", f"--screenshot={target}")
        yield name, seen[name].get("typeset", 0), page_faults(site, name, seen[name])


def filter_faults(program: str, site: Path) -> list[str]:
    """What the catalogue's filter shows of a statement but not of its entry, or the reverse."""
    path = site / "catalogue.html"
    if not path.is_file():
        return []
    page = Outline(run(program, path, "--dump-dom", query=f"?filter={FILTER}"))
    both = page.sections.keys() & page.entries.keys()
    faults = [
        f"catalogue: filtered by {FILTER}, {name} and its entry in the contents differ"
        for name in sorted(both)
        if page.sections[name] != page.entries[name]
    ]
    if {page.sections[name] for name in both} != {True, False}:
        faults.append(f"catalogue: the filter {FILTER} hides nothing, or all")
    return faults


def search_faults(program: str, site: Path) -> list[str]:
    """The searches of `SEARCHES` whose first result is on another page."""
    faults = []
    for words, wanted in SEARCHES.items():
        shown = run(program, site / "search.html", "--dump-dom", query=f"?q={quote(words)}")
        results = shown.partition('id="search-results"')[2]
        first = re.search(r'<a href="([^"]+)"', results)
        if first is None or not re.match(wanted, first[1]):
            faults.append(f"search for {words!r}: first {first[1] if first else 'nothing'}")
    return faults


def main(arguments: list[str] | None = None) -> int:
    """The exit code: 0 if nothing is wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("site", type=Path)
    parser.add_argument("--screenshots", type=Path)
    chosen = parser.parse_args(arguments)
    faults = faults_of_the_files(chosen.site)
    program = browser()
    if program is None:
        print("Chromium is not installed: formulas were not looked at")
    else:
        for name, typeset, more in browser_faults(program, chosen.site, chosen.screenshots):
            print(f"{name}: {typeset} formulas typeset")
            faults += more
        faults += filter_faults(program, chosen.site)
        faults += search_faults(program, chosen.site)
    print(
        "\n".join(faults) if faults else "no dead link, no missing picture, nothing from elsewhere"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

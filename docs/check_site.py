"""Checks the built site without a network: ``python docs/check_site.py docs/_build/html``.

Every page is read: links and pictures inside the site must exist, anchors included, and nothing may
be loaded from elsewhere. Where Chromium is found, some pages are opened in it with every host name
unresolvable: their formulas must have been typeset and no TeX must be left over. Exit code 1 and
one line for each fault. No page may be wider than a screen of 1400 or a telephone of 412 pixels
(wide formulas, tables and code scroll by themselves), and a search must lead to functions and
tutorials first. ``--screenshots FOLDER`` keeps pictures of those pages to look at.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

__all__ = [
    "PAGES",
    "browser",
    "browser_faults",
    "faults_of_the_files",
    "filter_faults",
    "main",
    "search_faults",
    "width_faults",
]

PAGES = (
    "index",
    "tutorials/slides",
    "tutorials/injective",
    "tutorials/pvalues",
    "notebooks/thresholds",
    "notebooks/cone",
    "notebooks/layer",
    "theory",
    "quickstart",
    "finder",
    "inputs",
    "quote",
    "gallery",
    "catalogue",
    "reference/relu",
    "reference/thresholds",
)
"""Opened in the browser, as far as they exist."""

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

MEASURE = """<!doctype html><body><pre></pre><script>
const out = document.querySelector("pre");
const scrolls = (e, page) => {
  for (let p = e.parentElement; p && p !== page; p = p.parentElement)
    if (["auto", "scroll"].includes(frames[0].getComputedStyle(p).overflowX)) return true;
  return false;
};
const measure = async (address, width) => {
  const frame = document.createElement("iframe");
  frame.style = `width: ${width}px; height: 900px; border: 0`;
  frame.src = address;
  document.body.append(frame);
  await new Promise((done) => { frame.onload = done; });
  const page = frame.contentDocument, jax = frame.contentWindow.MathJax;
  if (jax && jax.startup) await jax.startup.promise;
  const wide = page.documentElement.scrollWidth;
  if (wide > width) out.textContent += `fault: at ${width}: the page is ${wide} pixels wide\\n`;
  for (const e of page.querySelectorAll("article *")) {
    if (e.closest("mjx-assistive-mml")) continue;
    const box = e.getBoundingClientRect();
    if (box.width && box.right > width + 1 && !scrolls(e, page.body)) {
      out.textContent += `fault: at ${width}: ${e.tagName} reaches to ${Math.round(box.right)}\\n`;
      break;
    }
  }
  frame.remove();
  out.textContent += `measured ${width}\\n`;
};
(async () => { for (const [address, width] of PLACES) await measure(address, width); })();
</script>"""

TEX = re.compile(r"\\[(\[]|\$[^$]{1,200}[\\_^][^$]{0,200}\$|\\(frac|mathbb|alpha|begin)\b")

ROLE = re.compile(r":(?:math|cite):")
"""Markup of reStructuredText that has become text."""


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


def run(program: str, page: Path, *options: str, query: str = "") -> str:
    """What headless Chromium prints, with no host to be reached and a profile thrown away."""
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
            "--virtual-time-budget=30000",
            *options,
            page.resolve().as_uri() + query,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    return done.stdout


def browser_faults(
    program: str, site: Path, screenshots: Path | None = None
) -> Iterator[tuple[str, int, list[str]]]:
    """For each of `PAGES`: its name, its number of typeset formulas, its faults."""
    for name in PAGES:
        path = site / f"{name}.html"
        if not path.is_file():
            continue
        page = Page(run(program, path, "--dump-dom"))
        written = path.read_text(encoding="utf-8")
        expected = len(re.findall(r'class="math notranslate', written))
        left = TEX.search("".join(page.text))
        faults = []
        if page.typeset < expected:
            faults.append(f"{name}: {page.typeset} formulas typeset of {expected}")
        faults += [f"{name}: MathJax refuses a formula: {error}" for error in page.refused]
        if left:
            faults.append(f"{name}: TeX is left over: {left[0][:60]!r}")
        if screenshots:
            screenshots.mkdir(parents=True, exist_ok=True)
            target = screenshots.resolve() / f"{name.replace('/', '-')}.png"
            run(program, path, f"--screenshot={target}")
        yield name, page.typeset, faults


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


def width_faults(program: str, site: Path, pages: Sequence[str] = PAGES) -> list[str]:
    """Pages that are wider than a screen, and what in them is."""
    faults = []
    for name in pages:
        if not (site / f"{name}.html").is_file():
            continue
        address = (site / f"{name}.html").resolve().as_uri()
        with tempfile.TemporaryDirectory() as folder:
            wrapper = Path(folder) / "measure.html"
            places = json.dumps([(address, width) for width in WIDTHS])
            wrapper.write_text(MEASURE.replace("PLACES", places), encoding="utf-8")
            shown = run(program, wrapper, "--dump-dom", "--allow-file-access-from-files")
        shown = shown.partition("</pre>")[0]  # what follows is the script
        faults += [f"{name}{fault}" for fault in re.findall(r"fault:( .*)", shown)]
        if len(re.findall(r"\bmeasured ", shown)) != len(WIDTHS):
            faults.append(f"{name}: its width could not be measured")
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
        faults += width_faults(program, chosen.site)
    print(
        "\n".join(faults) if faults else "no dead link, no missing picture, nothing from elsewhere"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

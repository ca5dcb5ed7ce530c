"""The check of the built site finds what it should; the site itself where it has been built."""

import importlib.util
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SITE = Path(os.environ.get("POLYGEO_SITE", ROOT / "docs" / "_build" / "html"))

spec = importlib.util.spec_from_file_location("check_site", ROOT / "docs" / "check_site.py")
check_site = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_site)

GOOD = '<html id="top"><a href="b.html#there">b</a><img src="p.svg"><script src="s.js"></script>'


@pytest.fixture
def site(tmp_path):
    (tmp_path / "a.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there"><a href="a.html">a</a>', encoding="utf-8")
    for name in ("p.svg", "s.js"):
        (tmp_path / name).write_text("", encoding="utf-8")
    return tmp_path


def test_a_sound_site(site):
    assert check_site.faults_of_the_files(site) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('<a href="c.html">', "dead link c.html"),
        ('<a href="b.html#here">', "no such place b.html#here"),
        ('<a href="#nowhere">', "no such place #nowhere"),
        ('<img src="q.svg">', "q.svg is missing"),
        ('<script src="https://example.org/x.js">', "loads https://example.org/x.js"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "loads //example.org/x.css"),
        ('<object data="fig.svg">', "fig.svg is missing"),
        ("<p>E|:math:<code>P_K</code> h|", ":math: is left over"),
        ("<pre>@article{:cite:`wendel`,</pre>", ":cite: is left over"),
    ],
)
def test_a_fault_is_seen(site, text, fault):
    (site / "a.html").write_text(GOOD + text, encoding="utf-8")
    (found,) = check_site.faults_of_the_files(site)
    assert found == f"a.html: {fault}"


def test_an_empty_site_is_a_fault(tmp_path):
    assert check_site.faults_of_the_files(tmp_path)


def test_an_outline_sees_what_is_hidden():
    page = check_site.Outline(
        '<section id="a"><section id="b" hidden=""></section></section><div class="toc-tree">'
        '<ul><li><a href="#a">a</a><ul><li hidden=""><a href="#b">b</a></li></ul></li>'
        '<li><a href="#c">c</a></li></ul></div>'
    )
    assert page.sections == {"a": True, "b": False}
    assert page.entries == {"a": True, "b": False, "c": True}


def test_left_over_tex():
    for text in (r"the \(x\) of", r"$\alpha = 3$", r"so \frac{1}{2}", "$v_k$"):
        assert check_site.TEX.search(text), text
    for text in ("5 $ and 6 $", "$ polygeo q 20 3", "x_1 <= x_2", r"C:\new"):
        assert not check_site.TEX.search(text), text


def seen(**more):
    return {
        "faults": [],
        "typeset": 0,
        "refused": [],
        "empty": [],
        "words": "",
        "pictures": [],
        **more,
    }


def test_what_is_measured_becomes_faults(site):
    picture = '<svg viewBox="0 0 400 300"><g transform="translate(9 9) scale(0.08 -0.08)"/></svg>'
    (site / "p.svg").write_text(picture, encoding="utf-8")
    drawn = {"source": "p.svg", "width": 400, "loaded": True, "at": 1400}
    assert check_site.page_faults(site, "a", seen()) == []
    assert check_site.page_faults(site, "a", seen(pictures=[drawn | {"width": 450}])) == []
    for measured, fault in (
        (seen(pictures=[drawn]), "a at 1400: lettering of 8.0 pixels in p.svg"),
        (seen(pictures=[drawn | {"loaded": False}]), "a: the picture p.svg is broken"),
        (seen(words="see ``q``"), "a: markup is left over: '``'"),
        (seen(words=r"so \frac{1}{2}"), "a: TeX is left over: '\\\\frac'"),
        (seen(empty=["Limits"]), "a: nothing stands below the heading 'Limits'"),
        (seen(faults=["at 412: x is cut off"]), "a at 412: x is cut off"),
        ({"error": "gone"}, "a: gone"),
    ):
        assert check_site.page_faults(site, "a", measured) == [fault]


BAD = """<!doctype html><body style="margin: 0"><article>
<section><h2>Nothing</h2></section>
<p>one line</p><p style="position: relative; top: -1.9em">another line</p>
<div style="width: 300px"><pre style="overflow-x: auto">{0}</pre></div>
<p style="height: 1em; overflow: hidden">cut<br>off<br>below</p>
<div style="width: 600px">wide for a telephone</div>
</article>"""


@pytest.mark.slow
@pytest.mark.skipif(check_site.browser() is None, reason="Chromium is not installed")
def test_a_browser_measures_what_is_wrong(tmp_path):
    (tmp_path / "bad.html").write_text(BAD.format("x" * 400), encoding="utf-8")
    (tmp_path / "good.html").write_text("<article><p>all is well</p></article>", encoding="utf-8")
    found = {
        name: faults
        for name, _, faults in check_site.browser_faults(check_site.browser(), tmp_path)
    }
    assert found["good"] == []
    text = "\n".join(found["bad"])
    for fault in (
        "nothing stands below the heading 'Nothing'",
        "'one line' lies over 'another line'",
        "pixels wider than its place",
        "P 'cutoffbelow' is cut off by",
        "at 412: the page is 600 pixels wide",
    ):
        assert fault in text, fault
    assert "at 1400: the page" not in text


@pytest.mark.slow
@pytest.mark.skipif(not SITE.is_dir(), reason="the site has not been built (tox -e docs)")
def test_links_and_pictures_of_the_site():
    assert check_site.faults_of_the_files(SITE) == []


@pytest.mark.slow
@pytest.mark.skipif(not SITE.is_dir(), reason="the site has not been built (tox -e docs)")
@pytest.mark.skipif(check_site.browser() is None, reason="Chromium is not installed")
def test_formulas_are_typeset_without_a_network():
    assert check_site.filter_faults(check_site.browser(), SITE) == []
    seen = 0
    for name, typeset, faults in check_site.browser_faults(check_site.browser(), SITE):
        assert faults == []
        seen += typeset
        assert name != "theory" or typeset > 100
    assert seen > 200

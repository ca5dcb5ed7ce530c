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

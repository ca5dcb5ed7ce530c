"""How tables print, in every format."""

import csv
import io
import json
import os
import re
import stat
from dataclasses import replace
from pathlib import Path

import gmpy2
import pytest
from gmpy2 import mpq

from polygeo.answers import Ball, Converged, Estimate, from_dict
from polygeo.errors import DomainError
from polygeo.report.files import write_all
from polygeo.report.tables import Column, Table, table
from polygeo.report.tables.tabular import FORMATS, decimal_text
from polygeo.thresholds import euler

HALVES = Table(
    "halves",
    "Powers of 1/2 & other 100% {odd} things_",
    (
        Column("k", latex="$k$"),
        Column("value", digits=6, exact=True, known="exact"),
        Column("word"),
        Column("law", math=True, terminal="below"),
    ),
    tuple((k, mpq(-1, 2) ** k, 'a|b & $c_d$, "e" <f>', r"2^{-k} |x|") for k in (1, 2, 40)),
    ("a note with 50% & x_1 -> 0",),
)


def test_csv_and_json_give_the_answers_back():
    rows = list(csv.DictReader(io.StringIO(HALVES.to_csv())))
    assert [mpq(row["value"]) for row in rows] == list(HALVES.column("value"))
    assert [row["word"] for row in rows] == list(HALVES.column("word"))
    record = json.loads(HALVES.to_json())
    assert [from_dict(row["value"]) for row in record["rows"]] == list(HALVES.column("value"))
    assert record == json.loads(json.dumps(HALVES.to_dict()))


def test_csv_has_plain_numbers_with_errors_beside_them():
    runs = (Estimate.proportion(3, 10, seed=1), Estimate.proportion(0, 10, seed=1))
    cells = (mpq(1, 3), *runs, Converged("8.34", "0.001"), Ball.between("0.33", "0.34"), None)
    content = Table("t", "T", (Column("x", digits=9, known="so"),), tuple((x,) for x in cells))
    rows = list(csv.DictReader(io.StringIO(content.to_csv())))
    names = ["x", "x_decimal", "x_error", "x_low", "x_high", "x_known"]
    assert list(rows[0]) == names
    assert [row["x"] for row in rows] == ["1/3", "", "", "", "", ""]
    for row in rows:
        assert all(re.fullmatch(r"[-0-9.e]*", row[name]) for name in names[1:5])
    assert [bool(row["x_error"]) for row in rows] == [False, True, True, True, False, False]
    for row, run in zip(rows[1:3], runs, strict=True):
        assert float(row["x_low"]) <= run.low <= run.high <= float(row["x_high"])
        assert float(row["x_decimal"]) == pytest.approx(run.mean, abs=run.stderr)
    assert (rows[3]["x_decimal"], rows[3]["x_error"]) == ("8.3400", "0.0010")
    assert "None" not in content.to_csv()
    assert r"$\in [0.000, 0.309]$" in content.to_latex()


def test_latex_cites_and_sets_formulas():
    columns = (Column("claim"), Column("source", cites=True))
    rows = (("p -> 0 below; q -> infinity, x -> 1", "wendel1962problem"), ("4 - 2 sqrt(2)", ""))
    lines = Table("t", "T", columns, rows).to_latex().splitlines()
    assert r"$p \to 0$ below; $q \to \infty$, x $\to$ 1 & \cite{wendel1962problem} \\" in lines
    assert r"$4 - 2\sqrt{2}$ &  \\" in lines
    assert "wendel1962problem" in Table("t", "T", columns, rows).to_text()


def test_latex_is_escaped():
    text = HALVES.to_latex()
    printed = [line for line in text.splitlines() if not line.startswith("%")]
    bare = re.sub(r"\\[&%$#_{}]", "", "\n".join(printed))
    assert "%" not in bare
    assert "_" not in re.sub(r"\$[^$]*\$", "", bare)
    body = bare.split(r"\midrule")[1].split(r"\bottomrule")[0].strip().splitlines()
    assert [line.count("&") for line in body] == [4] * 3  # five printed columns
    assert bare.count("$") % 2 == 0
    assert bare.count("{") == bare.count("}")
    assert r"$9.09495 \cdot 10^{-13}$" in text
    assert r"\textbar{}" in text
    assert r"\begin{longtable}" in replace(HALVES, rows=HALVES.rows * 20).to_latex()


def test_markdown_keeps_its_columns():
    lines = HALVES.to_markdown().splitlines()
    rows = [line for line in lines if line.startswith("|")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1
    assert r"$2^{-k} \vert x\vert $" in lines[4]


def test_html_is_escaped():
    text = HALVES._repr_html_()
    assert "&lt;f&gt;" in text
    assert "<f>" not in text


def test_text_aligns_decimals_and_abbreviates_rows():
    lines = str(HALVES).splitlines()
    heads = lines[2]
    at = heads.index("value decimal")
    points = {line.index(".", at) for line in lines[4:] if re.match(r" ?\d", line)}
    assert len(points) == 1
    many = replace(HALVES, rows=HALVES.rows * 40)
    assert f"... {120 - 40} more rows ..." in repr(many)
    assert len(str(many).splitlines()) > 240 > len(repr(many).splitlines())
    for rows in (1, 2, 7, 119):
        shown = many.to_text(rows=rows).splitlines()
        assert f"... {120 - rows} more rows ..." in shown
        assert sum(bool(re.match(r" ?(1|2|40) ", line)) for line in shown) == rows
    assert "more rows" not in many.to_text(rows=120)
    for wrong in (0, -1, True, 2.5):
        with pytest.raises(DomainError, match="rows"):
            many.to_text(rows=wrong)


def test_numbers_over_200_digits_are_abbreviated_unless_full():
    big = gmpy2.mpz(7) ** 6000  # more digits than Python's str accepts
    content = Table("big", "Big", (Column("x", digits=5, exact=True),), ((mpq(big),),))
    whole = big.digits()
    for layout in ("text", "md", "tex"):
        assert whole not in content.render(layout)
        assert whole in content.render(layout, full=True)
    for layout in ("csv", "json"):
        assert whole in content.render(layout)


def test_cells_that_know_fewer_digits_say_so():
    assert decimal_text(Ball.between("0.33", "0.34"), 5) == "0.3"
    assert decimal_text(Converged("8.34", "0.001"), 9) == "8.3400 +/- 0.0010"
    assert decimal_text(Estimate.proportion(1, 4, seed=1), 9).startswith("0.25 +/- 0.2")
    assert decimal_text(euler(), 5) == "8.3446"


def test_pandas_holds_the_answers():
    pytest.importorskip("pandas")
    frame = table("q").to_pandas()
    assert list(frame["q"]) == list(table("q").column("q"))
    assert frame.astype({"q": float})["q"].max() == float(max(table("q").column("q")))


def test_bad_formats_columns_and_rows():
    with pytest.raises(DomainError, match="known: csv, json, md, tex, text"):
        HALVES.render("xls")
    with pytest.raises(DomainError, match="unknown column 'x'; known: k, value"):
        HALVES.column("x")
    with pytest.raises(DomainError, match="has 4 columns; got a row of 2 cells"):
        replace(HALVES, rows=((1, 2),))


def test_saving_renders_first_and_follows_links(tmp_path):
    target = tmp_path / "real" / "t.md"
    write_all({target: "old\n"})
    link = tmp_path / "link.md"
    link.symlink_to(target)
    HALVES.save(link)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == HALVES.to_markdown()
    if os.name == "posix":
        umask = os.umask(0)
        os.umask(umask)
        assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~umask
    with pytest.raises(DomainError, match="unknown format 'xls'"):
        HALVES.save(tmp_path / "t.xls")
    assert sorted(os.listdir(tmp_path)) == ["link.md", "real"]


def test_formats_are_all_there():
    assert {Path(f"x.{f}").suffix[1:] for f in FORMATS} == {"csv", "json", "md", "tex", "text"}
    assert HALVES.render("text") == f"{HALVES}\n"

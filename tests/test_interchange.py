"""Files of cdd and Normaliz: what they say, what is refused, and the way there and back."""

import pytest
from commandline import answer, refusal

from polygeo.cones import L1DescentCone, PolyhedralCone
from polygeo.errors import DomainError

CDD = """* a wedge in space
H-representation
linearity 1 2
begin
 3 4 rational
 0 1/2 1 0
 0 1 1
 -1
 1 0 0 0
end
hull
"""
WEDGE = PolyhedralCone(inequalities=[[1, 2, 0]], equations=[[1, 1, -1]])


def read(tmp_path, name, text, kind=None):
    (tmp_path / name).write_text(text)
    return PolyhedralCone.from_file(tmp_path / name, kind)


def test_cdd(tmp_path):
    assert read(tmp_path, "a.ine", CDD) == read(tmp_path, "a.ine", CDD, "inequalities") == WEDGE
    with pytest.raises(DomainError, match="holds inequalities; got kind='rays'"):
        read(tmp_path, "a.ine", CDD, "rays")


@pytest.mark.parametrize("count", ["2", "*****"])
def test_cdd_by_rays(tmp_path, count):
    text = f"name\nV-representation\nbegin\n{count} 3 integer\n1 0 0\n0 1 2\nend\nlinearity 1 2\n"
    assert read(tmp_path, "a.ext", text) == PolyhedralCone(rays=(), lines=[[1, 2]], ambient_dim=2)
    plain = "begin\n1 3 real\n0 0.1 1e-1\nend\n"  # the ending says what is missing
    assert read(tmp_path, "b.ext", plain) == PolyhedralCone(rays=[["1/10", "1/10"]])
    assert read(tmp_path, "b.ine", plain) == PolyhedralCone(inequalities=[[1, 1]])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CDD.replace("0 1/2", "3 1/2"), "row 1: the first entry must be 0 for a cone; got 3"),
        (CDD.replace("0 1/2", "0 1/x"), "row 1: "),
        (CDD.replace(" 3 4", " 2 4"), "2 rows are announced; 3 were found"),
        (CDD.replace(" 3 4", " 3 5"), "12 entries do not fill rows of 5"),
        (CDD.replace(" 3 4", " 3 1"), "columns must be 2 to"),
        (CDD.replace("rational", "complex"), "a type of number"),
        (CDD.replace("ity 1 2", "ity 1 4"), r"linearity needs a count and as many rows of 1\.\.3"),
        (CDD.replace("hull", "strict_inequality 1 1"), "strict inequalities are not read"),
        (CDD.replace("end", ""), "needs one 'begin' and, after it, one 'end'"),
        ("V-representation\nbegin\n1 2 integer\n1 5\nend\n", "row 1: a cone has no vertex but 0"),
        ("V-representation\nbegin\n1 2 integer\n0 0\nend\n", "row 1: the zero vector"),
        ("", "needs one 'begin'"),
    ],
)
def test_what_cdd_says_otherwise_is_refused(tmp_path, text, message):
    with pytest.raises(DomainError, match=message):
        read(tmp_path, "a.ine", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "amb_space 3 /* two\nlines */ constraints 3\n1 2 0 >= 0\n-1 1 1 <= 0\n1 1 -1 = 0\nHSOP",
            PolyhedralCone(inequalities=[[1, 2, 0], [1, -1, -1]], equations=[[1, 1, -1]]),
        ),
        (
            "amb_space auto\ncone [[1/2, 1, 0], [0 1 0.5]]\nsubspace [[1 1 1]]",
            PolyhedralCone(rays=[[1, 2, 0], [0, 2, 1]], lines=[[1, 1, 1]]),
        ),
        (
            "amb_space 2\nequations 1\n1 -1\n",  # Normaliz adds x >= 0
            PolyhedralCone(inequalities=[[1, 0], [0, 1]], equations=[[1, -1]]),
        ),
        ("amb_space 2 signs 1 -1", PolyhedralCone(inequalities=[[1, 0], [0, -1]])),
        ("amb_space 2 inequalities 1 0 0", PolyhedralCone(inequalities=(), ambient_dim=2)),
    ],
)
def test_normaliz(tmp_path, text, expected):
    assert read(tmp_path, "a.in", text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("amb_space 2 lattice 1 1 1", "lattice: a lattice is not read"),
        ("amb_space 2 number_field min_poly (a^2-2)", "number_field: entries in a number field"),
        ("amb_space 2 inhom_inequalities 1 1 1 1", "inhom_inequalities: known are cone"),
        ("amb_space 2 cone 2 1 1 1", "cone, row 2: "),
        ("amb_space 2 cone 1 1 1 inequalities 1 1 1", "generators or constraints"),
        ("amb_space 2 constraints 1 1 1 > 0", "row 1: >=, <= or = is needed; got >"),
        ("amb_space 2 constraints 1 1 1 >= 1", "the right side must be 0"),
        ("amb_space 2 constraints 1 symbolic x[1] >= 0;", "rows of numbers are needed"),
        ("amb_space 2 cone [[1 2] [3]]", "every row needs 2 entries"),
        ("amb_space 2 cone [[1 2] [3", "a bracket does not close"),
        ("amb_space 2 cone [1", "rows in brackets are needed"),
        ("amb_space auto cone 1 1 1", "amb_space auto needs matrices in brackets"),
        ("amb_space 99999 equations 0", "at most 1000 dimensions"),
        ("amb_space 2 signs 1 2", "every sign must be -1, 0 or 1"),
        ("amb_space 2 /* cone", "a comment does not end"),
        ("amb_space 2", "needs cone, inequalities, equations or constraints"),
        ("2\n2\n1 0\n0 1\ncone\n", "must begin with amb_space"),
    ],
)
def test_what_normaliz_says_otherwise_is_refused(tmp_path, text, message):
    with pytest.raises(DomainError, match=message):
        read(tmp_path, "a.in", text)


@pytest.mark.parametrize(
    "cone",
    [
        WEDGE,
        PolyhedralCone(rays=WEDGE.rays, lines=WEDGE.lineality_space),
        L1DescentCone(4, 2).as_polyhedral(),
        PolyhedralCone(rays=[[2**70, 1], ["1/3", -1]]),
        PolyhedralCone(rays=(), ambient_dim=3),
        PolyhedralCone(inequalities=(), ambient_dim=3),
    ],
    ids=repr,
)
def test_there_and_back(tmp_path, cone):
    by_rays = repr(cone).startswith("PolyhedralCone(rays")
    for name in ("a.ext" if by_rays else "a.ine", "a.in"):
        cone.to_file(tmp_path / name)
        assert PolyhedralCone.from_file(tmp_path / name) == cone
    with pytest.raises(DomainError, match="this cone is given by"):
        cone.to_file(tmp_path / ("a.ine" if by_rays else "a.ext"))
    with pytest.raises(DomainError, match=r"ends in \.ine, \.ext, \.in"):
        cone.to_file(tmp_path / "a.csv")


def test_the_command_reads_them(tmp_path):
    WEDGE.to_file(tmp_path / "a.ine")
    file = str(tmp_path / "a.ine")
    known = [str(v) for v in PolyhedralCone(inequalities=[[1, 2, 0]]).intrinsic_volumes()]
    assert known == ["0", "0", "1/2", "1/2"]
    for words in ([file], ["inequalities", file]):
        table = answer("volumes", *words, "--format", "csv").splitlines()
        assert [line.split(",")[1] for line in table[1:]] == ["0", "1/2", "1/2", "0"]
    assert "holds inequalities; got kind='rays'" in refusal("volumes", "rays", file)

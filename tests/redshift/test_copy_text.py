r"""COPY of delimited text, CSV and fixed-width text.

AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html
"""

import pytest

from tests.redshift.copies import Copy, Loader, copies

TWO = "a int, b varchar(20)"
THREE = "a int, b varchar(20), c int"
COLORS = "a varchar(20), b int"
MISSING = "Delimiter not found"
EXTRA = "Extra column(s) found"


@copies(
    Copy("the delimiter is |", TWO, "1|one\n2|two\n", rows=[(1, "one"), (2, "two")]),
    Copy("lines end with CR LF", TWO, "1|one\r\n2|two\r\n", rows=[(1, "one"), (2, "two")]),
    Copy("DELIMITER", TWO, "1,one\n2,two|2\n", "DELIMITER ','", rows=[(1, "one"), (2, "two|2")]),
    Copy("DELIMITER AS", TWO, "1;one\n", "DELIMITER AS ';'", rows=[(1, "one")]),
    Copy("DELIMITER: a tab", TWO, "1\tone\n", r"DELIMITER '\t'", rows=[(1, "one")]),
    Copy("DELIMITER: octal", TWO, "1\x01one\n", r"DELIMITER '\001'", rows=[(1, "one")]),
    Copy("DELIMITER: a blank", TWO, "1 one\n", "DELIMITER ' '", rows=[(1, "one")]),
    Copy(
        "DELIMITER: several characters",
        TWO,
        "1|~|one|two\n2|~|~|\n",
        "DELIMITER '|~|'",
        rows=[(1, "one|two"), (2, "~|")],
    ),
    Copy("DELIMITER: the same one twice", TWO, "1||one|\n", "DELIMITER '||'", rows=[(1, "one|")]),
    Copy(
        "DELIMITER: several characters, in part",
        TWO,
        "1|~one\n",
        "DELIMITER '|~|'",
        faults=[(1, "a", 1214, MISSING)],
    ),
    Copy(
        "DELIMITER: beyond ASCII",
        TWO,
        "1§one\n",
        "DELIMITER '§'",
        rows=[(1, "one")],
    ),
    Copy(
        "DELIMITER: beyond ASCII, in octal",
        TWO,
        "1€one\n",
        r"DELIMITER '\342\202\254'",
        rows=[(1, "one")],
    ),
    Copy(
        "DELIMITER: none",
        TWO,
        "1§one\n",
        "DELIMITER ''",
        error=("22023", "COPY delimiter must be a single ASCII character"),
    ),
    Copy("fields go by position", "a varchar(3), b varchar(3)", "x|y\n", rows=[("x", "y")]),
    Copy(
        "the column list gives the order of fields",
        THREE,
        "7|1\n",
        columns="(c, a)",
        rows=[(1, None, 7)],
    ),
    Copy(
        "more fields than columns",
        TWO,
        "1|one\n2|two|zwei\n",
        faults=[(2, "", 1202, EXTRA)],
    ),
    Copy(
        "more fields than listed columns",
        THREE,
        "1|one|7\n",
        columns="(a, b)",
        faults=[(1, "", 1202, EXTRA)],
    ),
    Copy("fewer fields than columns", TWO, "1|one\n2\n", faults=[(2, "a", 1214, MISSING)]),
    Copy("a blank line has too few fields", TWO, "1|one\n\n", faults=[(2, "a", 1214, MISSING)]),
    Copy(
        "one delimiter at the end of a line", TWO, "1|one|\n2|two\n", rows=[(1, "one"), (2, "two")]
    ),
    Copy("two delimiters at the end of a line", TWO, "1|one||\n", faults=[(1, "", 1202, EXTRA)]),
    Copy(
        "a delimiter at the end of a short line gives an empty field", TWO, "1|\n", rows=[(1, "")]
    ),
    Copy("an empty field is '' in VARCHAR", THREE, "1||7\n", rows=[(1, "", 7)]),
    Copy(
        "an empty field is NULL in other types",
        "a int, b float, c decimal(8,2), d date, e timestamp, f boolean",
        "|||||\n",
        rows=[(None,) * 6],
    ),
    Copy(
        "EMPTYASNULL",
        "a varchar(5), b char(5), c varchar(5)",
        "|| \n",
        "EMPTYASNULL",
        rows=[(None, None, " ")],
    ),
    Copy(
        "NULL AS ''",
        "a varchar(5), b char(5), c varchar(5)",
        "|| \n",
        "NULL AS ''",
        rows=[(None, None, " ")],
    ),
    Copy("blanks stay in VARCHAR", "a varchar(5), b varchar(5)", "  | x \n", rows=[("  ", " x ")]),
    Copy(
        "blanks are NULL in other types",
        "a int, b float, c date",
        "  | | \n",
        rows=[(None, None, None)],
    ),
    Copy(
        "BLANKSASNULL",
        "a varchar(5), b char(5), c varchar(5), d varchar(5)",
        "  | | x|\n",
        "BLANKSASNULL",
        rows=[(None, None, " x", "")],
    ),
    Copy(
        "the null string is \\N",
        "a varchar(5), b int, c varchar(5)",
        "\\N|\\N|N\n",
        rows=[(None, None, "N")],
    ),
    Copy(
        "NULL AS",
        "a varchar(5), b int, c varchar(5), d varchar(5)",
        "fred|fred|Fred|\\N\n",
        "NULL AS 'fred'",
        rows=[(None, None, "Fred", "\\N")],
    ),
    Copy(
        "NULL AS: a SUPER column, as since patch 194",
        "a int, b super",
        '1|none\n2|{"k":1}\n3|"none"\n',
        "NULL AS 'none'",
        rows=[(1, None), (2, '{"k":1}'), (3, '"none"')],
    ),
    Copy(
        "NULL AS is the whole field", "a varchar(9)", "fred1\n", "NULL AS 'fred'", rows=[("fred1",)]
    ),
    Copy(
        "a null string that is no number",
        "a int",
        "NULL\n",
        faults=[(1, "a", 1207, "Invalid digit, Value 'N', Pos 0, Type: Integer")],
    ),
    Copy(
        "FILLRECORD: NULL for numbers, '' for VARCHAR",
        "a int, b varchar(5), c int, d char(2)",
        "1\n2|x\n",
        "FILLRECORD",
        rows=[(1, "", None, "  "), (2, "x", None, "  ")],
    ),
    Copy(
        "FILLRECORD: NULL only where it may be",
        "a int, b varchar(5) not null, c int not null",
        "1\n",
        "FILLRECORD",
        faults=[(1, "c", 1213, "Missing data for not-null field")],
    ),
    Copy(
        "FILLRECORD EMPTYASNULL",
        "a int, b varchar(5), c int",
        "1\n",
        "FILLRECORD EMPTYASNULL",
        rows=[(1, None, None)],
    ),
    Copy(
        "IGNOREBLANKLINES",
        TWO,
        "\n1|one\n\n\n2|two\n\n",
        "IGNOREBLANKLINES",
        rows=[(1, "one"), (2, "two")],
    ),
    Copy("IGNOREHEADER", TWO, "a|b\nx\n1|one\n", "IGNOREHEADER 2", rows=[(1, "one")]),
    Copy("IGNOREHEADER AS", TWO, "a|b\n1|one\n", "IGNOREHEADER AS 1", rows=[(1, "one")]),
    Copy("IGNOREHEADER 0", TWO, "1|one\n", "IGNOREHEADER 0", rows=[(1, "one")]),
    Copy("IGNOREHEADER: more than there is", TWO, "1|one\n", "IGNOREHEADER 5", rows=[]),
    Copy(
        "lines are counted with the header",
        TWO,
        "a|b\n1|one\nx|two\n",
        "IGNOREHEADER 1",
        faults=[(3, "a", 1207, "Invalid digit, Value 'x', Pos 0, Type: Integer")],
    ),
    Copy(
        "a header that is not ignored is data",
        TWO,
        "a|b\n1|one\n",
        faults=[(1, "a", 1207, "Invalid digit, Value 'a', Pos 0, Type: Integer")],
    ),
    Copy(
        "quotation marks are characters",
        TWO,
        '1|"one"\n2|\'two\n',
        rows=[(1, '"one"'), (2, "'two")],
    ),
    Copy("a backslash is a character", TWO, "1|on\\e\n", rows=[(1, "on\\e")]),
    Copy(
        "TRIMBLANKS is for VARCHAR",
        "a varchar(5), b varchar(5)",
        "x  | y \n",
        "TRIMBLANKS",
        rows=[("x", " y")],
    ),
    Copy("a NUL character", "a varchar(5), b int", "x\x00|1\n", error=("XX000", "Load into table")),
    Copy("NULL AS '\\0'", "a varchar(5), b int", "\x00|1\n", r"NULL AS '\0'", rows=[(None, 1)]),
    Copy("NULL AS '\\000'", "a varchar(5), b int", "\x00|1\n", r"NULL AS '\000'", rows=[(None, 1)]),
    Copy(
        "a line beyond 4 MB",
        "a int, b varchar(65535)",
        "1|" + "x" * (4 << 20) + "\n",
        "TRUNCATECOLUMNS",
        error=("XX000", "Load into table"),
    ),
)
def test_delimited_text(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"""
    case.check(loader)


@copies(
    Copy("a delimiter, escaped", TWO, "1|public\\|event\n", "ESCAPE", rows=[(1, "public|event")]),
    Copy("a delimiter, not escaped", TWO, "1|public\\|event\n", faults=[(1, "", 1202, EXTRA)]),
    Copy("a backslash, escaped", TWO, "1|a\\\\b\\\\\n", "ESCAPE", rows=[(1, "a\\b\\")]),
    Copy("a line feed, escaped", TWO, "1|a\\\nb\n2|c\n", "ESCAPE", rows=[(1, "a\nb"), (2, "c")]),
    Copy("a quotation mark, escaped", TWO, "1|\\'a\n", "ESCAPE", rows=[(1, "'a")]),
    Copy("no sequences are known", TWO, "1|a\\n\\t\\012\n", "ESCAPE", rows=[(1, "ant012")]),
    Copy("\\N is the null string all the same", TWO, "1|\\N\n", "ESCAPE", rows=[(1, None)]),
    Copy(
        "with a delimiter of one's own", TWO, "1,a\\,b\n", "DELIMITER ',' ESCAPE", rows=[(1, "a,b")]
    ),
    Copy("quoted and escaped", TWO, '1|"a\\"|b"\n', "REMOVEQUOTES ESCAPE", rows=[(1, 'a"|b')]),
)
def test_escape(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"""
    case.check(loader)


@copies(
    Copy("double quotation marks", COLORS, '"White"|1\n', "REMOVEQUOTES", rows=[("White", 1)]),
    Copy("single quotation marks", COLORS, "'Black'|2\n", "REMOVEQUOTES", rows=[("Black", 2)]),
    Copy(
        "a mark at the end alone is kept", COLORS, "Blue'|3\n", "REMOVEQUOTES", rows=[("Blue'", 3)]
    ),
    Copy(
        "a mark at the beginning alone fails",
        COLORS,
        "'Blue|4\n",
        "REMOVEQUOTES",
        faults=[(1, "a", 1214, "Delimited value missing end quote")],
    ),
    Copy("marks inside are kept", COLORS, "\"'Blue'\"|5\n", "REMOVEQUOTES", rows=[("'Blue'", 5)]),
    Copy(
        "a delimiter between marks", COLORS, '"a (|) b"|6\n', "REMOVEQUOTES", rows=[("a (|) b", 6)]
    ),
    Copy("numbers between marks", COLORS, 'x|"7"\n', "REMOVEQUOTES", rows=[("x", 7)]),
    Copy("nothing between marks", COLORS, '""|8\n', "REMOVEQUOTES", rows=[("", 8)]),
    Copy("blanks between marks", COLORS, '"  "|9\n', "REMOVEQUOTES BLANKSASNULL", rows=[(None, 9)]),
)
def test_removequotes(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"""
    case.check(loader)


@copies(
    Copy("commas", TWO, "1,one\n2,two\n", "CSV", rows=[(1, "one"), (2, "two")]),
    Copy("FORMAT AS CSV", TWO, "1,one\n", "FORMAT AS CSV", rows=[(1, "one")]),
    Copy("FORMAT CSV", TWO, "1,one\n", "FORMAT CSV", rows=[(1, "one")]),
    Copy("commas in quotation marks", TWO, '1,"one, two"\n', "CSV", rows=[(1, "one, two")]),
    Copy("doubled quotation marks", TWO, '1,"say ""hi"""\n', "CSV", rows=[(1, 'say "hi"')]),
    Copy(
        "line feeds in quotation marks",
        TWO,
        '1,"a\nb\r\nc"\n2,d\n',
        "CSV",
        rows=[(1, "a\nb\r\nc"), (2, "d")],
    ),
    Copy("everything in quotation marks", TWO, '"1","one"\n', "CSV", rows=[(1, "one")]),
    Copy("lines end with CR LF", TWO, '1,one\r\n2,"two"\r\n', "CSV", rows=[(1, "one"), (2, "two")]),
    Copy("empty fields", THREE, ',,\n1,"",2\n', "CSV", rows=[(None, "", None), (1, "", 2)]),
    Copy("EMPTYASNULL", THREE, '1,,2\n1,"",2\n', "CSV EMPTYASNULL", rows=[(1, None, 2)] * 2),
    Copy("NULL AS", THREE, "1,NA,NA\n", "CSV NULL AS 'NA'", rows=[(1, None, None)]),
    Copy("NULL AS: a SUPER column", "a super", "NA\n", "CSV NULL AS 'NA'", rows=[(None,)]),
    Copy(
        "several characters between fields",
        THREE,
        '1::"a::""b"::3\n2::c:d::4\n',
        "CSV DELIMITER '::'",
        rows=[(1, 'a::"b', 3), (2, "c:d", 4)],
    ),
    Copy("blanks are kept", TWO, "1, one \n", "CSV", rows=[(1, " one ")]),
    Copy(
        "blanks before a quotation mark are ignored", TWO, '1,  "one"\n', "CSV", rows=[(1, "one")]
    ),
    Copy("QUOTE AS", TWO, '1,%say "hi", 5%%%\n', "CSV QUOTE AS '%'", rows=[(1, 'say "hi", 5%')]),
    Copy("QUOTE before CSV", TWO, "1,'a,b'\n", "QUOTE '''' CSV", rows=[(1, "a,b")]),
    Copy("a semicolon", TWO, '1;"a;b"\n', "CSV DELIMITER ';'", rows=[(1, "a;b")]),
    Copy("a semicolon, DELIMITER first", TWO, "1;a,b\n", "DELIMITER ';' CSV", rows=[(1, "a,b")]),
    Copy("a tab", TWO, '1\t"a\tb"\n', r"CSV DELIMITER AS '\t'", rows=[(1, "a\tb")]),
    Copy("a header", TWO, '"a","b"\n1,one\n', "CSV IGNOREHEADER 1", rows=[(1, "one")]),
    Copy("a column list", THREE, "7,1\n", "CSV", columns="(c, a)", rows=[(1, None, 7)]),
    Copy("FILLRECORD", THREE, "1\n2,x\n", "CSV FILLRECORD", rows=[(1, "", None), (2, "x", None)]),
    Copy("TRUNCATECOLUMNS", "a varchar(3)", '"abcd"\n', "CSV TRUNCATECOLUMNS", rows=[("abc",)]),
    Copy("ACCEPTINVCHARS", "a varchar(3)", b'"a\xa4"\n', "CSV ACCEPTINVCHARS", rows=[("a?",)]),
    Copy(
        "IGNOREBLANKLINES",
        TWO,
        "1,one\n\n2,two\n\n",
        "CSV IGNOREBLANKLINES",
        rows=[(1, "one"), (2, "two")],
    ),
    Copy("more fields than columns", TWO, "1,one,more\n", "CSV", faults=[(1, "", 1202, EXTRA)]),
    Copy("fewer fields than columns", TWO, "1\n", "CSV", faults=[(1, "a", 1214, MISSING)]),
    Copy(
        "a quotation that does not end",
        TWO,
        '1,"one\n',
        "CSV",
        faults=[(1, "b", 1214, "Delimited value missing end quote")],
    ),
    Copy(
        "characters after a quotation",
        TWO,
        '1,"one" x\n',
        "CSV",
        faults=[(1, "b", 1214, "Invalid quote formatting for CSV")],
    ),
    Copy(
        "the line of an error is the first one of its record",
        TWO,
        '1,"a\nb"\nx,"a\nb"\n',
        "CSV",
        faults=[(3, "a", 1207, "Invalid digit, Value 'x', Pos 0, Type: Integer")],
    ),
)
def test_csv(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"""
    case.check(loader)


@copies(
    Copy(
        "widths",
        TWO,
        "  1one  \n 12two  \n",
        "FIXEDWIDTH 'a:3,b:5'",
        rows=[(1, "one  "), (12, "two  ")],
    ),
    Copy(
        "labels are free, the order counts",
        TWO,
        "1one\n",
        "FIXEDWIDTH 'b:1,zzz:3'",
        rows=[(1, "one")],
    ),
    Copy(
        "FIXEDWIDTH AS, labels are numbers",
        TWO,
        "1one\n",
        "FIXEDWIDTH AS '0:1,1:3'",
        rows=[(1, "one")],
    ),
    Copy("widths count characters", TWO, "1éèà2\n", "FIXEDWIDTH 'a:1,b:4'", rows=[(1, "éèà2")]),
    Copy(
        "blanks are NULL in numbers",
        THREE,
        "1one   \n",
        "FIXEDWIDTH 'a:1,b:3,c:3'",
        rows=[(1, "one", None)],
    ),
    Copy("TRIMBLANKS", TWO, "1one  \n", "FIXEDWIDTH 'a:1,b:5' TRIMBLANKS", rows=[(1, "one")]),
    Copy("a header", TWO, "ab\n1one\n", "FIXEDWIDTH 'a:1,b:3' IGNOREHEADER 1", rows=[(1, "one")]),
    Copy(
        "fewer widths than columns",
        TWO,
        "1one\n",
        "FIXEDWIDTH 'a:1'",
        error=("22023", "FIXEDWIDTH specifies 1 columns, the target has 2"),
    ),
    Copy(
        "no width",
        TWO,
        "1one\n",
        "FIXEDWIDTH 'a,b'",
        error=("22023", "Invalid FIXEDWIDTH specification"),
    ),
)
def test_fixed_width(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"""
    case.check(loader)


@copies(
    Copy(
        "UTF16 with a byte order mark",
        TWO,
        "1|é🎵\n".encode("utf-16"),
        "ENCODING UTF16",
        rows=[(1, "é🎵")],
    ),
    Copy(
        "UTF16 without a byte order mark",
        TWO,
        "1|é\n".encode("utf-16-le"),
        "ENCODING UTF16",
        faults=[(1, "", 1221, "The encoding of the file differs from the ENCODING parameter")],
    ),
    Copy(
        "UTF16BE with a byte order mark",
        TWO,
        "\ufeff1|é\n".encode("utf-16-be"),
        "ENCODING UTF16BE",
        rows=[(1, "é")],
    ),
    Copy("UTF16LE", TWO, "1|é\n".encode("utf-16-le"), "ENCODING AS UTF16LE", rows=[(1, "é")]),
    Copy("UTF16BE", TWO, "1|é\n".encode("utf-16-be"), "ENCODING UTF16BE", rows=[(1, "é")]),
    Copy("ISO88591", TWO, "1|é\n".encode("latin-1"), "ENCODING ISO88591", rows=[(1, "é")]),
    Copy("UTF8", TWO, "1|é\n", "ENCODING UTF8", rows=[(1, "é")]),
    Copy(
        "UTF16 that is none", TWO, b"1|x\n2", "ENCODING UTF16", error=("XX000", "Load into table")
    ),
)
def test_encodings(case: Copy, loader: Loader) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-conversion.html"""
    case.check(loader)


@pytest.mark.parametrize(
    "options",
    [
        "CSV FIXEDWIDTH 'a:1'",
        "FIXEDWIDTH 'a:1' CSV",
        "CSV REMOVEQUOTES",
        "REMOVEQUOTES CSV",
        "CSV ESCAPE",
        "ESCAPE CSV",
        "FIXEDWIDTH 'a:1' DELIMITER ','",
        "FIXEDWIDTH 'a:1' ESCAPE",
        "FIXEDWIDTH 'a:1' REMOVEQUOTES",
        "QUOTE '%'",
        "QUOTE '%' DELIMITER ','",
        "CSV JSON 'auto'",
        "CSV QUOTE ','",
        "CSV READRATIO 50",
        "CSV SSH",
        "CSV MAXERROR 5 IGNOREALLERRORS",
    ],
)
def test_options_that_exclude_each_other(loader: Loader, options: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html"""
    loader.client.run("CREATE TABLE IF NOT EXISTS text_options (a int)")
    refusal = loader.refused("text_options", "s3://none/at/all", options)
    assert not refusal.message.startswith(("internal", "S3ServiceException", "Load into"))


@pytest.mark.parametrize("form", ["PARQUET", "ORC"])
@pytest.mark.parametrize(
    "option", ["ACCEPTANYDATE", "IGNOREALLERRORS", "REGION 'us-west-2'", "TRUNCATECOLUMNS"]
)
def test_options_that_columnar_formats_refuse(loader: Loader, form: str, option: str) -> None:
    """AWS: https://docs.aws.amazon.com/redshift/latest/dg/copy-usage_notes-copy-from-columnar.html"""
    loader.client.run("CREATE TABLE IF NOT EXISTS text_options (a int)")
    for options in (f"{form} {option}", f"{option} FORMAT AS {form}"):
        refusal = loader.refused("text_options", "s3://none/at/all", options)
        assert (refusal.sqlstate, refusal.message) == (
            "0A000",
            f"{option.split(maxsplit=1)[0]} argument is not supported for {form} based COPY",
        )

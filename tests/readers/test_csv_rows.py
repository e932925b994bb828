"""CSV rows: which line they stand on, and what happens to broken ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convocommerce.readers import ExportFile, find_exports


def export(tmp_path: Path, text: str | bytes, name: str = "orders.csv") -> ExportFile:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    (found,) = find_exports([path])
    return found


def rows(file: ExportFile, **options: object) -> list[dict]:
    return [row for table in file.documents(**options) for row in table.to_pylist()]


def read(file: ExportFile, **options: object) -> list[tuple]:
    return [
        (row["position"], row["fault"] or json.loads(row["text"])) for row in rows(file, **options)
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path, delimiter, end):
    lines = [["Name", "Total, EUR; net"], ["#1", "9,50"], ["#2", ""]]
    text = end.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines) + end
    file = export(tmp_path, text)
    assert file.format() == "csv"
    assert file.headings() == lines[0]
    assert read(file) == [(2, {"Name": "#1", "Total, EUR; net": "9,50"}), (3, {"Name": "#2"})]


def test_a_row_stands_on_the_line_where_it_starts(tmp_path):
    file = export(tmp_path, 'Name,Note\n#1,"a: b\nc: d\n\ne"\n\n,\n#2,x')
    assert read(file) == [
        (2, {"Name": "#1", "Note": "a: b\nc: d\n\ne"}),
        (8, {"Name": "#2", "Note": "x"}),
    ]
    assert file.facts.n_blank == 2


def test_cells_stay_text_exactly(tmp_path):
    file = export(tmp_path, "Id,Zip,Phone\n12345678901234567890,'0049, +49 1 \n")
    assert read(file) == [(2, {"Id": "12345678901234567890", "Zip": "'0049", "Phone": " +49 1 "})]


def test_more_cells_than_headings_is_a_fault_and_fewer_is_not(tmp_path):
    file = export(tmp_path, "a,b\n1,2,3\n1\n1,2,,\n")
    assert read(file) == [
        (2, "more cells than headings"),
        (3, {"a": "1"}),
        (4, {"a": "1", "b": "2"}),
    ]
    assert rows(file)[0]["text"] == "1,2,3"


def test_headings_given_twice_or_not_at_all_have_a_name_each(tmp_path):
    file = export(tmp_path, "Name, Name ,,Name\n1,2,3,4\n")
    assert file.headings() == ["Name", "Name (2)", "column 3", "Name (3)"]
    assert read(file) == [(2, {"Name": "1", "Name (2)": "2", "column 3": "3", "Name (3)": "4"})]


def test_renaming_constants_and_leaving_out(tmp_path):
    names = {"Naam": "name", "Bedrag": "amount", "Total": "amount", "Valuta": "currency"}
    file = export(tmp_path, "Naam,Geheim,Bedrag,Total,Valuta\n#1,x,,5,\n#2,x,3,4,USD\n")
    assert read(file, rename=names.get, constants={"currency": "EUR"}) == [
        (2, {"currency": "EUR", "name": "#1", "amount": "5"}),
        (3, {"currency": "USD", "name": "#2", "amount": "3"}),
    ]


def test_the_declared_delimiter_of_excel_is_no_heading(tmp_path):
    file = export(tmp_path, "sep=;\r\nName;Total\r\n#1;9,5\r\n")
    assert file.headings() == ["Name", "Total"]
    assert read(file) == [(3, {"Name": "#1", "Total": "9,5"})]


def test_an_open_quote_does_not_swallow_the_rows_after_it(tmp_path):
    file = export(tmp_path, 'a,b\n1,2\n3,"4\n5,6\n7,8\nloose\n')
    assert read(file) == [
        (2, {"a": "1", "b": "2"}),
        (3, "a quote is opened and never closed"),
        (4, {"a": "5", "b": "6"}),
        (5, {"a": "7", "b": "8"}),
        (6, "stands after a quote that is never closed"),
    ]
    assert file.facts.incomplete_reason == "a quote opened on line 3 is never closed"


def test_an_open_quote_before_other_quotes_costs_one_line(tmp_path):
    file = export(tmp_path, 'a,b\n1,"2\n3,"4"\n5,6\n')
    assert read(file) == [
        (2, "a quote or line end stands where none may"),
        (3, {"a": "3", "b": "4"}),
        (4, {"a": "5", "b": "6"}),
    ]
    assert not file.facts.is_incomplete


def test_many_open_quotes_take_no_endless_time(tmp_path):
    file = export(tmp_path, "a,b\n" + '1,"2\n' * 3001 + "5,6\n")
    found = read(file)
    assert found[-1] == (3003, {"a": "5", "b": "6"})
    assert [position for position, _ in found] == list(range(2, 3004))


def test_a_file_of_one_column_is_a_csv_only_by_its_name(tmp_path):
    assert export(tmp_path, "Email\na\n").format() == "csv"
    assert export(tmp_path, "Email\na\n", "notes.txt").format() == "unknown"


def test_a_nul_and_a_very_large_cell_are_read(tmp_path):
    file = export(tmp_path, "a,b\nx\0y,2\n" + "z" * 200_000 + ",4\n")
    assert [cells["a"] for _, cells in read(file)] == ["x\0y", "z" * 200_000]


def test_headings_alone_are_a_csv_without_documents(tmp_path):
    file = export(tmp_path, "Name,Total\n")
    assert (file.format(), rows(file), file.facts.is_incomplete) == ("csv", [], False)


def test_a_broken_heading_line_is_read_as_well_as_it_can_be(tmp_path):
    file = export(tmp_path, 'a"x",b,"c"d\n1,2,3\n')
    assert len(rows(file)) == 1

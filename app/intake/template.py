"""The workbook that is offered for download: the headings we read, in a form to fill in."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from app.intake.columns import Column

_ROWS_TO_FILL = 3_000
_FONT = "微软雅黑"


def template_workbook(
    columns: Sequence[Column],
    examples: Sequence[Mapping[str, str]],
    title: str,
    notes: Sequence[str] = (),
) -> bytes:
    """Make an XLSX to fill in: a title, the headings (required ones marked *), grey examples.

    Every cell to fill in is text, so that telephone numbers and leading zeros survive; columns
    with choices offer them in a list. `notes` go to a second sheet. `examples` map column keys
    to cells; given to `read_rows` as well, they are passed over when left as they are.
    """
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as workbook:
        look = {"font_name": _FONT, "font_size": 11, "valign": "vcenter"}
        large = workbook.add_format(look | {"font_size": 16, "bold": True, "align": "center"})
        head = workbook.add_format(
            look | {"bold": True, "align": "center", "border": 1, "bg_color": "#EFEFEF"}
        )
        plain = workbook.add_format(look | {"num_format": "@"})
        grey = workbook.add_format(look | {"num_format": "@", "font_color": "#767676"})
        sheet = workbook.add_worksheet(title[:31])
        sheet.set_row(0, 30)
        sheet.set_row(1, 22)
        if len(columns) > 1:
            sheet.merge_range(0, 0, 0, len(columns) - 1, title, large)
        else:
            sheet.write_string(0, 0, title, large)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width, plain)
            sheet.write_string(1, place, column.heading + ("*" if column.required else ""), head)
            for row, example in enumerate(examples, 2):
                sheet.write_string(row, place, example.get(column.key, ""), grey)
            if column.choices:
                sheet.data_validation(
                    2, place, _ROWS_TO_FILL, place,
                    {"validate": "list", "source": list(column.choices), "error_type": "warning"},
                )  # fmt: skip
        sheet.freeze_panes(2, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0, 1)
        if notes:
            explained = workbook.add_worksheet("填写说明")
            explained.set_column(0, 0, 90)
            for row, note in enumerate(notes):
                wrapped = workbook.add_format(look | {"text_wrap": True})
                explained.write_string(row, 0, note, wrapped)
    return written.getvalue()

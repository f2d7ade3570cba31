"""Charts in a workbook that Excel draws itself, from the cells of a table on another sheet."""

from dataclasses import dataclass
from typing import Any

_FACE = "宋体"
_HEAD = "黑体"
_WIDTH = 960
_ROW = 26
_BESIDES = 150
"""Pixels: of the chart, of a bar, and of title, axis and legend together."""
_FILLS = ("#9E1B1B", "#D9A441", "#1B5A97", "#6B615A", "#4F7A4F", "#A56A8F")
"""Apart in lightness too, so that they are told apart in black and white."""


@dataclass(frozen=True, slots=True)
class Graph:
    """A chart of a table's own cells: bars named by one column, each made of others end to end."""

    names: int
    series: tuple[int, ...]


def add_bars(file: Any, page: Any, graph: Graph, source: str, *, rows: range, title: str) -> None:
    """Draw horizontal bars on a page below its second row, the table's first row uppermost.

    source: the sheet that the cells are on. rows: where they are, its headings just above.
    """
    first, last, head = rows[0], rows[-1], rows[0] - 1
    several = len(graph.series) > 1
    chart = file.add_chart({"type": "bar", "subtype": "stacked"} if several else {"type": "bar"})
    for at, column in enumerate(graph.series):
        fill = _FILLS[at % len(_FILLS)]
        labels = {"value": True, "font": {"name": _FACE, "size": 9}}
        if several:
            labels["font"] = {"name": _FACE, "size": 8, "color": "white" if at != 1 else "black"}
        chart.add_series(
            {
                "name": [source, head, column],
                "categories": [source, first, graph.names, last, graph.names],
                "values": [source, first, column, last, column],
                "fill": {"color": fill},
                "border": {"color": fill},
                "data_labels": labels,
                "gap": 45,
            }
        )
    chart.set_title(
        {
            "name": title,
            "name_font": {"name": _HEAD, "size": 14},
            "overlay": False,
        }
    )
    chart.set_y_axis({"reverse": True, "num_font": {"name": _FACE, "size": 10}})
    chart.set_x_axis({"min": 0, "num_font": {"name": _FACE}, "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"} if several else {"none": True})
    chart.set_size({"width": _WIDTH, "height": _BESIDES + _ROW * len(rows)})
    page.insert_chart(2, 0, chart)
    page.hide_gridlines(2)
    page.set_paper(9)
    page.fit_to_pages(1, 0)

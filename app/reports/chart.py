"""Bars drawn on the server as SVG, to stand in a page. Knows no instrument.

No script, no style attribute (the policy of our pages refuses both), nothing from elsewhere.
Lengths along a bar are percents and all others rem, so the chart takes the width it is given and
the type the reader chose. A bar's fill is a pattern before it is a colour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

from app.reports.wrapping import lines_of

_LABEL = 1.45
"""rem from one line of a label to the next."""
_BAR = 1.05
_GAP = 1.0
_COLUMNS = 32
"""Of a label's line: 16 Chinese characters, which stay within 360 pixels."""
_FIELD = "78%"
"""The part of the width that bars are drawn in; figures stand in the rest."""

_RED = "#9e1b1b"
_AMBER = "#855000"
_GREY = "#6b615a"
_BLUE = "#1b5a97"
_GREEN = "#3d6b35"


class Fill(StrEnum):
    """How a bar is filled; told apart without colour."""

    SOLID = "solid"
    HATCHED = "hatched"
    DOTTED = "dotted"
    HOLLOW = "hollow"
    STRIPED = "striped"
    CROSSED = "crossed"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `value` is its length on the scale of the chart, `figure` what stands beside.

    label: '' where it stands under the bar before, of the same name.
    parts: where it is made of several, end to end, each with a length and a fill of its own;
    they are drawn instead of the whole.
    """

    label: str
    value: int
    figure: str
    fill: Fill
    parts: tuple[tuple[int, Fill], ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars on one scale that begins at 0 and ends at `whole`, with a line across at `line`."""

    title: str
    description: str
    bars: tuple[Bar, ...]
    whole: int
    line: int | None = None
    line_label: str = ""
    legend: tuple[tuple[Fill, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Canvas:
    svg: Element
    name: str
    scale: int
    line: int | None

    def share(self, value: int) -> str:
        """Return a length on the scale."""
        return f"{value * 100 / self.scale:.3f}%"

    def field(self, y: float, height: float) -> Element:
        """Open a part of its own, in which 100% is the end of the scale."""
        place = {"x": "0", "y": _rem(y), "width": _FIELD, "height": _rem(height)}
        return SubElement(self.svg, "svg", place | {"overflow": "visible"})

    def paint(self, fill: Fill) -> dict[str, str]:
        """Return how a bar of that fill is painted."""
        match fill:
            case Fill.SOLID:
                return {"fill": _RED, "stroke": _RED}
            case Fill.HATCHED:
                return {"fill": f"url(#{self.name}-hatched)", "stroke": _AMBER}
            case Fill.DOTTED:
                return {"fill": f"url(#{self.name}-dotted)", "stroke": _BLUE}
            case Fill.HOLLOW:
                return {"fill": "#ffffff", "stroke": _GREY}
            case Fill.STRIPED:
                return {"fill": f"url(#{self.name}-striped)", "stroke": _GREEN}
            case Fill.CROSSED:
                return {"fill": f"url(#{self.name}-crossed)", "stroke": _GREY}


def drawn(chart: Chart, name: str = "chart") -> Markup:
    """Draw the chart; `name` begins the ids, where a page has more than one chart.

    A screen reader gets the title and the description; the figures are for a table beside it.
    """
    svg = Element(
        "svg",
        {
            "class": "bars",
            "role": "img",
            "aria-labelledby": f"{name}-title {name}-description",
            "width": "100%",
            "font-size": "0.9375rem",
        },
    )
    SubElement(svg, "title", {"id": f"{name}-title"}).text = chart.title
    SubElement(svg, "desc", {"id": f"{name}-description"}).text = chart.description
    scale = max(chart.whole, *(bar.value for bar in chart.bars), chart.line or 0, 1)
    canvas = _Canvas(svg, name, scale, chart.line)
    _patterns(canvas)
    y = _legend(canvas, chart.legend)
    y = _line_label(canvas, chart.line_label, y)
    for bar in chart.bars:
        y = _bar(canvas, bar, y)
    svg.set("height", _rem(y))
    return Markup(tostring(svg, encoding="unicode"))  # noqa: S704  (escaped by ElementTree)


def _patterns(canvas: _Canvas) -> None:
    defs = SubElement(canvas.svg, "defs")
    size = {"width": "8", "height": "8", "patternUnits": "userSpaceOnUse"}
    hatched = {"id": f"{canvas.name}-hatched", "patternTransform": "rotate(45)"}
    pattern = SubElement(defs, "pattern", size | hatched)
    SubElement(pattern, "rect", {"width": "8", "height": "8", "fill": "#f7e3b4"})
    SubElement(pattern, "rect", {"width": "3.5", "height": "8", "fill": _AMBER})
    pattern = SubElement(defs, "pattern", size | {"id": f"{canvas.name}-dotted"})
    SubElement(pattern, "rect", {"width": "8", "height": "8", "fill": "#eef4fa"})
    SubElement(pattern, "circle", {"cx": "4", "cy": "4", "r": "2", "fill": _BLUE})
    pattern = SubElement(defs, "pattern", size | {"id": f"{canvas.name}-striped"})
    SubElement(pattern, "rect", {"width": "8", "height": "8", "fill": "#e3efdf"})
    SubElement(pattern, "rect", {"width": "2.5", "height": "8", "fill": _GREEN})
    pattern = SubElement(defs, "pattern", size | {"id": f"{canvas.name}-crossed"})
    SubElement(pattern, "rect", {"width": "8", "height": "8", "fill": "#ece8e4"})
    SubElement(pattern, "path", {"d": "M0 0 8 8M8 0 0 8", "stroke": _GREY, "stroke-width": "1.5"})


def _legend(canvas: _Canvas, legend: Sequence[tuple[Fill, str]]) -> float:
    y = 0.2
    for fill, words in legend:
        swatch = {"x": "1", "y": _rem(y + 0.15), "width": "1.6rem", "height": "0.95rem"}
        SubElement(canvas.svg, "rect", swatch | canvas.paint(fill))
        _text(canvas.svg, words, {"x": "2.2rem", "y": _rem(y + 0.95)})
        y += _LABEL
    return y + 0.4


def _line_label(canvas: _Canvas, words: str, y: float) -> float:
    if canvas.line is None:
        return y
    side = "end" if canvas.line * 2 > canvas.scale else "start"
    place = {"x": canvas.share(canvas.line), "y": "1rem", "text-anchor": side}
    field = canvas.field(y, _LABEL)
    _text(field, words, place | {"fill": _BLUE, "font-weight": "700"})
    return y + _LABEL + 0.3


def _bar(canvas: _Canvas, bar: Bar, y: float) -> float:
    for line in lines_of(bar.label, _COLUMNS) if bar.label else ():
        _text(canvas.svg, line, {"x": "0", "y": _rem(y + 1.05)})
        y += _LABEL
    field = canvas.field(y, _BAR + 0.4)
    place = {"x": "0", "y": "0.2rem", "height": _rem(_BAR)}
    SubElement(field, "rect", place | {"width": "100%", "fill": "#f1ece6"})
    start = 0
    for value, fill in bar.parts or ((bar.value, bar.fill),):
        if value > 0:
            length = {"x": canvas.share(start), "width": canvas.share(value)}
            SubElement(field, "rect", place | length | canvas.paint(fill))
        start += value
    if canvas.line is not None:
        at = canvas.share(canvas.line)
        ends = {"x1": at, "x2": at, "y1": "0", "y2": "100%"}
        dashes = {"stroke": _BLUE, "stroke-width": "2.5", "stroke-dasharray": "6 3"}
        SubElement(field, "line", ends | {"stroke": "#ffffff", "stroke-width": "5"})
        SubElement(field, "line", ends | dashes)
    end = {"x": "100%", "y": _rem(y + 1.05), "text-anchor": "end", "font-weight": "700"}
    _text(canvas.svg, bar.figure, end)
    return y + _BAR + _GAP


def _text(inside: Element, words: str, place: Mapping[str, str]) -> None:
    SubElement(inside, "text", {"fill": "currentColor", **place}).text = words


def _rem(length: float) -> str:
    return f"{length:.2f}rem"

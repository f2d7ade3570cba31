"""The chart as markup: its bars, its line, its words, and nothing that our policy refuses."""

from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup

from app.reports.chart import Bar, Chart, Fill, drawn

SVG = "{http://www.w3.org/2000/svg}"


def chart(**settings) -> Chart:
    return Chart(
        **{
            "title": "各项目得票",
            "description": "由多到少",
            "bars": (
                Bar("1. 电梯", 200, "200票", Fill.SOLID),
                Bar("2. <b>&", 100, "100票", Fill.HATCHED),
                Bar("3. 绿道", 0, "0票", Fill.HOLLOW),
            ),
            "whole": 400,
            "line": 201,
            "line_label": "当选线 201票",
            "legend": ((Fill.SOLID, "当选"), (Fill.DOTTED, "另行票决")),
        }
        | settings
    )


def parsed(**settings) -> ET.Element:
    return ET.fromstring(str(drawn(chart(**settings))))


def words(svg: ET.Element) -> list[str]:
    return [text.text or "" for text in svg.iter("text")]


def lengths(svg: ET.Element) -> list[str]:
    """The widths of the bars, without the tracks behind them and the swatches of the legend."""
    return [
        bar.get("width", "")
        for bar in svg.iter("rect")
        if bar.get("width", "").endswith("%") and bar.get("stroke")
    ]


def test_bars_are_as_long_as_their_values():
    assert lengths(parsed()) == ["50.000%", "25.000%"]


def test_the_line_stands_where_it_must_be_reached():
    svg = parsed()
    assert {line.get("x1") for line in svg.iter("line")} == {"50.250%"}
    assert "当选线 201票" in words(svg)
    without = parsed(line=None)
    assert list(without.iter("line")) == []
    assert "当选线 201票" not in words(without)


def test_the_scale_reaches_to_the_longest_bar():
    assert lengths(parsed(whole=100)) == ["99.502%", "49.751%"]
    assert lengths(parsed(whole=0, line=None, bars=())) == []


def test_it_says_what_it_is_to_who_cannot_see_it():
    svg = parsed()
    assert svg.get("role") == "img"
    named = [svg.find(f".//*[@id='{one}']").text for one in svg.get("aria-labelledby").split()]
    assert named == ["各项目得票", "由多到少"]


def test_fills_differ_without_colour():
    markup = str(drawn(chart(), "c2"))
    for fill in ("url(#c2-hatched)", "url(#c2-dotted)", "#ffffff", "#9e1b1b"):
        assert fill in markup
    assert words(parsed())[:2] == ["当选", "另行票决"]


def test_nothing_that_a_strict_policy_refuses_and_every_name_is_escaped():
    markup = drawn(chart())
    assert isinstance(markup, Markup)
    for forbidden in ("style", "<script", "<b>", " on", "http:"):
        assert forbidden not in markup
    assert "2. <b>&" in words(parsed())


@pytest.mark.parametrize("characters", [60, 120])
def test_long_names_are_broken_and_many_bars_stand_apart(characters):
    bars = tuple(Bar("名" * characters, n, f"{n}票", Fill.SOLID) for n in range(1, 35))
    svg = parsed(bars=bars, line=None)
    written = [text for text in words(svg) if text.startswith("名")]
    assert "".join(written) == "名" * characters * 34
    assert max(len(text) for text in written) == 16
    fields = [float(field.get("y")[:-3]) for field in svg.iter("svg") if field.get("y")]
    assert len(fields) == 34
    apart = [later - earlier for earlier, later in pairwise(fields)]
    assert min(apart) > characters / 16 * 1.4 + 1
    assert float(svg.get("height")[:-3]) > fields[-1] + 1

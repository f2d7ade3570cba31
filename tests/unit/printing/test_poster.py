"""The poster and the picture of an open questionnaire hold the address that they were given."""

import io

import pypdfium2
import zxingcpp
from PIL import Image

from app.printing.poster import PosterWords, picture, poster

URL = "https://pj.mingzhou.gov.cn/q/7M2K-9XQ4"
WORDS = PosterWords(
    title="2026年度市人民政府工作部门服务质量社会公众满意度测评",
    body="明州市人民代表大会常务委员会",
    call="请用手机扫码填写",
    address=URL,
    notes=("不记姓名，不问号码；一个浏览器填一份。", "结果注明为公开样本，与代表测评分开计算。"),
)


def rendered(pdf: bytes) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    return document[0].render(scale=2).to_pil()


def test_the_symbol_on_the_poster_is_read_back():
    (found,) = zxingcpp.read_barcodes(rendered(poster(URL, WORDS)))
    assert found.text == URL
    assert found.orientation == 0


def test_every_word_stands_on_the_page():
    page = pypdfium2.PdfDocument(poster(URL, WORDS))[0]
    text = page.get_textpage().get_text_range().replace("\r\n", "")
    for words in (WORDS.title, WORDS.body, WORDS.call, WORDS.address, *WORDS.notes):
        assert words in text


def test_equal_posters_are_equal_bytes():
    assert poster(URL, WORDS) == poster(URL, WORDS)


def test_a_rehearsal_is_marked():
    marked = PosterWords(**{**{k: getattr(WORDS, k) for k in WORDS.__slots__}, "rehearsal": "演练"})
    page = pypdfium2.PdfDocument(poster(URL, marked))[0]
    assert "演练" in page.get_textpage().get_text_range()
    (found,) = zxingcpp.read_barcodes(rendered(poster(URL, marked)))
    assert found.text == URL


def test_the_picture_is_read_back_and_keeps_its_quiet_zone():
    image = Image.open(io.BytesIO(picture(URL)))
    assert image.mode == "1"
    assert image.width == image.height
    (found,) = zxingcpp.read_barcodes(image.convert("L"))
    assert found.text == URL
    edge = 4 * 16
    assert image.crop((0, 0, image.width, edge)).getextrema() == (255, 255)
    assert image.crop((0, 0, edge, image.height)).getextrema() == (255, 255)

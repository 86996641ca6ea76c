"""Product numbers and element strings: what GS1's own examples say, and what no company has."""

from datetime import date

import pytest
from biip.gs1_messages import GS1Message
from hypothesis import given
from hypothesis import strategies as st

from compounder.domain.errors import NotAccepted
from compounder.domain.gs1 import element_string, gtin, most_items, require_company_prefix

PREFIXES = st.from_regex(r"(4[0-9]|30|76)[0-9]{5,8}", fullmatch=True)


def test_gs1s_own_example_has_its_check_digit() -> None:
    assert gtin("9506000", 13435) == "09506000134352"


@given(prefix=PREFIXES, data=st.data())
def test_another_reader_takes_every_product_number_and_every_string(prefix: str, data: st.DataObject) -> None:
    require_company_prefix(prefix)
    given_number = gtin(prefix, data.draw(st.integers(1, most_items(prefix))))
    written = element_string(given_number, date(2027, 11, 20), "261121A0078", "BA00000174")
    read = GS1Message.parse_hri(written)
    said = {each.ai.ai: each.value for each in read.element_strings}
    assert said == {"01": given_number, "17": "271120", "10": "261121A0078", "21": "BA00000174"}


@pytest.mark.parametrize(
    "prefix", ["123456", "12345678901", "95060 0", "95O6000", "٩٥٠٦٠٠٠", "2123456", "0212345", "9771234", "9901234", ""]
)
def test_what_gs1_gives_to_no_company_is_refused(prefix: str) -> None:
    with pytest.raises(NotAccepted, match="a GS1 company prefix of 7 to 10 digits") as refused:
        require_company_prefix(prefix)
    assert (refused.value.read, refused.value.field_name) == (prefix, "gs1_prefix")

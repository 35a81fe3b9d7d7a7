"""Values as notices print them: amounts of money, dates, project codes.

Strict reading: what is not plainly the value is none. Every family and the body reader use these and nothing else.
"""

from etl.values.amounts import Amount, read_amount, tax_basis, unglue, yuan_text
from etl.values.codes import read_code
from etl.values.folding import fold
from etl.values.numerals import capitals, chinese_number, number
from etl.values.times import BEIJING, read_time

__all__ = [
    "BEIJING",
    "Amount",
    "capitals",
    "chinese_number",
    "fold",
    "number",
    "read_amount",
    "read_code",
    "read_time",
    "tax_basis",
    "unglue",
    "yuan_text",
]

"""Amounts as notices write them, exact from integer fen: yuan, wan yuan, capitals, signs, thousands separators."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")

#: Ways to write an amount. `wan` is used with the unit in a label, `wan_unit` carries its unit.
STYLES = ("yuan", "yuan_sign", "yuan_words", "wan_unit", "capitals", "capitals_and_digits")


def yuan(fen: int) -> str:
    """Plain yuan with two decimals: `569800.00`."""
    return f"{Decimal(fen) / 100:.2f}"


def wan(fen: int) -> str:
    """Wan yuan with as many decimals as it takes: `56.98`, `2837.861389`."""
    text = f"{Decimal(fen) / 1_000_000:.6f}".rstrip("0").rstrip(".")
    return text or "0"


def _group(number: int) -> str:
    """Four digits in capitals; inner zeros are read once, leading and trailing ones not at all."""
    out, zero = "", False
    for power in range(3, -1, -1):
        digit = number // 10**power % 10
        if digit:
            out += ("零" if zero and out else "") + _DIGITS[digit] + _PLACES[power]
        zero = (zero or bool(out)) if not digit else False
    return out


def _whole(number: int) -> str:
    out, gap = "", False
    for index in range(2, -1, -1):
        part = number // 10_000**index % 10_000
        if not part:
            gap = bool(out)
            continue
        out += ("零" if out and (gap or part < 1000) else "") + _group(part) + _GROUPS[index]
        gap = False
    return out


def capitals(fen: int) -> str:
    """Chinese capitals: `伍拾陆万玖仟捌佰元整`, `壹佰贰拾元零伍分`. Below 10**14 fen."""
    whole, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    out = f"{_whole(whole)}元" if whole else ""
    if not jiao and not cents:
        return out + "整"
    if jiao:
        out += _DIGITS[jiao] + "角"
    elif whole:
        out += "零"
    return out + (_DIGITS[cents] + "分" if cents else "")


def write(fen: int, style: str) -> str:
    """An amount in one of `STYLES`, unit included."""
    plain, comma = yuan(fen), f"{Decimal(fen) / 100:,.2f}"
    return {
        "yuan": f"{plain}元",
        "yuan_sign": f"￥{comma}元",
        "yuan_words": f"人民币{comma}元",
        "wan_unit": f"{wan(fen)}万元",
        "capitals": f"人民币{capitals(fen)}",
        "capitals_and_digits": f"人民币{capitals(fen)}（￥{comma}）",
    }[style]

"""Binary NUMERIC: Redshift's scaled integers and PostgreSQL's digits of base 10,000."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]

NARROW: Final = 18
"""Digits that 8 bytes always hold; drivers go by the length of the value, 8 or 16."""

_LIMBS: Final = 5
_BASE: Final = 10_000
_BASE_DIGITS: Final = 4
_NEGATIVE: Final = 0x4000


def scaled(array: pa.Array, precision: int, scale: int) -> Bytes:
    """Redshift's form: value * 10^scale as a big-endian integer in two's complement.

    Source: https://github.com/aws/amazon-redshift-python-driver (``numeric_in_binary``)

    Args:
        array: decimal128 of n values; a null gives any bytes.
        precision: As the client was told.
        scale: As the client was told.

    Returns:
        n rows of 8 bytes, or of 16 where the precision needs them.

    Raises:
        OverflowError: A value has more digits than the precision says.
    """
    words = _words(array, scale)
    if precision > NARROW:
        return np.ascontiguousarray(words.view(np.uint8)[:, ::-1])
    low = words[:, 0].view(np.int64)
    if not np.array_equal(words[:, 1].view(np.int64), low >> 63):
        raise OverflowError(f"a value does not fit numeric({precision},{scale})")
    return low.astype(">i8").view(np.uint8).reshape(-1, 8)


def digits(array: pa.Array, precision: int, scale: int) -> tuple[Bytes, npt.NDArray[np.int32]]:
    """PostgreSQL's form: count, weight, sign, scale, then digits of base 10,000.

    PostgreSQL: https://doxygen.postgresql.org/backend_2utils_2adt_2numeric_8c.html

    Args:
        array: decimal128 of n values; a null counts as zero.
        precision: As the client was told.
        scale: As the client was told.

    Returns:
        All values one after the other, and the length of each.
    """
    limbs, negative = _magnitude(_words(array, scale))
    padding = -scale % _BASE_DIGITS
    _multiply(limbs, 10**padding)
    fraction = (scale + padding) // _BASE_DIGITS
    whole = -(-max(precision - scale, 0) // _BASE_DIGITS)
    columns = [_divide(limbs) for _ in range(fraction + whole)]
    while limbs.any():
        columns.append(_divide(limbs))
    columns.reverse()
    count = len(columns)
    table = np.array(columns, np.uint16).T if columns else np.zeros((len(negative), 0), np.uint16)

    used = table != 0
    some = used.any(axis=1)
    first = np.where(some, used.argmax(axis=1), 0) if count else np.zeros(len(negative), int)
    end = np.where(some, count - used[:, ::-1].argmax(axis=1), 0) if count else first
    position = np.arange(count)
    kept = (position >= first[:, None]) & (position < end[:, None])

    weight = np.where(some, count - fraction - 1 - first, 0)
    header = np.column_stack(
        (
            end - first,
            weight.astype(np.uint16),
            np.where(negative & some, _NEGATIVE, 0),
            np.full(len(negative), scale),
        )
    )
    everything = np.hstack((header.astype(np.uint16), table)).astype(">u2")
    mask = np.hstack((np.ones((len(negative), 4), bool), kept))
    lengths = (8 + 2 * (end - first)).astype(np.int32)
    return everything[mask].view(np.uint8), lengths


def _words(array: pa.Array, scale: int) -> npt.NDArray[np.uint64]:
    """Low and high word of each value, sign in the high one."""
    wanted = pa.decimal128(38, scale)
    if array.type != wanted:
        array = array.cast(wanted)
    buffer: Any = array.buffers()[1]
    words = np.frombuffer(buffer, "<u8").reshape(-1, 2)
    words = words[array.offset : array.offset + len(array)]
    if array.null_count:
        words = np.where(array.is_valid().to_numpy(zero_copy_only=False)[:, None], words, 0)
    return np.ascontiguousarray(words, np.uint64)


def _magnitude(
    words: npt.NDArray[np.uint64],
) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.bool_]]:
    """Absolute values as limbs of 32 bits, lowest first, and which were negative."""
    negative = words[:, 1].view(np.int64) < 0
    low = np.where(negative, ~words[:, 0] + np.uint64(1), words[:, 0])
    carry = (low == 0).astype(np.uint64)
    high = np.where(negative, ~words[:, 1] + carry, words[:, 1])
    mask, half = np.uint64(0xFFFFFFFF), np.uint64(32)
    zero = np.zeros_like(low)
    return np.array([low & mask, low >> half, high & mask, high >> half, zero]), negative


def _multiply(limbs: npt.NDArray[np.uint64], factor: int) -> None:
    carry = np.zeros(limbs.shape[1], np.uint64)
    for index in range(_LIMBS):
        product = limbs[index] * np.uint64(factor) + carry
        limbs[index] = product & np.uint64(0xFFFFFFFF)
        carry = product >> np.uint64(32)


def _divide(limbs: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint16]:
    """Divides by 10,000 in place and returns the remainders."""
    remainder = np.zeros(limbs.shape[1], np.uint64)
    for index in reversed(range(_LIMBS)):
        value = (remainder << np.uint64(32)) | limbs[index]
        limbs[index], remainder = np.divmod(value, np.uint64(_BASE))
    return remainder.astype(np.uint16)

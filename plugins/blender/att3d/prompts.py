# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of prompts: plain texts, and tables with the columns prompt, seed and size."""

import codecs
import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path

from .library import Failure

#: Separators of columns by the ending of a file. In some countries, spreadsheets separate columns by
#: semicolons.
_TABLES = {".csv": ",;\t", ".tsv": "\t"}
#: Encodings by the bytes with which a file begins. UTF-32 comes first, since it begins as UTF-16 does.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Largest seed of the library.
_MOST_SEED = 2**64 - 1


@dataclass(frozen=True)
class Row:
    """One line of a list. seed, size: None if the list does not state them. size: in meters."""

    prompt: str
    seed: int | None = None
    size: float | None = None


def separators(name: str) -> str:
    """Returns the separators that a file of this name may have, or "" if it is not a table."""
    return _TABLES.get(Path(name.lower()).suffix, "")


def decoded(content: bytes) -> str:
    """Returns the text of a file in UTF-8, UTF-16 or UTF-32. Raises Failure."""
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "")
    if not encoding:
        # In a UTF-16 text without a mark, at least one byte of each line break is NUL.
        even, odd = content[0::2].count(0), content[1::2].count(0)
        encoding = "utf-8" if not even and not odd else "utf-16-le" if odd > even else "utf-16-be"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Failure(f"the list is not a text in UTF-8 or UTF-16: {error.reason} at byte {error.start}; save it as UTF-8") from error


def rows_in(text: str, given: str = "") -> list[Row]:
    """Returns the rows of a text, without those that begin with #. Raises Failure for a malformed table.

    A plain text has one prompt per line. A table has the columns `prompt`, `seed` and `size` in any order, or
    its prompts in its first column without a header. given: possible separators of the columns, "" for a
    plain text.
    """
    if not given:
        return [Row(line.strip()) for line in text.splitlines() if _is_prompt(line)]
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(given, key=first.count)
    try:
        # Without `strict`, a quote that is never closed would make the rest of the file one prompt.
        table = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row]
    except csv.Error as error:
        raise Failure(f"the list is not a valid table: {error}; correct it, or save it as a text with one prompt per line") from error
    header = [name.strip().lower() for name in table[0]] if table else []
    if "prompt" not in header:
        return [Row(row[0].strip()) for row in table if _is_prompt(row[0])]
    found = []
    for number, row in enumerate(table[1:], 2):
        cells = {name: cell.strip() for name, cell in zip(header, row, strict=False)}
        if _is_prompt(cells.get("prompt", "")):
            found.append(Row(cells["prompt"], _seed(cells, number), _size(cells, number)))
    return found


def _is_prompt(cell: str) -> bool:
    return bool(cell.strip()) and not cell.strip().startswith("#")


def _seed(cells: dict[str, str], number: int) -> int | None:
    cell = cells.get("seed", "")
    if not cell:
        return None
    if not (cell.isascii() and cell.isdigit()) or int(cell) > _MOST_SEED:
        raise Failure(f"row {number} of the list has the seed `{cell}`: expected a whole number from 0 on")
    return int(cell)


def _size(cells: dict[str, str], number: int) -> float | None:
    cell = cells.get("size", "")
    if not cell:
        return None
    try:
        # Where columns are separated by semicolons, numbers have a decimal comma.
        size = float(cell.replace(",", "."))
    except ValueError:
        size = -1.0
    if not math.isfinite(size) or size < 0.0:
        raise Failure(f"row {number} of the list has the size `{cell}`: expected meters, 0 or more")
    return size

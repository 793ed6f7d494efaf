"""The cells of a sheet with its merged ranges filled."""

from __future__ import annotations

from projects.reading.grid import Box, Grid


class Cells:
    """Texts by place; a cell inside a merged range shows what the range's first cell holds."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._boxes: dict[tuple[int, int], Box] = {}
        self._from: dict[int, list[Box]] = {}
        self._covered: set[int] = set()
        self._texts: dict[int, list[tuple[int, str]]] = {}
        height = len(grid.rows)
        for box in grid.boxes:
            if box.left >= grid.width:
                continue
            self._from.setdefault(box.top, []).append(box)
            for row in range(box.top, min(box.bottom + 1, height)):
                for column in range(box.left, min(box.right + 1, grid.width)):
                    self._boxes[row, column] = box
            self._cover(box, height)

    def _cover(self, box: Box, height: int) -> None:
        wide = (box.right - box.left + 1) * 2 > self._grid.width
        if not wide and self._grid.cell(box.top, box.left).strip():
            self._covered.update(range(box.top + 1, min(box.bottom + 1, height)))

    def own(self, row: int, column: int) -> str:
        return self._grid.cell(row, column)

    def box(self, row: int, column: int) -> Box | None:
        return self._boxes.get((row, column))

    def boxes_from(self, row: int) -> list[Box]:
        """Return the merged ranges whose first row is `row`."""
        return self._from.get(row, [])

    def filled(self, row: int, column: int) -> str:
        box = self._boxes.get((row, column))
        return self._grid.cell(box.top, box.left) if box else self._grid.cell(row, column)

    def continues(self, row: int, column: int) -> bool:
        """Tell whether the cell belongs to a range that began in a row above."""
        box = self._boxes.get((row, column)) if row in self._covered or self._boxes else None
        return box is not None and box.top < row

    def is_covered(self, row: int) -> bool:
        """Tell a row into which a filled range from above reaches."""
        return row in self._covered

    def texts(self, row: int) -> list[tuple[int, str]]:
        """Return the filled cells of a row with their columns; ranges from above are left out."""
        found = self._texts.get(row)
        if found is None:
            found = [(column, text) for column, text in enumerate(self._grid.rows[row]) if text and not text.isspace()]
            self._texts[row] = found
        return found

    def own_texts(self, row: int) -> list[str]:
        return [text for _, text in self.texts(row)]

    def is_wide(self, row: int) -> bool:
        """Tell a row whose only text is merged across most of the table."""
        texts = self.texts(row)
        if len(texts) != 1:
            return False
        box = self._boxes.get((row, texts[0][0]))
        return box is not None and (box.right - box.left + 1) * 2 > self._grid.width

"""The cells of a sheet with its merged ranges filled."""

from __future__ import annotations

from projects.reading.grid import Box, Grid


class Cells:
    """Texts by place; a cell inside a merged range shows what the range's first cell holds."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self._boxes: dict[tuple[int, int], Box] = {}
        height = len(grid.rows)
        for box in grid.boxes:
            if box.right >= grid.width and box.left >= grid.width:
                continue
            for row in range(box.top, min(box.bottom + 1, height)):
                for column in range(box.left, min(box.right + 1, grid.width)):
                    self._boxes[row, column] = box

    def own(self, row: int, column: int) -> str:
        return self._grid.cell(row, column)

    def box(self, row: int, column: int) -> Box | None:
        return self._boxes.get((row, column))

    def filled(self, row: int, column: int) -> str:
        box = self._boxes.get((row, column))
        return self._grid.cell(box.top, box.left) if box else self._grid.cell(row, column)

    def continues(self, row: int, column: int) -> bool:
        """Tell whether the cell belongs to a range that began in a row above."""
        box = self._boxes.get((row, column))
        return box is not None and box.top < row

    def own_texts(self, row: int) -> list[str]:
        return [text for text in self._grid.rows[row] if text.strip()]

    def distinct(self, row: int) -> list[str]:
        """Return the texts of a row, each merged range once; ranges from above are left out."""
        return self.own_texts(row)

    def is_wide(self, row: int) -> bool:
        """Tell a row whose only text is merged across most of the table."""
        texts = [column for column, text in enumerate(self._grid.rows[row]) if text.strip()]
        if len(texts) != 1:
            return False
        box = self._boxes.get((row, texts[0]))
        return box is not None and (box.right - box.left + 1) * 2 > self._grid.width

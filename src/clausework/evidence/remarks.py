"""What a reader noticed and read all the same: few texts, each with how often and an example."""

from __future__ import annotations

_MOST = 20
_LONGEST = 300


class Remarks:
    """Collects remarks; the same one is kept once, with its first example and how often it was made."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, int]] = {}
        self._left_out = 0

    def add(self, remark: str, example: str = "") -> None:
        """Make a remark, ``example`` naming where."""
        if remark in self._made:
            first, count = self._made[remark]
            self._made[remark] = (first, count + 1)
        elif len(self._made) < _MOST:
            self._made[remark] = (example, 1)
        else:
            self._left_out += 1

    def all(self) -> tuple[str, ...]:
        """Return the remarks as texts."""
        texts = [_text(remark, example, count) for remark, (example, count) in self._made.items()]
        if self._left_out:
            texts.append(f"{self._left_out} further remarks were left out")
        return tuple(texts)


def _text(remark: str, example: str, count: int) -> str:
    times = f" ({count} times)" if count > 1 else ""
    return f"{remark}{f': {example}' if example else ''}"[:_LONGEST] + times

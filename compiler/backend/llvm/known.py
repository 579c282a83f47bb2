"""What is known where a text is being written, and in all that is nested behind that place."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Known:
    """Values by their keys. What has been set since `mark` is forgotten by `back`, where a path ends."""

    _values: dict[str, str] = field(default_factory=dict)
    _before: list[tuple[str, str | None]] = field(default_factory=list)

    def get(self, key: str) -> str | None:
        """The value, if it is known."""
        return self._values.get(key)

    def set(self, key: str, value: str) -> None:
        """Know a value from here on."""
        self._before.append((key, self._values.get(key)))
        self._values[key] = value

    def mark(self) -> int:
        """The present state, for `back`."""
        return len(self._before)

    def back(self, mark: int) -> None:
        """Know what was known at the mark, and no more."""
        while len(self._before) > mark:
            key, value = self._before.pop()
            if value is None:
                del self._values[key]
            else:
                self._values[key] = value

"""Bytes become whole lines. What grows longer than any protocol's line is dropped, not kept in the hope of an end."""

LONGEST = 80


class LineBuffer:
    """Keeps the half line that has come so far.

    Bytes become the letters of the same number (Latin-1), so that a line is kept exactly as it came; parsers accept
    only ASCII.
    """

    def __init__(self) -> None:
        self._half = bytearray()
        self._is_too_long = False

    def feed(self, data: bytes) -> list[str]:
        """The lines that `data` ends, each without CR LF or LF; empty and overlong ones are left out."""
        *ends, rest = data.split(b"\n")
        lines = [self._end(end) for end in ends]
        self._keep(rest)
        return [line for line in lines if line]

    def forget(self) -> None:
        """Drop the half line: what comes now does not belong to it."""
        self._half.clear()
        self._is_too_long = False

    def _keep(self, part: bytes) -> None:
        self._is_too_long |= len(self._half) + len(part) > LONGEST
        if self._is_too_long:
            self._half.clear()
        else:
            self._half += part

    def _end(self, part: bytes) -> str:
        self._keep(part)
        line = self._half.decode("latin-1").removesuffix("\r")
        self.forget()
        return line

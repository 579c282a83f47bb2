"""Static libraries: object files in one archive, with the index that linkers look symbols up in.

The format is the one that System V and GNU share (`ar(5)`), which the linkers of ELF, COFF and WebAssembly read. Time
stamps, owners and modes are constant, so equal objects give equal archives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_MAGIC = b"!<arch>\n"


def archive(members: Mapping[str, bytes], symbols: Mapping[str, Sequence[str]]) -> bytes:
    """The bytes of an archive.

    Args:
        members: object files by name, in the order in which they are to stand.
        symbols: what each of them defines for others.
    """
    names = "".join(f"{name}/\n" for name in members).encode()
    listed = [(symbol, member) for member in members for symbol in symbols.get(member, ())]
    text = b"".join(symbol.encode() + b"\0" for symbol, _ in listed)
    index_size = 4 + 4 * len(listed) + len(text)
    at = len(_MAGIC) + 60 + _even(index_size) + 60 + _even(len(names))
    places: dict[str, int] = {}
    for member, data in members.items():
        places[member] = at
        at += 60 + _even(len(data))
    index = b"".join(n.to_bytes(4, "big") for n in (len(listed), *(places[m] for _, m in listed))) + text
    parts = [_MAGIC, _member("/", index), _member("//", names)]
    offset = 0
    for member, data in members.items():
        parts.append(_member(f"/{offset}", data))
        offset += len(member.encode()) + 2
    return b"".join(parts)


def _even(size: int) -> int:
    return size + size % 2


def _member(name: str, data: bytes) -> bytes:
    head = f"{name:<16}{0:<12}{0:<6}{0:<6}{644:<8}{len(data):<10}`\n".encode()
    return head + data + b"\n" * (len(data) % 2)

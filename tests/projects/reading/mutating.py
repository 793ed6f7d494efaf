"""Good files made bad in every way a disk, a mail relay or an enemy makes them, by seed."""

from __future__ import annotations

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Sequence

BOMB_BYTES = 240 * 1024 * 1024
_LARGE = (
    b"1048576",
    b"16384",
    b"4294967295",
    b"-1",
    b"99999999999999999999",
    b"1e308",
    b"XFD1048576",
    b"A1:XFD1048576",
)
_STRANGE = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    "\u202e".encode(),
    b"]]>",
    b"<",
    b"&#x0;",
    b"&lol;",
    b'"' * 3,
    b"\n" * 50,
)
_ENTITIES = (
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/none.dtd">',
)

Mutation = Callable[[random.Random, bytes], bytes]


def mutated(content: bytes, others: Sequence[bytes], seed: int) -> tuple[str, bytes]:
    """Return the name of what was done to a file and the file it became; `others` lend it their pieces."""
    chance = random.Random(seed)
    choices = [*ON_BYTES, *(ON_PACKAGES if content.startswith(b"PK") else ON_TEXT)]
    name, mutation = choices[seed % len(choices)]
    result = mutation(chance, content)
    if chance.random() < 0.1:
        result = spliced(chance, result, chance.choice(others))
        name += " and spliced"
    return name, result


def flipped(chance: random.Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 8, 40))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def head_flipped(chance: random.Random, content: bytes) -> bytes:
    """Harm only the first bytes, where an old workbook says how its sectors are chained."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        changed[chance.randrange(min(512, len(changed)))] = chance.choice((0, 1, 0x7F, 0xFE, 0xFF))
    return bytes(changed)


def cut(chance: random.Random, content: bytes) -> bytes:
    return content[: chance.randrange(1, len(content))]


def blanked(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content))
    size = min(chance.choice((1, 16, 512, 4096)), len(content) - start)
    return content[:start] + bytes([chance.choice((0, 0xFF))]) * size + content[start + size :]


def repeated(chance: random.Random, content: bytes) -> bytes:
    start = chance.randrange(len(content))
    piece = content[start : start + chance.choice((1, 64, 512, 5000))]
    return content[:start] + piece * chance.choice((2, 3, 200)) + content[start:]


def swapped_blocks(chance: random.Random, content: bytes) -> bytes:
    one, other = sorted(chance.sample(range(len(content)), 2))
    size = min(512, other - one, len(content) - other)
    first, second = content[one : one + size], content[other : other + size]
    return content[:one] + second + content[one + size : other] + first + content[other + size :]


def sprinkled(chance: random.Random, content: bytes) -> bytes:
    for _ in range(chance.randint(1, 5)):
        place = chance.randrange(len(content) + 1)
        content = content[:place] + chance.choice(_STRANGE) + content[place:]
    return content


def spliced(chance: random.Random, content: bytes, other: bytes) -> bytes:
    return content[: chance.randrange(len(content))] + other[chance.randrange(len(other)) :]


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _package(members: Sequence[tuple[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package, warnings.catch_warnings(action="ignore"):
        for name, content in members:  # twice the same name is the point of one mutation
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _on_members(change: Callable[[random.Random, dict[str, bytes]], None]) -> Mutation:
    def mutation(chance: random.Random, content: bytes) -> bytes:
        members = _members(content)
        change(chance, members)
        return _package(list(members.items()))

    return mutation


def _on_one_part(change: Mutation) -> Mutation:
    """Mutate what one member holds and pack it well, so that the harm lies behind the checksums."""

    def mutation(chance: random.Random, content: bytes) -> bytes:
        members = _members(content)
        name = chance.choice([name for name, part in members.items() if part])
        members[name] = change(chance, members[name])
        return _package(list(members.items()))

    return mutation


def _members_swapped(chance: random.Random, members: dict[str, bytes]) -> None:
    one, other = chance.sample(list(members), 2)
    members[one], members[other] = members[other], members[one]


def _member_lost(chance: random.Random, members: dict[str, bytes]) -> None:
    del members[chance.choice(list(members))]


def _member_emptied(chance: random.Random, members: dict[str, bytes]) -> None:
    members[chance.choice(list(members))] = b""


def _member_renamed(chance: random.Random, members: dict[str, bytes]) -> None:
    name = chance.choice(list(members))
    members[chance.choice(("../" * 5 + "etc/x", name.upper(), name + "\\x", "/" + name, name[:-1]))] = members.pop(name)


def _many_members(chance: random.Random, members: dict[str, bytes]) -> None:
    members |= {f"xl/media/{place}.xml": b"<a/>" for place in range(chance.choice((500, 2500)))}


def _bomb(chance: random.Random, members: dict[str, bytes]) -> None:
    members[chance.choice([*members, "xl/media/image1.png"])] = bytes(BOMB_BYTES)


def _nested(chance: random.Random, members: dict[str, bytes]) -> None:
    members["xl/embeddings/inner.zip"] = _package(list(members.items()))


def member_doubled(chance: random.Random, content: bytes) -> bytes:
    members = list(_members(content).items())
    name = chance.choice(members)[0]
    return _package([*members, (name, chance.choice(members)[1])])


def numbers_enlarged(chance: random.Random, part: bytes) -> bytes:
    """Let counts, references and sizes claim what no file holds."""
    places = list(re.finditer(rb'(?<=")[A-Z]{0,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?(?=")|(?<=>)\d+(?=<)', part))
    for place in sorted(
        chance.sample(places, min(len(places), chance.randint(1, 4))), key=lambda place: -place.start()
    ):
        part = part[: place.start()] + chance.choice(_LARGE) + part[place.end() :]
    return part


def entities_declared(chance: random.Random, part: bytes) -> bytes:
    start = part.find(b"?>") + 2 if part.startswith(b"<?xml") else 0
    return part[:start] + chance.choice(_ENTITIES) + part[start:]


def deeply_nested(chance: random.Random, part: bytes) -> bytes:
    place = part.find(b">", chance.randrange(len(part))) + 1
    depth = chance.choice((200, 5_000, 200_000))
    return part[:place] + b"<x>" * depth + b"</x>" * depth + part[place:]


def recoded(chance: random.Random, part: bytes) -> bytes:
    return part.decode("utf-8", errors="replace").encode(
        chance.choice(("utf-16", "utf-16-be", "gb18030", "utf-7")), "replace"
    )


def elements_repeated(chance: random.Random, part: bytes) -> bytes:
    found = list(re.finditer(rb"<(\w+:)?(?:row|c|table-row|table-cell|p|tr|tc|mergeCell|si)\b[^>]*/?>", part))
    if not found:
        return repeated(chance, part)
    element = chance.choice(found)
    closed = element[0] if element[0].endswith(b"/>") else element[0][:-1] + b"/>"
    return part[: element.start()] + closed * chance.choice((50, 2_000, 50_000)) + part[element.start() :]


def lines_recoded(chance: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    place = chance.randrange(len(lines))
    lines[place] = (
        lines[place].decode("utf-8", "replace").encode(chance.choice(("gb18030", "utf-16", "big5")), "replace")
    )
    return b"\n".join(lines)


def widened(chance: random.Random, content: bytes) -> bytes:
    return content + chance.choice((b",", b"\t", b'"', b"\n", "密，".encode(), b'","')) * chance.choice(
        (200, 40_000, 900_000)
    )


ON_BYTES: tuple[tuple[str, Mutation], ...] = (
    ("bits flipped", flipped),
    ("head flipped", head_flipped),
    ("cut", cut),
    ("blanked", blanked),
    ("repeated", repeated),
    ("blocks swapped", swapped_blocks),
    ("sprinkled", sprinkled),
)
ON_TEXT: tuple[tuple[str, Mutation], ...] = (("lines recoded", lines_recoded), ("widened", widened))
ON_PACKAGES: tuple[tuple[str, Mutation], ...] = (
    ("members swapped", _on_members(_members_swapped)),
    ("member lost", _on_members(_member_lost)),
    ("member emptied", _on_members(_member_emptied)),
    ("member renamed", _on_members(_member_renamed)),
    ("member doubled", member_doubled),
    ("many members", _on_members(_many_members)),
    ("nested", _on_members(_nested)),
    ("part flipped", _on_one_part(flipped)),
    ("part cut", _on_one_part(cut)),
    ("part repeated", _on_one_part(repeated)),
    ("part sprinkled", _on_one_part(sprinkled)),
    ("part enlarged", _on_one_part(numbers_enlarged)),
    ("part with entities", _on_one_part(entities_declared)),
    ("part nested", _on_one_part(deeply_nested)),
    ("part recoded", _on_one_part(recoded)),
    ("part's elements repeated", _on_one_part(elements_repeated)),
)
BOMB: Mutation = _on_members(_bomb)

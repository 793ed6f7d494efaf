"""Which step or target of a row is which of its item: by words, by phrase, then by order."""

from collections.abc import Callable, Sequence

from projects.importing.matching import likeness, normal, pairs

LIKE_WORDS = 0.3
"""So much alike are a step or target and the same one reworded."""


def alike(one: str, other: str) -> bool:
    one, other = normal(one), normal(other)
    return one in other or other in one or likeness(pairs(one), pairs(other)) >= LIKE_WORDS


def pair_up[Item](
    old: Sequence[Item],
    new: Sequence[Item],
    key: Callable[[Item], tuple[str, str]],
    may: Callable[[int, int], bool] = lambda _at, _to: True,
) -> dict[int, int]:
    """Pair old with new: equal words and phrase first, then equal words, then equal phrase, then order among the rest.

    The last two need `may` to allow it.
    """
    found: dict[int, int] = {}
    keys, new_keys = [key(item) for item in old], [key(item) for item in new]
    grounds: tuple[Callable[[int, int], bool], ...] = (
        lambda at, to: keys[at] == new_keys[to],
        lambda at, to: bool(keys[at][0]) and keys[at][0] == new_keys[to][0],
        lambda at, to: bool(keys[at][1]) and keys[at][1] == new_keys[to][1] and may(at, to),
        may,
    )
    for same in grounds:
        for at in range(len(old)):
            if at not in found:
                free = (to for to in range(len(new)) if to not in found.values() and same(at, to))
                if (paired := next(free, None)) is not None:
                    found[at] = paired
    return found

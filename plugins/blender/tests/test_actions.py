# SPDX-License-Identifier: GPL-3.0-or-later
"""Random actions of an artist, without a window.

ATT3D_ACTIONS is the number of actions and ATT3D_SEED the seed. By default these are 30 actions with a fixed
seed, and with ATT3D_FULL 300 actions with two seeds: a fixed and a new one.
"""

import os
import time

from artist import Artist
from support import Blender, empty, module
from works import tempdir

_FULL = bool(os.environ.get("ATT3D_FULL"))
#: Seed of the run that is the same each time.
_FIXED = 23


def seeds() -> list[int]:
    """Returns the seeds of the runs."""
    if os.environ.get("ATT3D_SEED"):
        return [int(os.environ["ATT3D_SEED"])]
    return [_FIXED, time.time_ns() % 100000] if _FULL else [_FIXED]


class Actions(Blender):
    def tearDown(self) -> None:
        module("live").stop()
        empty()

    def test_random_actions_of_an_artist_lose_nothing(self) -> None:
        count = int(os.environ.get("ATT3D_ACTIONS") or (300 if _FULL else 30))
        for seed in seeds():
            empty()
            artist = Artist(seed, tempdir())
            for _ in artist.play(count):
                pass
            print(f"random actions with seed {seed}: {artist.summary()}")
            done = sum(artist.counts.values())
            self.assertEqual(done, count)
            self.assertLess(sum(artist.refused.values()), done, "most actions do something")

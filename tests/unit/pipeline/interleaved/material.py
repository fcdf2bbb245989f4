"""What histories are made of: plays with their logs, songs with their files, and what happens.

Plays are late, sessions go over midnight, a play stands in two logs, and a corrected log tells
something else of it than before. Everything follows from a `random.Random`.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from sparkify_fixtures import StoredObject
from sparkify_fixtures.layout import Event, Song, log_object, song_object

FIRST_DAY = dt.date(2018, 11, 1)
MIDNIGHT = 1_541_030_400_000
"""Of the first day, in ms since 1970 UTC."""
DAY = 86_400_000

BEGINNINGS = (0, DAY // 3, DAY // 3, DAY // 2, DAY - 1_500)
"""When sessions begin, ms after midnight; those of the end go on in the next day."""

TITLES = ("Una Muy Bonita", "Setanta matins")
ARTISTS = ("Elena", "Ornette Coleman")
LENGTH = 269.58


@dataclass(frozen=True)
class Play:
    """A play, and what logs may tell of it.

    Attributes:
        days: in whose logs it may stand, as numbers.
        versions: of the event, the usual one first.
    """

    days: tuple[int, ...]
    versions: tuple[Event, ...]


@dataclass(frozen=True)
class Put:
    """An object is put into the bucket, seconds after what happened before."""

    item: StoredObject
    seconds: int


@dataclass(frozen=True)
class Remove:
    """An object is taken out of the bucket."""

    key: str


@dataclass(frozen=True)
class Run:
    """A run of the DAG begins.

    Attributes:
        day: whose log it loads; None for all.
        no_log: what a missing log means to it.
        modes: how rows meet those that are there, by table.
    """

    day: dt.date | None
    no_log: str = "empty"
    modes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Unload:
    """Somebody takes the log of a day out of the warehouse."""

    day: dt.date


Move = Put | Remove | Run | Unload


def log_key(day: dt.date) -> str:
    """Where the log of a day is."""
    return log_object(day, []).key


class Material:
    """The days, plays and songs of one history.

    Args:
        random: decides.
        clean: whether no quality check minds any of it: then every play has its user and stands in
            the log of its day alone, and no correction changes when it was.
    """

    def __init__(self, random: Random, *, clean: bool = False) -> None:
        self._random = random
        self._clean = clean
        self.days = [
            FIRST_DAY + dt.timedelta(days=number) for number in range(random.randint(2, 4))
        ]
        self._plays = [play for day in range(len(self.days)) for play in self._sessions(day)]
        self._songs = [self._song_versions(number) for number in range(random.randint(1, 3))]

    def _sessions(self, day: int) -> list[Play]:
        random = self._random
        plays = []
        for number in range(random.randint(1, 2)):
            at = MIDNIGHT + day * DAY + random.choice(BEGINNINGS)
            session = 10 * day + number
            user = random.choice(("1", "2", "3") if self._clean else ("1", "2", "3", ""))
            for item in range(random.randint(1, 3)):
                plays += [self._play(day, session, item, at + item * 1_000, user)]
        return plays

    def _play(self, day: int, session: int, item: int, ts: int, user: str) -> Play:
        random = self._random
        own = min((ts - MIDNIGHT) // DAY, len(self.days) - 1)
        days = {own}
        if (
            random.random() < 0.35 and not self._clean
        ):  # on both sides of midnight, or told once more, or too late
            days.add(random.choice((day, (own + 1) % len(self.days))))
            if random.random() < 0.3:
                days.discard(own)
        usual = self._event(session, item, ts, user)
        return Play(tuple(sorted(days or {own})), (usual, self._changed(usual)))

    def _event(self, session: int, item: int, ts: int, user: str) -> Event:
        random = self._random
        return Event(
            artist=random.choice(ARTISTS),
            auth="Logged In" if user else "Logged Out",
            first_name=f"First {user}" if user else None,
            gender=random.choice(("F", "M")) if user else None,
            item_in_session=item,
            last_name="Last" if user else None,
            length=LENGTH,
            level=random.choice(("free", "paid")),
            location="Lisbon" if user else None,
            method="PUT",
            page="NextSong",
            registration=1.5e12 if user else None,
            session_id=session,
            song=random.choice(TITLES),
            status=200,
            ts=ts,
            user_agent="Mozilla" if user else None,
            user_id=user,
        )

    def _changed(self, event: Event) -> Event:
        """What a correction tells of the same play."""
        random = self._random
        changes: list[dict[str, Any]] = [
            {"level": "paid" if event.level == "free" else "free"},
            {"song": random.choice(TITLES), "artist": random.choice(ARTISTS)},
            {"location": "Porto"},
        ]
        if not self._clean:
            changes.append({"user_id": random.choice(("1", "2", "3"))})
            changes.append({"ts": event.ts + random.choice((-500, 500, 3_600_000))})
        return event._replace(**random.choice(changes))

    def _song_versions(self, number: int) -> list[StoredObject]:
        random = self._random
        return [
            song_object(
                f"TRABC{number}",
                Song(
                    num_songs=1,
                    artist_id=f"AR{random.randint(1, 2)}",
                    artist_latitude=random.choice((None, 38.7)),
                    artist_longitude=None,
                    artist_location=random.choice(("", "Lisbon")),
                    artist_name=random.choice(ARTISTS),
                    song_id=f"SO{random.randint(0, 2)}",
                    title=random.choice(TITLES),
                    duration=LENGTH,
                    year=random.choice((0, 1999)),
                ),
            )
            for _ in range(2)
        ]

    def log(self, day: dt.date) -> StoredObject:
        """A log of that day, as it may be at some time."""
        random = self._random
        number = self.days.index(day)
        events = [
            play.versions[random.random() < 0.2]
            for play in self._plays
            if number in play.days and random.random() < 0.75
        ]
        if random.random() < 0.4 or (self._clean and not events):
            other = self._event(10 * number, 90, MIDNIGHT + number * DAY, "2")
            events.append(other._replace(page="Home", song=None, artist=None, length=None))
        random.shuffle(events)
        return log_object(day, events)

    def songs(self) -> Sequence[StoredObject]:
        """One file for each song."""
        return [versions[0] for versions in self._songs]

    def song(self) -> StoredObject:
        """A song file, as it may be at some time."""
        return self._random.choice(self._random.choice(self._songs))


@dataclass(frozen=True)
class Plan:
    """What happens, besides that which tasks do; in order, but at times that chance decides.

    Attributes:
        material: of days and objects.
        before: what is in the bucket at the beginning.
        settled: whether all of it is loaded before anything happens.
        moves: what happens then.
        parallel: how many tasks may be at work at once.
        pace: how likely the next move comes before the next statement.
        haste: how likely a task goes on with its next statement before another has its turn.
        stalls: how likely a task hangs for a while, before a statement.
        faults: how likely a statement meets one.
        checked: whether runs check what they loaded, in the end.
    """

    material: Material
    before: Sequence[StoredObject]
    settled: bool
    moves: Sequence[Move]
    parallel: int
    pace: float
    haste: float
    stalls: float
    faults: float
    checked: bool


class Theme(NamedTuple):
    """What is likely in a history.

    Attributes:
        log: weight of a log that is put.
        no_log: of one that is removed from the bucket.
        unload: of one that is taken out of the warehouse.
        song: of a song file that is put.
        no_song: of one that is removed.
        full: how likely a run loads all logs.
        settled: how likely all of them are loaded before anything happens.
        changes: how many changes there may be before each run.
    """

    log: int
    no_log: int
    unload: int
    song: int
    no_song: int
    full: float
    settled: float
    changes: tuple[int, ...]


THEMES = (
    Theme(
        log=6, no_log=1, unload=1, song=1, no_song=1, full=0.15, settled=0.3, changes=(0, 1, 1, 2)
    ),
    Theme(log=3, no_log=3, unload=1, song=0, no_song=0, full=0.3, settled=0.3, changes=(1, 2, 3)),
    Theme(log=2, no_log=1, unload=6, song=0, no_song=0, full=0.3, settled=0.9, changes=(1, 2, 3)),
    Theme(log=3, no_log=1, unload=0, song=4, no_song=2, full=0.1, settled=0.5, changes=(1, 2)),
)
"""Corrections above all; logs that come and go; logs that are taken out; songs that change."""


def make_plan(random: Random, *, checked: bool | None = None) -> Plan:
    """A history to be: one to four runs, with changes before, between and during them.

    Args:
        random: decides.
        checked: whether runs check what they loaded; None: few do, for that takes longest.
    """
    if checked is None:
        checked = random.random() < 0.1
    material = Material(random, clean=checked)
    theme = random.choice(THEMES)
    before = [
        *material.songs(),
        *(material.log(day) for day in material.days if random.random() < 0.85),
    ]
    # Most of it is about one day, where runs get in each other's way.
    days = [*material.days, *[random.choice(material.days)] * random.choice((0, 3, 6))]
    moves: list[Move] = []
    for _ in range(random.randint(1, 4)):
        moves += [
            _change(material, theme, days, random) for _ in range(random.choice(theme.changes))
        ]
        moves.append(_run(theme, days, random))
    moves += [_change(material, theme, days, random) for _ in range(random.choice((0, 1, 2)))]
    return Plan(
        material,
        before,
        random.random() < theme.settled,
        moves,
        parallel=random.randint(2, 4),
        pace=random.choice((0.01, 0.05, 0.3)),
        haste=random.choice((0.0, 0.3, 0.7, 0.9)),
        stalls=random.choice((0.0, 0.02, 0.05)),
        faults=random.choice((0.0, 0.0, 0.01, 0.03)),
        checked=checked,
    )


def _change(material: Material, theme: Theme, days: Sequence[dt.date], random: Random) -> Move:
    day = random.choice(days)
    seconds = random.choice((0, 1, 1))
    match random.choices(range(5), weights=theme[:5])[0]:
        case 0:
            return Put(material.log(day), seconds)
        case 1:
            return Remove(log_key(day))
        case 2:
            return Unload(day)
        case 3:
            return Put(material.song(), seconds)
    # The first song stays: COPY of no file at all fails, as it does on Redshift.
    return Remove(random.choice(material.songs()[1:] or [material.log(day)]).key)


def _run(theme: Theme, days: Sequence[dt.date], random: Random) -> Run:
    day = None if random.random() < theme.full else random.choice(days)
    table = random.choice(("songplays", "users"))
    modes = ((table, random.choice(("merge", "replace"))),) if random.random() < 0.15 else ()
    return Run(day, random.choice(("empty", "empty", "fail")), modes)

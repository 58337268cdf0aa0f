"""How the services do: well, badly for one request, or down for hours."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .robots import Mood, Robot

# One such failure of each robot in about so many days: one that is bridged, one that is longer than anybody waits.
DOWN_EVERY_DAYS = 60
DOWN_FOR = (timedelta(hours=1), timedelta(hours=8))
SECRETS = {
    "wecom": "",
    "dingtalk": "SEC-of-the-simulation",
    "feishu": "secret-of-the-simulation",
    "lark": "secret-of-the-simulation",
    "webhook": "secret-of-the-simulation",
}
BAD = tuple(mood for mood in Mood if mood is not Mood.WORKS)


@dataclass
class Weather:
    """The robots of the simulated groups and the mood each is in at a moment."""

    random: random.Random
    chance: float
    moment: datetime
    robots: list[Robot] = field(default_factory=list)
    down: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=dict)
    bad_answers: int = 0

    def robot(self, vendor: str) -> Robot:
        """Another robot, which lives in the simulation's time."""
        robot = Robot(vendor, secret=SECRETS[vendor], now=lambda: self.moment)
        robot.temper = lambda: self._mood(robot)
        self.robots.append(robot)
        return robot

    def plan(self, begin: datetime, days: int) -> None:
        """Chooses when each service is down for hours."""
        for robot in self.robots:
            found = self.down.setdefault(robot.port, [])
            for number in range(days // DOWN_EVERY_DAYS):
                start = begin + timedelta(
                    days=number * DOWN_EVERY_DAYS + self.random.randrange(DOWN_EVERY_DAYS),
                    minutes=self.random.randrange(24 * 60),
                )
                found.append((start, start + DOWN_FOR[number % len(DOWN_FOR)]))

    def clear_up(self) -> None:
        """Everything works from now on."""
        self.chance, self.down = 0.0, {}

    def close(self) -> None:
        """All robots stop listening."""
        for robot in self.robots:
            robot.close()

    def _mood(self, robot: Robot) -> Mood:
        if any(start <= self.moment < over for start, over in self.down.get(robot.port, ())):
            mood = Mood.BROKEN
        elif self.random.random() < self.chance:
            mood = self.random.choice(BAD)
        else:
            return Mood.WORKS
        self.bad_answers += 1
        return mood

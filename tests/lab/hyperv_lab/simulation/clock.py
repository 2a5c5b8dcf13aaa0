# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Simulated time: advanced by hand in tests, following the wall in a running lab."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 1, 31, 10, 0, 0, tzinfo=UTC)


class Clock:
    """Seconds since the lab began, in simulated time.

    In manual mode time stands still until `advance` (or `sleep`) moves it. Otherwise it runs `speed` times as fast as
    the wall.
    """

    def __init__(self, *, manual: bool = True, speed: float = 1.0, start: datetime = START) -> None:
        if speed <= 0:
            raise ValueError("the speed of the clock must be above zero")
        self.manual = manual
        self.speed = speed
        self.start = start
        self._offset = 0.0
        self._began = time.monotonic()
        self._jumped = threading.Condition()

    def now(self) -> float:
        """Simulated seconds since the start."""
        if self.manual:
            return self._offset
        return self._offset + (time.monotonic() - self._began) * self.speed

    def utc(self) -> datetime:
        """Simulated date and time."""
        return self.start + timedelta(seconds=self.now())

    def advance(self, seconds: float) -> None:
        """Let simulated time jump forward, in either mode."""
        if seconds < 0:
            raise ValueError("time does not run backwards")
        with self._jumped:
            self._offset += seconds
            self._jumped.notify_all()

    def sleep(self, seconds: float) -> None:
        """Let simulated seconds pass: at once in manual mode, else by waiting for the wall or for a jump of time.

        Do not hold the estate's lock.
        """
        if self.manual:
            self.advance(seconds)
            return
        end = self.now() + seconds
        with self._jumped:
            while (left := end - self.now()) > 0:
                self._jumped.wait(left / self.speed)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "_jumped"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._jumped = threading.Condition()

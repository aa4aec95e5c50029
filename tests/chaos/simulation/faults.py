"""What goes wrong, and when: drawn by seed. Calm is a plan in which nothing does."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.chaos.simulation.hub import START, Hub


@dataclass
class Fault:
    """What becomes of one call. Times in seconds."""

    there: float = 0.01
    back: float = 0.01
    refused: str = ""
    lost: bool = False
    """Carried out, but the answer never comes."""


@dataclass
class Faults:
    """The storm of one run: it lasts ``storm`` seconds; afterwards all is well."""

    hub: Hub
    storm: float
    twice: float = 0.1
    """Share of events that come twice."""
    latest: float = 3.0
    """Seconds that an event may take: they overtake each other."""
    kills: float = 0.06
    """Share of invocations that die at some call."""
    skew: float = 5.0
    """Seconds that a worker's clock may be off."""
    first_dies_at: int = 0
    """The call at which the first invocation of every function dies; then no other death is drawn."""
    moody: bool = True
    """Whether Slack, the model and AWS have bad times at all."""
    counted: Counter[str] = field(default_factory=Counter)
    _begun: set[str] = field(default_factory=set)
    slack_mood: str = "well"
    model_mood: str = "well"
    aws_mood: str = "well"

    @property
    def raging(self) -> bool:
        """Whether the storm is on."""
        return self.hub.now < START + self.storm

    def change_moods(self) -> None:
        """Every now and then Slack and the model feel different."""
        draw = self.hub.random
        if not self.raging or not self.moody:
            self.slack_mood = self.model_mood = self.aws_mood = "well"
            return
        self.aws_mood = draw.choices(("well", "throttling"), (12, 1))[0]
        self.slack_mood = draw.choices(
            ("well", "down", "busy", "reset", "losing", "slow", "lagging"), (4, 1, 1, 2, 3, 1, 2)
        )[0]
        self.model_mood = draw.choices(("well", "throttled", "slow", "garbage", "canned", "gone"), (6, 1, 1, 1, 1, 1))[
            0
        ]
        self.hub.after(draw.uniform(20, 240), self.change_moods)

    def count(self, what: str) -> None:
        """One more of a fault."""
        self.counted[what] += 1

    def of_aws(self, service: str, operation: str) -> Fault:
        """What becomes of a call to AWS."""
        draw = self.hub.random
        fault = Fault(there=draw.uniform(0.001, 0.02), back=draw.uniform(0.001, 0.02))
        if not self.raging:
            return fault
        if service == "ses" and self.moody:
            if draw.random() < 0.15:
                self.count("ses: throttled")
                fault.refused = "Throttling"
            elif draw.random() < 0.03:
                self.count("ses: answer lost")
                fault.lost = True
        elif service == "bedrock-runtime":
            if self.model_mood == "throttled" or self.model_mood == "gone":
                self.count(f"model: {self.model_mood}")
                fault.refused = (
                    "ThrottlingException" if self.model_mood == "throttled" else "ServiceUnavailableException"
                )
            elif self.model_mood == "slow":
                self.count("model: slow")
                fault.back = draw.uniform(2, 20)
        elif not self.moody:
            return fault
        elif draw.random() < (0.6 if self.aws_mood == "throttling" else 0.002):
            self.count("aws: refused")
            fault.refused = {"dynamodb": "ProvisionedThroughputExceededException"}.get(service, "ThrottlingException")
        elif service == "dynamodb" and draw.random() < 0.003:
            self.count("aws: answer lost")
            fault.lost = True
        return fault

    def of_slack(self, method: str) -> tuple[str, float, float]:
        """(what kind of failure or nothing, seconds there, seconds back)."""
        draw, mood = self.hub.random, self.slack_mood
        there, back = draw.uniform(0.02, 0.2), draw.uniform(0.02, 0.2)
        if mood == "slow" and draw.random() < 0.5:
            self.count("slack: slow")
            return "", draw.uniform(1, 30), draw.uniform(0.1, 10)
        share = {"down": 1.0, "busy": 0.5, "reset": 0.3, "losing": 0.3}.get(mood, 0.0)
        if draw.random() >= share:
            return "", there, back
        kind = {"losing": draw.choice(("lost, reset", "lost, 500"))}.get(mood, mood)
        self.count(f"slack: {kind}")
        return kind, there, back

    def lag(self) -> float:
        """Seconds until a message that is posted now shows in the channel's history."""
        if self.slack_mood in ("lagging", "losing") and self.raging:
            lag = self.hub.random.uniform(0, 25)
            self.count("slack: history lags")
            return lag
        return 0.3

    def death(self, function: str) -> int:
        """The call at which an invocation dies; 0 for none."""
        if self.first_dies_at:
            first = function not in self._begun
            self._begun.add(function)
            return self.first_dies_at if first else 0
        if not self.raging or self.hub.random.random() >= self.kills:
            return 0
        return self.hub.random.choice((1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 22, 27, 33, 40))

    def clock_off(self) -> float:
        """How far a worker's clock is off."""
        return self.hub.random.uniform(-self.skew, self.skew) if self.raging else 0.0

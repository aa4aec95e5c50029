"""A workspace of Slack's that runs here: the Web API on Slack's own wire protocol, and pages that look like Slack.

``create_app(*, rules_dir, bot_token, signing_secret, extra_channels=("managers",), limits=None) -> Starlette``

- ``app.state.slack`` is the Workspace; set ``app.state.slack.actions_url`` once dispatch is deployed.
- ``<base>/api/`` is what a service takes for ``https://slack.com/api/``.
- ``GET /`` and ``GET /channels/<name>``: the channels as a person sees them, buttons working.
- ``GET /state``: everything as JSON (channels, messages, pins, pings, open views).
- ``POST /press`` ``{channel, ts, action_id, selected_option?, user?}``: a signed ``block_actions`` interaction.
- ``POST /faults`` ``{down?, slow_s?, lose_posts?}``: Slack on a bad day; ``{}`` and all is well.
- ``POST /submit`` ``{view_id, values}``: a signed ``view_submission``.

Channels and users follow ``teams.csv`` in ``rules_dir``. ``limits`` (RateLimits) sets the rate limits.
"""

from local.slack.app import create_app
from local.slack.limits import RateLimits

__all__ = ["RateLimits", "create_app"]

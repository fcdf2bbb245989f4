"""Who is told when a run needs somebody: the alert, and the channels that carry it.

| module | holds |
|---|---|
| alert | what happened, as one value |
| channels | the setting `sparkify_alerts`, and telling every channel that it names |
| file, slack, smtp | a channel each |
| occasions | the alert that Airflow's context makes |
| notifier | Airflow's side of it: callbacks of the DAG and its tasks |

All but the last two import no Airflow; Slack's and SMTP's providers are imported when they send.
"""

"""What a claim is and how it is judged; knows no paper.

A paper's file names its arms, its claims and its settings and yields rows, spends and artifacts
(`contract`, `claims`). `runner` carries the trials out into a run folder (`runs`) that survives
being killed; `judge` holds the claims against the rows and returns verdicts.
"""

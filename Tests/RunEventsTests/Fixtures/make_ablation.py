#!/usr/bin/env python3
"""Writes ablation.json: means, deviations and intervals of made-up scores by scipy, which an ablation's table has to have too.

  python3 Tests/RunEventsTests/Fixtures/make_ablation.py      (scipy 1.17.1, numpy 2)
"""
import json
import pathlib
import random

from scipy import stats

random.seed(17)
quantiles = [dict(freedom=freedom, width=stats.t.ppf(0.975, freedom)) for freedom in [1, 2, 3, 4, 5, 8, 9, 29, 30, 99, 100]]
paired = []
for count in [2, 3, 3, 4, 5, 10]:
    other = [round(random.uniform(0.4, 0.6), 4) for _ in range(count)]
    score = [round(value + random.gauss(0.02, 0.02), 4) for value in other]
    test = stats.ttest_rel(score, other)
    interval = test.confidence_interval(0.95)
    paired.append(
        dict(score=score, other=other, mean=float(stats.tmean(score)), deviation=float(stats.tstd(score)),
             difference=float(stats.tmean(score) - stats.tmean(other)), low=float(interval.low), high=float(interval.high)))
single = []
for count, of, other in [(560, 1000, 520), (1000, 1000, 990), (0, 50, 3), (71, 100, 71)]:
    # Newcombe's method 10 from Wilson's intervals.
    p, q = count / of, other / of
    a = stats.binomtest(count, of).proportion_ci(0.95, "wilson")
    b = stats.binomtest(other, of).proportion_ci(0.95, "wilson")
    single.append(
        dict(score=p, other=q, pictures=of, low=p - q - ((p - a.low) ** 2 + (b.high - q) ** 2) ** 0.5,
             high=p - q + ((a.high - p) ** 2 + (q - b.low) ** 2) ** 0.5))
path = pathlib.Path(__file__).with_name("ablation.json")
path.write_text(json.dumps(dict(quantiles=quantiles, paired=paired, single=single), indent=1) + "\n")

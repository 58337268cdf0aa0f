"""Levelling 资源平衡: plans in which nobody and nothing is booked twice, and the smallest change when one breaks.

`problem` is the question and the answer, `checker` the rules, `level` the search, `replan` the mending. Nothing heavy is
imported until one of them is used.
"""

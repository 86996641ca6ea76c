"""Finished capsules: what they weigh and hold, what became of batch and powder, and whether the process is in control.

Reading order: `spread` (mean and standard deviation), `weights` (what was weighed), `results` (a rule that passed or
failed, and why), `weight_rules`, `content` (assay results), `yields`, `inspection` (the rules that a formulation
names), `verdict` (all of it together), `pack_statistic` (what they say of the filler), `control_chart`, `trend`.
"""

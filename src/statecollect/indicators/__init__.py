"""Core indicators: one number each, its lines, and the rows behind it.

In: the store and the year's ``indicators.yaml``. Out: ``Result`` (``compute``, ``result``), verdicts (``thresholds``), printed
figures held against it (``published_figures``), an indicator taken apart (``explain``, ``lineage``), and 《数据分析报告》
(``analysis_report``). Start with ``compute``.
"""

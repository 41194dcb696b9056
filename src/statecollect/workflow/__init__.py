"""Who did what until when: everything between a taken-in workbook and a signed submission.

In: the store, the catalog, the school. Out: the findings of all stages (``validate``), decisions (``review``), warnings
explained (``waivers``), disputes settled (``disputes``), what is owed and by whom (``completeness``, ``excuses``), returns that
wait (``held``), progress (``status``), and the lists, pages and forms that show them. Each change of mind is an event of
the journal; what it leaves open is computed each time. Start with ``validate`` and ``completeness``.
"""

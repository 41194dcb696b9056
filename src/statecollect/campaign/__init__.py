"""One campaign – one school, one year, one folder – and what is done with it.

In: the folder. Out: ``Campaign``, what a Python user imports; its methods are thin. ``workspace`` is the folder with all that
is known of it, ``create`` founds it, ``signoff`` and ``roll`` are the parts of it people put their names to and are listed in,
``outgoing/`` makes workbooks for parties, ``papers`` what goes with a submission, ``demo`` tells the whole story.
Start with ``campaign``.
"""

from statecollect.campaign.campaign import Campaign, Progress

__all__ = ["Campaign", "Progress"]

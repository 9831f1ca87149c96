"""CSW 2.0.2 by pycsw, which lives in an environment of its own (it wants SQLAlchemy 1.4).

``index`` lays out what may be shown, ``engine`` is pycsw over it as a process beside the server,
``process`` starts that process, and ``/csw`` (``api.routes.csw``) hands requests on to it.
"""

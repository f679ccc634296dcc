"""How ties end: the chronicle of ruptures, and forecasts that are scored beside their baselines before anybody reads them.

What is known: ``chronicle`` (its rows), ``ends`` (those of two states as arrays), ``world`` (numbers of all states by the day
they came out). What is asked, each a ``panel`` of cases: ``lapse`` of arms supply, rupture of ties that carry ``arms``, rupture
of any tie ``atrisk`` by its ``features``. What answers: one ``logit``, ``tuned`` where events are few, ``challengers`` beside it.
``backtest`` and ``scores`` say how well, ``published`` in a sentence; ``fit`` is the shipped model, ``risk`` the forecast of a day, ``spell`` what broke before it.
"""

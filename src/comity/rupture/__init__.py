"""How ties end: the chronicle of ruptures, and forecasts that are scored beside their baselines before anybody reads them."""

"""What followed past shocks: the series it is read from, the estimates of the effect library, and the replay backtest."""

"""Plans in sentences: headings, clauses and the brackets behind them."""

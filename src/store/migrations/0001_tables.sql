-- The tables of the projection. All of it follows from the journal: `fillbook rebuild` writes the same rows again.
-- Exact amounts are NUMERIC without a bound, estimates DOUBLE PRECISION. Ids are UUIDv5 of what they name; `created_at` is the
-- journal's time. There are no foreign keys between them: rows that belong together are written in one transaction, and a check of
-- each row would be half of what writing it costs.

CREATE TABLE fillbook_cursor (
  name TEXT PRIMARY KEY,
  seq BIGINT NOT NULL,            -- the last entry that the tables know
  block_hash TEXT NOT NULL,       -- of the block that ends with it: it stands for the whole journal up to there
  currency TEXT NOT NULL,         -- what it reports in
  state JSONB NOT NULL            -- what the next sample goes on from
);

-- A row a position: its net, where `venue` is empty, and its part on each venue.
CREATE TABLE trader_positions (
  id UUID PRIMARY KEY,
  account TEXT NOT NULL,
  symbol TEXT NOT NULL,
  venue TEXT NOT NULL,
  venue_type TEXT,
  kind TEXT NOT NULL,
  currency TEXT NOT NULL,         -- of all amounts of the row
  status TEXT NOT NULL,
  quantity NUMERIC NOT NULL,      -- signed
  avg_price NUMERIC,
  total_cost NUMERIC NOT NULL,
  realized_pnl NUMERIC NOT NULL,  -- gross of fees
  unrealized_pnl NUMERIC,
  position_value NUMERIC,
  fees NUMERIC,
  funding NUMERIC,
  net_total_pnl NUMERIC,
  mark_price NUMERIC,
  num_trades BIGINT NOT NULL,
  total_volume NUMERIC NOT NULL,
  opened_at TIMESTAMPTZ,
  last_updated TIMESTAMPTZ,       -- the time of its last fill
  created_at TIMESTAMPTZ NOT NULL,
  seq BIGINT NOT NULL,            -- the last entry that touched it: it is valued with the marks of then
  var_95 DOUBLE PRECISION,
  max_loss NUMERIC,               -- null: unbounded
  concentration_ratio NUMERIC(5, 4) -- its share of all open value
);
CREATE INDEX trader_positions_symbol ON trader_positions (symbol);
CREATE INDEX trader_positions_account ON trader_positions (account, symbol);
CREATE INDEX trader_positions_venue ON trader_positions (venue);
CREATE INDEX trader_positions_updated ON trader_positions (last_updated);

-- A row a fill, as corrected: what it did, and the position after it.
CREATE TABLE trader_position_history (
  id UUID PRIMARY KEY,
  position_id UUID NOT NULL,      -- trader_positions.id of the net position
  seq BIGINT NOT NULL,
  fill_id TEXT NOT NULL,
  account TEXT NOT NULL,
  venue TEXT NOT NULL,
  venue_type TEXT NOT NULL,
  symbol TEXT NOT NULL,
  action TEXT NOT NULL,           -- buy, sell
  quantity NUMERIC NOT NULL,
  price NUMERIC NOT NULL,
  fee NUMERIC NOT NULL,
  fee_currency TEXT NOT NULL,
  timestamp TIMESTAMPTZ NOT NULL,
  time_exact TEXT NOT NULL,       -- the same as the venue stamped it, to the nanosecond
  realized_pnl NUMERIC NOT NULL,  -- by this fill, gross
  unrealized_pnl NUMERIC,         -- of the position after it
  late BOOLEAN NOT NULL,
  revision INTEGER NOT NULL,
  signal_id TEXT,
  strategy TEXT,
  position_after JSONB NOT NULL,
  venue_position_after JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX trader_position_history_seq ON trader_position_history (seq);
CREATE INDEX trader_position_history_position ON trader_position_history (position_id, seq);
CREATE INDEX trader_position_history_symbol ON trader_position_history (symbol, seq);
CREATE INDEX trader_position_history_timestamp ON trader_position_history (timestamp);

-- A row a fill: how well it was executed.
CREATE TABLE trader_performance (
  id UUID PRIMARY KEY,
  seq BIGINT NOT NULL,
  account TEXT NOT NULL,
  symbol TEXT NOT NULL,
  signal_id TEXT,
  venue TEXT NOT NULL,
  strategy TEXT,
  quantity NUMERIC NOT NULL,      -- signed
  price NUMERIC NOT NULL,
  slippage NUMERIC,               -- basis points of the arrival price, > 0 costs
  latency_ms NUMERIC,
  execution_score NUMERIC,
  pnl NUMERIC NOT NULL,           -- realized by the fill, gross
  currency TEXT NOT NULL,
  fee NUMERIC NOT NULL,
  fee_currency TEXT NOT NULL,
  timestamp TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX trader_performance_seq ON trader_performance (seq);
CREATE INDEX trader_performance_symbol ON trader_performance (symbol);
CREATE INDEX trader_performance_signal ON trader_performance (signal_id);
CREATE INDEX trader_performance_venue ON trader_performance (venue);
CREATE INDEX trader_performance_strategy ON trader_performance (strategy, timestamp);
CREATE INDEX trader_performance_timestamp ON trader_performance (timestamp);

-- What the fills of a day (UTC, by their own time) realized: sums of trader_performance, so that a day or a month is read in a few rows.
CREATE TABLE trader_daily_performance (
  day DATE NOT NULL,
  account TEXT NOT NULL,
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  strategy TEXT NOT NULL,         -- empty: none
  signal_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  fee_currency TEXT NOT NULL,
  trades BIGINT NOT NULL,
  volume NUMERIC NOT NULL,        -- of quantity, without signs
  pnl NUMERIC NOT NULL,
  fees NUMERIC NOT NULL,
  PRIMARY KEY (day, account, venue, symbol, strategy, signal_id, currency, fee_currency)
);
CREATE INDEX trader_daily_performance_strategy ON trader_daily_performance (strategy, day);

-- A row a period of pnl_calculation_frequency in which something was journaled: the book at the last entry of it, as known then.
CREATE TABLE trader_risk_metrics (
  id UUID PRIMARY KEY,
  period TIMESTAMPTZ NOT NULL UNIQUE, -- its beginning
  timestamp TIMESTAMPTZ NOT NULL,     -- of that entry
  seq BIGINT NOT NULL,
  portfolio_var DOUBLE PRECISION,
  max_drawdown NUMERIC,               -- of net P&L in the reporting currency, in money, over all samples up to this one
  concentration_risk NUMERIC(5, 4),   -- the largest share of all open value that one position has
  correlation_risk DOUBLE PRECISION,
  volatility DOUBLE PRECISION,
  sharpe_ratio DOUBLE PRECISION
);
CREATE INDEX trader_risk_metrics_timestamp ON trader_risk_metrics (timestamp);

-- The same, for each account, in the reporting currency; `account` empty: all of them.
CREATE TABLE trader_pnl_series (
  period TIMESTAMPTZ NOT NULL,
  account TEXT NOT NULL,
  timestamp TIMESTAMPTZ NOT NULL,
  seq BIGINT NOT NULL,
  currency TEXT NOT NULL,
  realized_pnl NUMERIC,
  unrealized_pnl NUMERIC,
  fees NUMERIC,
  funding NUMERIC,
  net_pnl NUMERIC,
  gross_exposure NUMERIC,
  open_positions BIGINT NOT NULL,
  PRIMARY KEY (period, account)
);

-- Marks of record: the last of each symbol and period.
CREATE TABLE trader_marks (
  seq BIGINT PRIMARY KEY,
  venue TEXT NOT NULL,            -- empty: every venue
  symbol TEXT NOT NULL,
  price NUMERIC NOT NULL,
  timestamp TIMESTAMPTZ NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX trader_marks_symbol ON trader_marks (symbol, timestamp);

-- Fills that were not booked, and why.
CREATE TABLE trader_refusals (
  seq BIGINT PRIMARY KEY,
  account TEXT NOT NULL,
  venue TEXT NOT NULL,
  symbol TEXT NOT NULL,
  fill_id TEXT NOT NULL,
  code TEXT NOT NULL,
  why TEXT NOT NULL,
  raw TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX trader_refusals_symbol ON trader_refusals (symbol);

-- Pairs over Kalshi and Polymarket, money in cents.
CREATE TABLE trader_pairs (
  id UUID PRIMARY KEY,
  pair_id TEXT NOT NULL UNIQUE,
  arb_type TEXT NOT NULL,
  status TEXT NOT NULL,
  opened_at TIMESTAMPTZ NOT NULL,
  closed_at TIMESTAMPTZ,
  cost_cents NUMERIC NOT NULL,
  fees_cents NUMERIC NOT NULL,
  yes_quantity NUMERIC NOT NULL,
  no_quantity NUMERIC NOT NULL,
  hedged_quantity NUMERIC NOT NULL,
  guaranteed_profit_cents NUMERIC,
  max_profit_cents NUMERIC,
  max_loss_cents NUMERIC,
  realized_pnl_cents NUMERIC,
  unrealized_pnl_cents NUMERIC,
  legs JSONB NOT NULL,
  seq BIGINT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX trader_pairs_status ON trader_pairs (status);

-- Arbitrage between venues, while it lived.
CREATE TABLE trader_opportunities (
  id UUID PRIMARY KEY,
  symbol TEXT NOT NULL,
  buy_venue TEXT NOT NULL,
  sell_venue TEXT NOT NULL,
  quantity NUMERIC NOT NULL,
  buy_price NUMERIC NOT NULL,
  sell_price NUMERIC NOT NULL,
  gross_profit NUMERIC NOT NULL,
  fees NUMERIC NOT NULL,
  net_profit NUMERIC NOT NULL,
  best_net_profit NUMERIC NOT NULL,
  basis_points DOUBLE PRECISION NOT NULL,
  first_seen TIMESTAMPTZ NOT NULL,
  last_seen TIMESTAMPTZ NOT NULL
);
CREATE INDEX trader_opportunities_symbol ON trader_opportunities (symbol, last_seen);

/** Three fills on two venues that end at 0.15 BTC: what a person can check by hand. */
export const FILLS = [
  { id: "1", venue: "kraken", venueType: "cex", symbol: "BTC/USD", side: "buy", quantity: "0.5", price: "60000", fee: "12", timestamp: "2024-03-01T10:00:00Z" },
  { id: "2", venue: "coinbase", symbol: "BTC/USD", side: "buy", quantity: "0.25", price: "60400", fee: "6.04", timestamp: "2024-03-01T11:00:00Z" },
  { id: "3", venue: "kraken", symbol: "BTC/USD", side: "sell", quantity: "0.6", price: "61000", fee: "14.64", timestamp: "2024-03-02T09:30:00Z" },
] as const;

/** `GET /v1/history`, as far as it is shown. */
export interface History {
  readonly history: readonly FillRow[];
}
export interface FillRow {
  readonly seq: number;
  readonly id: string;
  readonly timestamp: string;
  readonly account: string;
  readonly venue: string;
  readonly action: "buy" | "sell";
  readonly quantity: string;
  readonly price: string;
  readonly fee: string;
  readonly feeCurrency: string;
  readonly realizedPnl: string;
  readonly currency?: string | undefined; // that P&L is in, where the page knows it
  readonly strategy: string | null;
  readonly positionAfter: { readonly quantity: string; readonly netRealizedPnl: string | null; readonly currency: string; readonly numTrades: number };
}

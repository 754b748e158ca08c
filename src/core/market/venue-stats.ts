/** What is known of how quickly a venue acts: measured elsewhere, handed over as plain numbers. */
export interface VenueStats {
  readonly latencyMs: number; // from sending an order to its answer; a cautious percentile, such as the 95th
  readonly rejectShare?: number; // of orders that come to nothing, 0 … 1
}

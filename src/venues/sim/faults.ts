import type { Lie } from "./lies.ts";

/** How a venue's feed misbehaves: shares of all messages (or of all attempts), 0 never, 1 always. */
export interface Faults {
  readonly duplicate: number; // said twice
  readonly reorder: number; // overtaken by later ones
  readonly drop: number; // never said; only the history knows
  readonly disconnect: number; // the line breaks after a message, and what was under way is lost
  readonly refuse: number; // of attempts to connect
  readonly history: number; // of questions to the history that get no answer
  readonly correction: number; // trades that are followed by a bust or an amendment of some recent one
  readonly lies: Readonly<Record<Lie, number>>; // trades that are followed by this lie
}

/** A feed that does what it should. */
export const FAULTLESS: Faults = {
  duplicate: 0, reorder: 0, drop: 0, disconnect: 0, refuse: 0, history: 0, correction: 0,
  lies: { conflicting: 0, too_fine: 0, no_quantity: 0, phantom_bust: 0, garbage: 0 },
};

/** A bad day, as the demo shows it: everything happens now and then. */
export const DEMO_FAULTS: Faults = {
  duplicate: 0.02, reorder: 0.02, drop: 0.01, disconnect: 0.000_5, refuse: 0.3, history: 0.1, correction: 0.004,
  lies: { conflicting: 0.001, too_fine: 0.001, no_quantity: 0.001, phantom_bust: 0.000_5, garbage: 0.001 },
};

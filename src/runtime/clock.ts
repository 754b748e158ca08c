/** The only way to the time of day: handed in, so that tests and replays hold the hands. */
export interface Clock {
  nowNs(): bigint;
}

export const systemClock: Clock = {
  nowNs: () => BigInt(Date.now()) * 1_000_000n,
};

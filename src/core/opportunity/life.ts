import { rescale } from "../num/index.ts";

/** The time that something was there, and how good it was at best. */
export class Life {
  readonly firstSeenUs: number;
  lastSeenUs: number;
  best = 0n; // net profit, in units of `digits` decimals
  digits = -1; // -1: nothing was seen yet

  constructor(nowUs: number) {
    this.firstSeenUs = nowUs;
    this.lastSeenUs = nowUs;
  }

  /** It is still there, at a net profit of `net`. */
  see(nowUs: number, net: bigint, digits: number): void {
    this.lastSeenUs = nowUs;
    if (this.digits < 0) {
      this.best = net;
      this.digits = digits;
      return;
    }
    const finest = Math.max(digits, this.digits);
    const [best, now] = [rescale(this.best, this.digits, finest), rescale(net, digits, finest)];
    this.best = now > best ? now : best;
    this.digits = finest;
  }
}

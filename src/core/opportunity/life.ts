import { rescale } from "../num/index.ts";

/** The time that something was there, and how good it was at best. */
export class Life {
  readonly firstSeenUs: number;
  lastSeenUs: number;
  best: bigint; // net profit, in units of `digits` decimals
  bestUs: number;
  digits: number;

  constructor(nowUs: number, net: bigint, digits: number) {
    this.firstSeenUs = nowUs;
    this.lastSeenUs = nowUs;
    this.best = net;
    this.bestUs = nowUs;
    this.digits = digits;
  }

  /** It is still there, at a net profit of `net`. */
  see(nowUs: number, net: bigint, digits: number): void {
    if (digits > this.digits) {
      this.best = rescale(this.best, this.digits, digits);
      this.digits = digits;
    }
    this.lastSeenUs = nowUs;
    const stated = digits === this.digits ? net : rescale(net, digits, this.digits);
    if (stated <= this.best) return;
    this.best = stated;
    this.bestUs = nowUs;
  }
}

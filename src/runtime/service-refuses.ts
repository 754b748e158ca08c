/**
 * Why a submission was not taken. `no_space`, `overloaded`: no fill of it was booked, of several events perhaps the first; send it again later. `recovering`,
 * `stopping`: neither. `unknown`: whether it was booked will be known after a restart; sent again it is accepted or a
 * duplicate. `archived`: nothing was booked; it asks for a segment that was moved away and is not there (see `SegmentAway`).
 */
export class ServiceRefuses extends Error {
  override readonly name = "ServiceRefuses";
  readonly code: "no_space" | "unknown" | "archived" | "overloaded" | "stopping" | "recovering";

  constructor(code: ServiceRefuses["code"], message: string) {
    super(message);
    this.code = code;
  }
}

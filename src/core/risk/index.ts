export { breakerAllows, coolDownOf, effectOf, NEVER_TRIPPED, stepBreaker, type Allowance, type Breaker, type OrderEffect } from "./breaker.ts";

export { linkTo, type Place } from "./address.ts";
export { go, setParams, usePlace } from "./place.ts";
export { activeKeys, useKeys, type Key } from "./keys.ts";

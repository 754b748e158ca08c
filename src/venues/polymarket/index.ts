export { decode, type Speaker } from "./decode.ts";

// `node bust-cold.js NUMBER [DIGITS]`: prints the milliseconds that the first bust of this process takes.
import { coldBust } from "./bust.ts";

const [number = "0", quantityDigits = "5"] = process.argv.slice(2);
process.stdout.write(`${coldBust(Number(number), Number(quantityDigits))}\n`);

import { proveCuts } from "./cuts.ts";
console.log(await proveCuts(Number(process.argv[2] ?? 1), Number(process.argv[3] ?? 1000)));

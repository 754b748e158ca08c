import { areObeyed } from "./effect.ts";
import { marketEffects } from "./market-effects.ts";

areObeyed(marketEffects());

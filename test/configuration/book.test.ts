import { areObeyed } from "./effect.ts";
import { bookEffects } from "./book-effects.ts";

areObeyed(bookEffects());

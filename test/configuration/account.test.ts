import { areObeyed } from "./effect.ts";
import { accountEffects } from "./account-effects.ts";

areObeyed(accountEffects());

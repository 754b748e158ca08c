import { areObeyed } from "./effect.ts";
import { serviceEffects } from "./service-effects.ts";

areObeyed(serviceEffects());

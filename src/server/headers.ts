import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

/** Everything a page needs comes from here, and nobody else may show it in a frame. */
const POLICY = {
  "default-src": ["'self'"], "img-src": ["'self'", "data:"], "object-src": ["'none'"], "frame-ancestors": ["'none'"], "base-uri": ["'none'"], "form-action": ["'none'"],
};
/** The same for the documentation, which styles itself inline. */
export const DOCUMENTATION_POLICY = Object.entries({ ...POLICY, "style-src": ["'self'", "'unsafe-inline'"] }).map(([name, values]) => `${name} ${values.join(" ")}`).join("; ");
const HSTS_SECONDS = 15_552_000;

/** What every answer tells a browser, so that it does no more with it than it has to. */
export async function headers(app: FastifyInstance, isTls: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: isTls ? { maxAge: HSTS_SECONDS, includeSubDomains: false } : false,
  });
}

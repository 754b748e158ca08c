import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";

/** Where a certificate is, with its chain, and its key. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export interface TlsPair {
  readonly cert: string;
  readonly key: string;
  readonly fingerprint: string; // SHA-256 of the certificate, as in AB:CD:…
}

/** Thrown when certificate and key serve nothing. */
class TlsUnusable extends Error {
  override readonly name = "TlsUnusable";
}

export const OLDEST_TLS = "TLSv1.2";

/** Reads a certificate and its key, and makes sure that they belong together. @throws TlsUnusable, whose message says what to do and nothing of the key */
export function readTls({ certFile, keyFile }: TlsFiles): TlsPair {
  const cert = read("--tls-cert", certFile);
  const key = read("--tls-key", keyFile);
  try {
    createSecureContext({ cert, key, minVersion: OLDEST_TLS });
    return { cert, key, fingerprint: new X509Certificate(cert).fingerprint256 };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new TlsUnusable(`--tls-cert ${certFile}, --tls-key ${keyFile}: no certificate in PEM and the key that belongs to it (${code}): name the certificate with its chain, and its key without a passphrase`);
  }
}

function read(option: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new TlsUnusable(`${option} ${path}: cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown"}): name a file that the service's user may read`);
  }
}

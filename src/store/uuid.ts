import { hash } from "node:crypto";

/** Names of Fillbook's rows live in this namespace: UUIDv5 of the URL namespace and "https://fillbook.dev/sql". */
const NAMESPACE = Buffer.from("ca69c780fb9b522e865c14479cbfbe05", "hex");

/** The namespace and room for a name: most are short. */
const named = Buffer.concat([NAMESPACE], 512);

/**
 * The UUIDv5 (RFC 9562) of a name: the same for the same name, so that a table that is written again is the same table.
 * @example uuidOf("fill", "1") // => "1952ae5c-bf51-5a97-a515-6cb3a4b13ab2"
 */
export function uuidOf(...name: readonly string[]): string {
  const hex = hash("sha1", bytesOf(name.join("\0")), "hex");
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) & 0x3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function bytesOf(name: string): Buffer {
  if (name.length * 3 > named.length - NAMESPACE.length) return Buffer.concat([NAMESPACE, Buffer.from(name)]);
  return named.subarray(0, NAMESPACE.length + named.write(name, NAMESPACE.length));
}

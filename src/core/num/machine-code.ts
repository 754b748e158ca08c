/** What is used of WebAssembly; neither Node's nor the browser's types are known here, and both have it. */
declare const WebAssembly: undefined | { readonly Module: new (code: Uint8Array) => object; readonly Instance: new (module: object) => { readonly exports: object } };

/** Memory of machine code, in pages of 64 KiB. Growing makes another buffer. */
export interface MachineMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
export const PAGE_BYTES = 65_536;

/** What a module of machine code exports; `undefined` where there is no such machine, or no memory for it. @param code its bytes, hexadecimal */
export function machineOf<Exports extends { readonly memory: MachineMemory }>(code: string): Exports | undefined {
  if (typeof WebAssembly === "undefined") return undefined;
  try {
    return new WebAssembly.Instance(new WebAssembly.Module(bytesOf(code))).exports as Exports;
  } catch {
    return undefined;
  }
}

function bytesOf(hexadecimal: string): Uint8Array {
  return Uint8Array.from({ length: hexadecimal.length / 2 }, (_, i) => Number.parseInt(hexadecimal.slice(2 * i, 2 * i + 2), 16));
}

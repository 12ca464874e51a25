// The part of node:ffi that this project uses; the type packages do not describe it yet.
// Declares only; what is not here is not used.

declare module 'node:ffi' {
  type Signature = { readonly arguments: readonly string[]; readonly return: string }
  /** Errors: thrown when the library or the symbol is not there. */
  export function dlopen<const S extends Readonly<Record<string, Signature>>>(
    library: string,
    signatures: S,
  ): { readonly functions: { readonly [K in keyof S]: (...args: readonly (bigint | number | string)[]) => number | bigint } }
  /** Address of a buffer's memory: valid while the buffer lives. */
  export function getRawPointer(memory: Uint8Array): bigint
}

declare namespace NodeJS {
  interface Process {
    getBuiltinModule(id: 'node:ffi'): typeof import('node:ffi')
  }
}

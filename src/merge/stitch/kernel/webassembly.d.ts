// The part of WebAssembly's JavaScript interface that the stitch uses: @types/node has none of it, and the browser's types are not ours.
// Never more than is used.

declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: boolean })
    readonly buffer: ArrayBuffer | SharedArrayBuffer
  }
  // oxlint-disable-next-line typescript/no-extraneous-class -- it is what the platform has
  class Module {
    constructor(bytes: Uint8Array)
  }
  class Instance {
    constructor(module: Module, imports: { env: { memory: Memory } })
    readonly exports: Readonly<Record<string, unknown>>
  }
  function validate(bytes: Uint8Array): boolean
}

// An initramfs as the kernel reads it: files and folders one after the other in one archive.
// Pure: contents in, bytes out. Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst ("newc").

export type ArchiveEntry = {
  /** Without a leading slash; a folder stands before what is in it. */
  readonly name: string
  /** Absent: a folder. */
  readonly bytes?: Uint8Array
  readonly executable?: boolean
}

/** The archive, ready for `-initrd`. */
export function writeCpio(entries: readonly ArchiveEntry[]): Buffer {
  return Buffer.concat([...entries.map((entry, n) => record(entry, n + 1)), record({ name: 'TRAILER!!!', bytes: nothing }, 0)])
}

const nothing = new Uint8Array()

function record({ name, bytes, executable = false }: ArchiveEntry, inode: number): Buffer {
  const mode = inode === 0 ? 0 : bytes === undefined ? 0o040_755 : executable ? 0o100_755 : 0o100_644
  const content = bytes ?? nothing
  // inode, mode, owner, group, links, time, size, device (4 numbers), length of the name with its null, checksum
  const fields = [inode, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, Buffer.byteLength(name) + 1, 0]
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`
  return Buffer.concat([padded(Buffer.from(head)), padded(content)])
}

const padded = (bytes: Uint8Array): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])

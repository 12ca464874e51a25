// A unix datagram socket such as systemd listens on, by libc: Node has none of its own.
// Never waits: what has come is taken.

export type DatagramSocket = Disposable & {
  /** What has come since the last time, oldest first. */
  take(): string[]
}

const unixFamily = 1
const datagram = 2
const dontWait = 0x40

export function openDatagramSocket(file: string): DatagramSocket {
  const { dlopen, getRawPointer } = process.getBuiltinModule('node:ffi')
  const { functions: libc } = dlopen('libc.so.6', {
    socket: { arguments: ['i32', 'i32', 'i32'], return: 'i32' },
    bind: { arguments: ['i32', 'pointer', 'u32'], return: 'i32' },
    recv: { arguments: ['i32', 'pointer', 'u64', 'i32'], return: 'i64' },
    close: { arguments: ['i32'], return: 'i32' },
  })
  const address = Buffer.alloc(110) // struct sockaddr_un
  address.writeUInt16LE(unixFamily, 0)
  address.write(file, 2)
  const descriptor = Number(libc.socket(unixFamily, datagram, 0))
  if (Number(libc.bind(descriptor, getRawPointer(address), address.length)) !== 0) throw new Error(`cannot listen on ${file}`)
  const room = Buffer.alloc(4_096)
  const next = (): string | undefined => {
    const bytes = Number(libc.recv(descriptor, getRawPointer(room), BigInt(room.length), dontWait))
    return bytes < 0 ? undefined : room.toString('utf8', 0, bytes)
  }
  return {
    take: () => {
      const taken: string[] = []
      for (let words = next(); words !== undefined; words = next()) taken.push(words)
      return taken
    },
    [Symbol.dispose]: () => void libc.close(descriptor),
  }
}

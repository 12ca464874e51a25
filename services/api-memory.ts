// How the API service is started, so that many clients do not make it large. systemd/ezrec-api.service says the same.
// Never a limit that its work comes near: about 30 MB live on its heap, whatever is asked.

/** Measured with 48 connections (docs/design/door.md#its-memory). Without the first two V8 lets its heap grow towards a quarter of the machine's memory before
 *  it looks through all of it; without the third glibc keeps the 19 MiB of each argon2id in every thread that ever did one. Other C libraries do not read it. */
export const apiMemory = {
  flags: ['--max-old-space-size=256', '--max-semi-space-size=4'],
  env: { MALLOC_MMAP_THRESHOLD_: String(1024 * 1024) },
} as const

// A bucket of its own at a real S3 server, with the proxy before it and the plain requests that a test looks with.
// Never used by the product: what is here may list, read and remove.

import { createHash, randomBytes } from 'node:crypto'
import {
  S3Client,
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { openDatabase, type Database } from '../src/adapters/sqlite.ts'
import { systemClock } from '../src/base/clock.ts'
import { silentLogger } from '../src/base/logger.ts'
import { localFolderStore } from '../src/publish/stores/local-folder.ts'
import type { BucketOptions } from '../src/publish/stores/s3/bucket-client.ts'
import { openBucket } from '../src/publish/stores/s3/bucket.ts'
import { bucketStore, type BucketStoreOptions } from '../src/publish/stores/s3/bucket-store.ts'
import { openUplink, type UplinkSettings } from '../src/publish/uplink/uplink.ts'
import type { FilmStore } from '../src/publish/stores/store.ts'
import { openS3Proxy, type S3Proxy } from './s3-proxy.ts'
import type { Swift } from './swift.ts'

export type BenchChange = Partial<BucketStoreOptions> & {
  readonly bucketOptions?: Partial<BucketOptions>
  readonly uplinkSettings?: Partial<UplinkSettings>
}

export type S3Bench = AsyncDisposable & {
  readonly name: string
  readonly proxy: S3Proxy
  readonly db: Database
  /** A life of the box: the same rows and the same folder, a new store. */
  store(change?: BenchChange): FilmStore
  objects(): Promise<string[]>
  read(key: string): Promise<Buffer>
  write(key: string, bytes: Buffer): Promise<void>
  openUploads(): Promise<string[]>
  /** From now on the bucket keeps every version. */
  keepVersions(): Promise<void>
  /** Keys of all versions and markers of removal. */
  versions(): Promise<string[]>
}

/** Tests wait for nobody. */
const noPatience = { baseMs: 1, quickTries: 3, quickCapMs: 5, capMs: 20, permanentCapMs: 20 }

export const freeUplink: UplinkSettings = {
  maxRateKbps: undefined,
  windows: [],
  pauseWhileRecording: false,
  viewerRateKbps: 1_000,
  timeZone: 'UTC',
  first: 'oldest',
}

export async function openS3Bench(swift: Swift, folder: string): Promise<S3Bench> {
  const proxy = await openS3Proxy(swift.port)
  const name = `films-${randomBytes(4).toString('hex')}`
  const db = openDatabase(':memory:')
  const { accessKeyId, secretAccessKey, endpoint = '', region } = swift.options(name)
  const client = new S3Client({ endpoint, region, forcePathStyle: true, maxAttempts: 1, credentials: { accessKeyId, secretAccessKey } })
  await client.send(new CreateBucketCommand({ Bucket: name }))
  const buckets: { close(): void }[] = []
  return {
    name,
    proxy,
    db,
    store: ({ bucketOptions = {}, uplinkSettings = {}, ...change } = {}) => {
      const uplink = openUplink({ db, clock: systemClock }, { ...freeUplink, ...uplinkSettings })
      const bucket = openBucket({ ...swift.options(name, proxy.port), uplink, ...bucketOptions })
      buckets.push(bucket)
      return bucketStore({
        db,
        clock: systemClock,
        logger: silentLogger(),
        local: localFolderStore(folder),
        bucket,
        uplink,
        partMebibytes: 5,
        checksum: 'supported',
        quickTries: 3,
        patience: noPatience,
        ...change,
      })
    },
    objects: async () => (await client.send(new ListObjectsV2Command({ Bucket: name }))).Contents?.map(({ Key = '' }) => Key) ?? [],
    read: async (Key) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    },
    write: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket: name, Key, Body }))),
    openUploads: async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket: name }))).Uploads?.map(({ UploadId = '' }) => UploadId) ?? [],
    keepVersions: async () =>
      void (await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration: { Status: 'Enabled' } }))),
    versions: async () => {
      const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket: name }))
      return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key).toSorted()
    },
    [Symbol.asyncDispose]: async () => {
      for (const bucket of buckets) bucket.close()
      client.destroy()
      await proxy[Symbol.asyncDispose]()
      db.close()
    },
  }
}

/** A body in pieces of a mebibyte that look like noise, the same for the same seed. */
export function noise(seed: string, pieces: number): Buffer[] {
  return Array.from({ length: pieces }, (_, n) => {
    const block = createHash('sha512').update(`${seed} ${n}`).digest()
    return Buffer.alloc(1_048_576 + n, block)
  })
}

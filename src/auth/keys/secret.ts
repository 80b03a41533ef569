import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A new access key, which names a key in the open: 20 hexadecimal digits, as Rancher's have. */
export function newAccessKey(): string {
  return randomBytes(10).toString('hex').toUpperCase()
}

/** Whether a text has the form of an access key. Nothing else is logged: it may be a secret in the wrong place. */
export function isAccessKey(text: string): boolean {
  return /^[0-9A-F]{20}$/.test(text)
}

/** A new secret: 32 random bytes, as base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a secret. It has 256 random bits, so that a hash that is slow or salted would add nothing. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer')
}

/** Of no secret. */
const nobody = Buffer.alloc(32)

/** Compares in constant time, and takes as long where there is no key. */
export function isSameHash(given: Buffer, kept: Buffer | undefined): boolean {
  return timingSafeEqual(given, kept ?? nobody) && kept !== undefined
}

import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { RequestError } from '../../resources/errors.ts'

/** Where the keys are that tokens are checked with: a JSON Web Key Set. */
export type KeySetPlace = { readonly url: string } | { readonly file: string }

/** Seconds between looks for new keys: at most, for a file; at least, for a URL that lacks the key of a token. */
export interface KeySetTiming {
  file: number
  url: number
}
const usual: KeySetTiming = { file: 10, url: 30 }

/**
 * Finds the key of a token. New keys are found by themselves. Throws jose's JWKSNoMatchingKey where there is none, and
 * RequestError UNAVAILABLE where the set cannot be had now. A file must be fit from the start on.
 */
export async function openKeySet(
  place: KeySetPlace,
  { timing = usual, onUnavailable }: { timing?: KeySetTiming; onUnavailable(error: unknown): void },
): Promise<JWTVerifyGetKey> {
  let keys: JWTVerifyGetKey
  if ('file' in place) {
    await readKeySet(place.file).catch((error: Error) => {
      throw new Error(`JWT_JWKS: ${place.file} cannot be used: ${error.message}`, { cause: error })
    })
    keys = keysOfFile(place.file, timing.file)
  } else {
    const remote = createRemoteJWKSet(new URL(place.url), { cooldownDuration: timing.url * 1000 })
    remote.reload().catch(onUnavailable) // not waited for: who issues the tokens may start later
    keys = remote
  }
  return async (header, token) => {
    try {
      return await keys(header, token)
    } catch (cause) {
      // These two are about the token; all else is about the set.
      if (cause instanceof errors.JWKSNoMatchingKey || cause instanceof errors.JWKSMultipleMatchingKeys)
        throw cause
      const message = 'the keys that tokens are checked with are not available now; try again soon'
      throw new RequestError('UNAVAILABLE', message, { cause })
    }
  }
}

function keysOfFile(path: string, lifetime: number): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | null = null
  let until = 0
  return async (header, token) => {
    if (keys === null || performance.now() > until) {
      until = performance.now() + lifetime * 1000
      keys = readKeySet(path)
      keys.catch(() => {
        keys = null
      })
    }
    return (await keys)(header, token)
  }
}

async function readKeySet(path: string): Promise<JWTVerifyGetKey> {
  const text = await readFile(path, 'utf8')
  try {
    return createLocalJWKSet(JSON.parse(text))
  } catch (cause) {
    throw new Error('it is no JSON Web Key Set', { cause })
  }
}

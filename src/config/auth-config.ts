import { resolve } from 'node:path'
import type { Values, VariableName } from './variables.ts'

/** How callers are told apart. */
export type AuthConfig =
  | { readonly mode: 'none' | 'keys' }
  | {
      readonly mode: 'jwt'
      readonly jwks: { readonly url: string } | { readonly file: string }
      readonly issuer: string
      readonly audience: string
    }

/** What AUTH and its variables say; where they are not complete, null, and what is missing. */
export function readAuth(
  values: Values,
  cwd: string,
): { auth: AuthConfig | null; missing: readonly VariableName[] } {
  const { AUTH: mode, JWT_JWKS: jwks, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = values
  if (mode !== 'jwt') return { auth: { mode }, missing: [] }
  if (jwks !== undefined && issuer !== undefined && audience !== undefined) {
    const place = 'file' in jwks ? { file: resolve(cwd, jwks.file) } : jwks
    return { auth: { mode, jwks: place, issuer, audience }, missing: [] }
  }
  const needed = ['JWT_JWKS', 'JWT_ISSUER', 'JWT_AUDIENCE'] as const
  return { auth: null, missing: needed.filter((name) => values[name] === undefined) }
}

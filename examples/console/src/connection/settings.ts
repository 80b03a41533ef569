/** Which gateway is asked, and as whom. */
export interface Settings {
  url: string
  /** `ACCESS:SECRET` of an API key, or a token; empty for a gateway that lets everyone in. */
  credential: string
}

const place = 'snapshot-gateway-console'

export const defaultUrl: string = import.meta.env.VITE_GATEWAY_URL || 'http://127.0.0.1:4000/graphql'

/** Kept for this tab alone, and gone with it: a secret does not belong into what outlives the session. */
export function loadSettings(): Settings {
  try {
    const { url, credential } = JSON.parse(sessionStorage.getItem(place) ?? '{}')
    return { url: String(url ?? defaultUrl), credential: String(credential ?? '') }
  } catch {
    return { url: defaultUrl, credential: '' }
  }
}

export function saveSettings(settings: Settings): void {
  try {
    sessionStorage.setItem(place, JSON.stringify(settings))
  } catch {} // a browser that keeps nothing asks again after a reload
}

/** A key and a token go the same way. */
export function authorizationOf({ credential }: Settings): string | undefined {
  return credential ? `Bearer ${credential}` : undefined
}

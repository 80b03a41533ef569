/** The password of a URL, as it stands there and as it is meant; none where it has none. */
export function passwordsOf(url: string | null): string[] {
  const { password } = url === null ? { password: '' } : new URL(url)
  if (password === '') return []
  try {
    return [...new Set([password, decodeURIComponent(password)])]
  } catch {
    return [password] // a % that escapes nothing
  }
}

import { missingBrowser } from './browser.ts'

/** Says once why nothing is tested. */
export function setup(): void {
  if (missingBrowser) console.warn(`All tests are skipped: there is ${missingBrowser}`)
}

import type { Locator, Page } from 'playwright-core'

/** The row of a snapshot. */
export function rowOf(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
}

/** The dialog that is open. */
export function dialogOf(page: Page): Locator {
  return page.getByRole('dialog')
}

export function timelineOf(page: Page): Locator {
  return page.getByRole('region', { name: 'Timeline' })
}

export function isLive(page: Page): Promise<void> {
  return page.getByRole('status', { name: 'Updates' }).getByText('Live', { exact: true }).waitFor()
}

/** The names of the rows, in their order. */
export function namesOf(page: Page): Promise<string[]> {
  return page.getByRole('rowheader').getByRole('link').allTextContents()
}

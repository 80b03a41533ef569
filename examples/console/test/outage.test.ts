import { expect, it } from 'vitest'
import { openConsole } from './support/browser.ts'
import { dialogOf, isLive, rowOf } from './support/locators.ts'
import { makeVolume, takeSnapshot, untilDone } from './support/make.ts'
import { onStage } from './support/on-stage.ts'

onStage({}, (played) => {
  it('keeps what it shows while the gateway is away, and catches up without a reload', async () => {
    const { stage, browser } = played
    const volume = await makeVolume(stage, 'main')
    await takeSnapshot(stage, volume, 'before')
    await untilDone(stage)
    const page = await openConsole(browser, stage, { search: `?volume=${volume}` })
    await rowOf(page, 'before').waitFor()
    await isLive(page)
    let loads = 0
    page.on('load', () => loads++)

    await stage.stopGateway()
    await page.getByText('The gateway does not answer.').waitFor()
    await page.getByRole('status', { name: 'Updates' }).getByText('Offline').waitFor()
    await rowOf(page, 'before').waitFor()
    await page.getByRole('button', { name: 'Take snapshot' }).click()
    await dialogOf(page).getByLabel('Name').fill('sent again')
    await dialogOf(page).getByRole('button', { name: 'Take snapshot' }).click()
    await dialogOf(page).getByText('The gateway cannot be reached.').waitFor()

    // It is asked for without this page's knowing, before that hears of the gateway again.
    await page.context().setOffline(true)
    await stage.startGateway()
    await takeSnapshot(stage, volume, 'meanwhile')
    await untilDone(stage)
    await page.context().setOffline(false)
    await rowOf(page, 'meanwhile').getByText('Created', { exact: true }).waitFor()
    await isLive(page)
    expect(await page.getByText('The gateway does not answer.').count()).toBe(0)
    await dialogOf(page).getByRole('button', { name: 'Try again' }).click()
    await rowOf(page, 'sent again').getByText('Created', { exact: true }).waitFor()
    expect(await rowOf(page, 'sent again').count()).toBe(1)
    expect(loads).toBe(0)
    await page.context().close()
  })

  it('asks for everything again where the history has a gap', async () => {
    const { stage, browser } = played
    const page = await openConsole(browser, stage)
    await rowOf(page, 'before').waitFor()
    await isLive(page)
    await page.context().setOffline(true)
    await page.getByText('You are offline.').waitFor()
    const { snapshots } = await stage.ask(
      '{ snapshots(filter: { name: { eq: "before" } }) { nodes { id } } }',
    )
    const [{ id }] = (snapshots as { nodes: [{ id: string }] }).nodes
    await stage.ask(
      'mutation ($input: UpdateSnapshotInput!) { updateSnapshot(input: $input) { __typename } }',
      { input: { id, name: 'renamed in the gap' } },
    )
    let refusals = 0
    await page.route(stage.gatewayUrl, (route) =>
      route.request().postData()?.includes('subscription') && refusals++ === 0
        ? route.fulfill({
            contentType: 'text/event-stream',
            headers: { 'access-control-allow-origin': new URL(stage.url).origin },
            body: 'event: next\ndata: {"errors":[{"message":"gone","extensions":{"code":"CURSOR_EXPIRED"}}]}\n\nevent: complete\ndata: \n\n',
          })
        : route.continue(),
    )
    await page.context().setOffline(false)
    await rowOf(page, 'renamed in the gap').waitFor()
    await isLive(page)
    expect(refusals).toBeGreaterThan(1)
    await stage.ask(
      'mutation ($input: UpdateSnapshotInput!) { updateSnapshot(input: $input) { __typename } }',
      { input: { id, name: 'before' } },
    )
    await rowOf(page, 'before').waitFor() // by the new stream
    await page.context().close()
  })

  it('says that no gateway is there, and tries again', async () => {
    const { stage, browser } = played
    await stage.stopGateway()
    const page = await openConsole(browser, stage)
    await page.getByRole('heading', { name: 'No connection' }).waitFor()
    await page.getByText('The gateway cannot be reached.').waitFor()
    await stage.startGateway()
    await page.getByRole('button', { name: 'Try again' }).click()
    await rowOf(page, 'before').waitFor()
    await page.context().close()
  })

  it('tells of a failed request with its id, and asks again', async () => {
    const { stage, browser } = played
    const page = await openConsole(browser, stage)
    await rowOf(page, 'before').waitFor()
    await page.route(stage.gatewayUrl, (route) =>
      route.request().postData()?.includes('query Snapshots')
        ? route.fulfill({
            status: 500,
            contentType: 'application/json',
            headers: {
              'access-control-allow-origin': new URL(stage.url).origin,
              'access-control-expose-headers': 'x-request-id',
              'x-request-id': 'request-17',
            },
            body: '{"errors":[{"message":"Unexpected error.","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}',
          })
        : route.continue(),
    )
    await page.getByRole('button', { name: 'Created' }).click()
    await page.getByText('The gateway has failed.').waitFor()
    await page.getByText('request-17').waitFor()
    await page.unroute(stage.gatewayUrl)
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The gateway has failed.').waitFor({ state: 'detached' })
    await rowOf(page, 'before').waitFor()
    await page.context().close()
  })
})

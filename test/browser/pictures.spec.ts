import { expect } from 'chai'
import { openBrowser } from '../support/chromium.ts'
import { openSite } from '../support/site.ts'
import type { Browser } from '../support/chromium.ts'
import type { Site } from '../support/site.ts'
import type { Page } from 'playwright-core'
import type { Pictures } from './pictures/pictures.ts'

declare const pictures: Pictures

describe('pictures of two engines in Chromium', function () {
  this.timeout(120_000)
  let site: Site
  let browser: Browser
  let page: Page

  before(async () => {
    site = await openSite(new URL('./pictures', import.meta.url).pathname)
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await site?.close()
  })
  beforeEach(async () => {
    page = await browser.context.newPage()
    await page.goto(site.origin)
    await page.evaluate(async () => pictures.talk())
  })
  afterEach(async () => {
    await page.evaluate(async () => pictures.end())
    await page.close()
  })

  it('CALL-25: of offers that cross no picture is lost: both cameras come, go and come at the same moment, and both are seen', async () => {
    const seen = await page.evaluate(async () => {
      const seen: number[][] = []
      for (const video of [true, false, true, false, true]) {
        await Promise.all([0, 1].map(async at => pictures.send(at, { video })))
        await pictures.cross()
        seen.push([(await pictures.sees(0)).length, (await pictures.sees(1)).length])
      }
      return seen
    })
    expect(seen).to.deep.equal([[1, 1], [0, 0], [1, 1], [0, 0], [1, 1]])
  })

  it('CALL-25: an offer that is never heard of again takes no picture away, whichever side made it', async () => {
    const seen = await page.evaluate(async () => {
      await Promise.all([0, 1].map(async at => pictures.send(at, { video: true })))
      await pictures.agree(0)
      for (const at of [0, 1]) {
        for (const video of [false, true]) {
          await pictures.send(at, { video })
          await pictures.cross()
        }
      }
      return Promise.all([0, 1].map(async at => (await pictures.sees(at)).length))
    })
    expect(seen).to.deep.equal([1, 1])
  })

  it('a screen comes after the face, whichever was shown first, and each where offers cross', async () => {
    const { seen, screen } = await page.evaluate(async () => {
      const seen: number[][] = []
      for (const tracks of [{ screen: true }, { video: true, screen: true }, { video: true }, { video: true, screen: true }, { screen: true }]) {
        await Promise.all([0, 1].map(async at => pictures.send(at, tracks)))
        await pictures.cross()
        seen.push(await pictures.sees(0), await pictures.sees(1))
      }
      return { seen, screen: pictures.SCREEN_WIDTH }
    })
    expect(seen.map(widths => widths.map(width => width === screen ? 'screen' : 'face').join())).to.deep.equal(['screen', 'face,screen', 'face', 'face,screen', 'screen'].flatMap(what => [what, what]))
  })

  it('who mutes or unmutes themselves needs no offer, whoever shows what', async () => {
    const anew = await page.evaluate(async () => {
      const anew: boolean[] = []
      anew.push(await pictures.send(0, { audio: false }), await pictures.send(0, { video: true }))
      await pictures.agree(0)
      anew.push(await pictures.send(0, { audio: false, video: true }), await pictures.send(1, { audio: false }), await pictures.send(0, {}))
      return anew
    })
    expect(anew).to.deep.equal([false, true, false, false, true])
  })
})

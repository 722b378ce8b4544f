/** What tests of pages stand on: the page built and served, a house for terminals, and a node in it that pages can reach. */
import { fileURLToPath } from 'node:url'
import { Person } from './actors.ts'
import { House } from './process.ts'
import { openSite } from './site.ts'
import { BrowserPerson, FOR_PAGES, pageAddresses } from './tab.ts'
import type { PersonOptions } from './actors.ts'
import type { BrowserInit } from './chromium.ts'
import type { Site } from './site.ts'
import type { Tab } from './tab.ts'

const PAGE = fileURLToPath(new URL('../browser/page', import.meta.url))

export class PageHouse {
  readonly site: Site
  readonly house: House
  /** whom every page knows from the start */
  readonly host: Person
  readonly #people: BrowserPerson[] = []

  private constructor (site: Site, house: House, host: Person) {
    this.site = site
    this.house = house
    this.host = host
  }

  /** `name`: of the node that pages reach */
  static async open (name: string, options: PersonOptions = {}): Promise<PageHouse> {
    const site = await openSite(PAGE)
    const house = await House.open()
    const host = new Person(house, name, options)
    await host.init()
    await host.start([], FOR_PAGES)
    return new PageHouse(site, house, host)
  }

  /** Somebody with a browser of their own, which is closed with the house. */
  async person (name: string, init?: BrowserInit): Promise<BrowserPerson> {
    const person = await BrowserPerson.open(name, this.site, pageAddresses(this.host.ready.addresses), init)
    this.#people.push(person)
    return person
  }

  /** A tab asks the node, which says yes. */
  async meet (tab: Tab): Promise<void> {
    await tab.call('contacts.add', await this.host.link(), { name: this.host.name })
    await this.host.acceptAs(tab.opening.name ?? '')
  }

  async close (): Promise<void> {
    for (const person of this.#people) await person.close()
    await this.house.close()
    await this.site.close()
  }
}

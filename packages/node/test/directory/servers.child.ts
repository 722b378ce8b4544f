/** DHT servers in a process of their own, so that it can be stopped or killed: `servers.child.ts COUNT [BOOTSTRAP…]`. Ends with its standard input. */
import { servers } from './house.ts'

const [count = '1', ...bootstrap] = process.argv.slice(2)
const homes = await servers(Number(count), bootstrap.length === 0 ? {} : { bootstrap })
process.stdin.once('end', () => {
  Promise.all(homes.map(async home => home.stop())).then(() => process.exit(0), () => process.exit(1))
}).resume()
console.log(JSON.stringify(homes.flatMap(({ network }) => network.addresses().slice(0, 1))))

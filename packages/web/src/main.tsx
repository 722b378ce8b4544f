import { createNode, initProfile } from '@sotto/node'
Object.assign(globalThis, { sotto: { createNode, initProfile } })

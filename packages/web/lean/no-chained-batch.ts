/** Stands for the chained batches of the level libraries: our store writes each batch in one piece (REST-4). */
export class AbstractChainedBatch {
  constructor () {
    throw new Error('a page writes a batch in one piece')
  }
}

export const DefaultChainedBatch = AbstractChainedBatch

/** Runs tasks one after the other, in the order of the calls. A failing task does not stop the next. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve()
  #queued = 0

  /** Tasks that wait or run. */
  get queued (): number { return this.#queued }

  async run<T> (task: () => Promise<T>): Promise<T> {
    this.#queued++
    const next = this.#last.then(task, task).finally(() => { this.#queued-- })
    this.#last = next.catch(() => undefined) // the caller of this task has the error; the next task needs only the order
    return next
  }
}

/** Runs tasks one after the other, in the order of the calls. A failing task does not stop the next. */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve()

  async run<T> (task: () => Promise<T>): Promise<T> {
    const next = this.#last.then(task, task)
    this.#last = next.catch(() => undefined) // the caller of this task has the error; the next task needs only the order
    return next
  }
}

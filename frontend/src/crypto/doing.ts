/** Work that is asked for more often than it is done: one at a time, and what waits under the same name is done once. */

export class Doing {
  private readonly waiting = new Map<string, Promise<void>>();
  private last: Promise<void> = Promise.resolve();

  /** Does `work` after what is being done; a second call under the same name, before it began, joins the first. */
  soon(name: string, work: () => Promise<void>): Promise<void> {
    const there = this.waiting.get(name);
    if (there) return there;
    const made = this.last.then(() => {
      this.waiting.delete(name);
      return work();
    });
    this.waiting.set(name, made);
    this.last = made.catch(() => {});
    return made;
  }
}

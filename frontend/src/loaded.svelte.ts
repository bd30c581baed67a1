/** One read of a screen: what came last stays in place while it is read anew. */

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  problem = $state.raw<unknown>(null);
  readonly #read: () => Promise<T>;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  /** Reads; a failure shows only while there is nothing to show. */
  async load(): Promise<void> {
    try {
      this.value = await this.#read();
      this.problem = null;
    } catch (error) {
      this.problem = error;
    }
  }
}

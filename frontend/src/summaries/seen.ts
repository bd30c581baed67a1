/** Whether a summary was really seen: its end was on the screen, and the page was looked at for a while. */

const LEAST_MS = 3000;
const STEP_MS = 500;

/** Adds up the time a page is looked at, and knows when its end came into view. */
export class Seen {
  #ms = 0;
  #end = false;

  /** `passed` milliseconds went by; `visible` says whether the page could be seen in them. True once it was really seen. */
  pass(passed: number, visible: boolean): boolean {
    if (visible) this.#ms += passed;
    return this.done;
  }

  /** The end is on the screen. */
  reachEnd(): boolean {
    this.#end = true;
    return this.done;
  }

  get done(): boolean {
    return this.#end && this.#ms >= LEAST_MS;
  }
}

/** Calls `done` once when the words before `end` were really seen; the returned function stops watching. */
export function whenSeen(end: Element, done: () => void): () => void {
  const seen = new Seen();
  const finish = () => {
    stop();
    done();
  };
  const looking = () => document.visibilityState === "visible";
  const timer = setInterval(() => seen.pass(STEP_MS, looking()) && finish(), STEP_MS);
  const watcher = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && looking() && seen.reachEnd()) finish();
  });
  watcher.observe(end);
  function stop(): void {
    clearInterval(timer);
    watcher.disconnect();
  }
  return stop;
}

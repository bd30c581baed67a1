/** The time now, fresh enough for ages in minutes. */

const STEP_MS = 15_000;

class Minute {
  now = $state(Date.now());
}

export const minute = new Minute();

setInterval(() => (minute.now = Date.now()), STEP_MS);

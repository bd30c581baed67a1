/** What the frame of every page knows of the queue, so that only staff load the rest. */

class Waiting {
  /** Something in the queue that nobody has looked at. */
  fresh = $state(false);
}

export const waiting = new Waiting();

/** Whether sealed conversations run in this tab: for the frame of every page, which must not load them only to ask. */

class Running {
  on = $state(false);
}

export const running = new Running();

/** How many bytes of sealed files went up and came down on this tab, so that a long way can show how far it is. */

class Traffic {
  up = $state(0);
  down = $state(0);
}

export const traffic = new Traffic();

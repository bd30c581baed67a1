/** Which of the two ways to help is open: the crisis dialog, or telling a facilitator. Any part of the page opens them. */

export const helping = $state({ crisis: false, tell: false, group: "" });

/** Opens the crisis dialog. */
export function openCrisis(): void {
  helping.crisis = true;
}

/** Opens the way to the facilitators, of `group` when it is known. */
export function openTell(group = ""): void {
  helping.crisis = false;
  helping.group = group;
  helping.tell = true;
}

/** The server's time as this tab knows it: a device's clock may be wrong, and a demo's clock is moved. */

const SLACK_MS = 5000;

let ahead = 0;
let shifted = () => {};

/** The server's time now, in milliseconds; the device's own until the server has told. */
export function serverNow(): number {
  return Date.now() + ahead;
}

/** Calls `listener` when the server's time turns out to be another than it was taken for. */
export function whenShifted(listener: () => void): void {
  shifted = listener;
}

function shift(to: number): void {
  if (to === ahead) return;
  ahead = to;
  shifted();
}

/** Takes in the time `moment` from an answer that was asked for at `asked` on this device's clock, in milliseconds. */
export function setServerTime(moment: string, asked: number): void {
  const told = Date.parse(moment);
  if (Number.isNaN(told)) return;
  const off = told - (asked + Date.now()) / 2;
  shift(Math.abs(off) < SLACK_MS ? 0 : off);
}

/** Something happened on the server at `moment`, so it is at least as late as that there. */
export function heardAt(moment: string): void {
  const late = Date.parse(moment) - serverNow();
  if (late > SLACK_MS) shift(ahead + late);
}

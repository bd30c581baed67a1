/** The server's time now, fresh enough for ages in minutes. */

import { serverNow, whenShifted } from "../server_time";

const STEP_MS = 15_000;

class Minute {
  now = $state(serverNow());
}

export const minute = new Minute();

const look = () => void (minute.now = serverNow());
whenShifted(look);
setInterval(look, STEP_MS);

/** What about keys needs a look before anything else. */

import { ownIdentity } from "./identity";
import { followLedger } from "./ledger";
import type { Station } from "./station";
import type { Alarm } from "./types";

/** The ledger continues what this device knew, and the person's identity is the one that it holds; what is not so. */
export async function findAlarms(station: Station): Promise<Alarm[]> {
  const alarms: Alarm[] = [];
  if (!(await followLedger(station))) alarms.push("ledger_fork");
  const own = await ownIdentity(station);
  if (own && (own.hasVerificationViolation() || !own.isVerified())) alarms.push("own_identity_changed");
  return alarms;
}

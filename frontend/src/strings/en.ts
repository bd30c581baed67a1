import { admin } from "./en_admin";
import { core } from "./en_core";

/** English. Keys of the two parts never meet. */
export const en = { ...core, ...admin };

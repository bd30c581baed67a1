/** What the key screens ask of the worker, each failure in words (Problem) that forms and dialogs show. */

import type { Sealed } from "../crypto/types";
import { inWords } from "../messages/problems";
import { client } from "./client.svelte";

/** The part of the worker's calls that has to do with keys, devices and trust. */
export type KeyWays = Pick<
  Sealed,
  | "takeOver"
  | "setUp"
  | "unsavedKey"
  | "confirmRecoveryKey"
  | "renewRecoveryKey"
  | "acceptPractice"
  | "dropPracticeCopy"
  | "recover"
  | "askOtherDevice"
  | "resetIdentity"
  | "forget"
  | "refreshDevices"
  | "removeDevice"
  | "renameDevice"
  | "verifyPerson"
  | "acceptVerification"
  | "compareVerification"
  | "cancelVerification"
  | "acceptIdentity"
>;

/** The calls of the running worker. */
export const keyWays: KeyWays = {
  takeOver: () => inWords(() => client.sealed.takeOver()),
  setUp: (name) => inWords(() => client.sealed.setUp(name)),
  unsavedKey: () => inWords(() => client.sealed.unsavedKey()),
  confirmRecoveryKey: (typed) => inWords(() => client.sealed.confirmRecoveryKey(typed)),
  renewRecoveryKey: () => inWords(() => client.sealed.renewRecoveryKey()),
  acceptPractice: (code) => inWords(() => client.sealed.acceptPractice(code)),
  dropPracticeCopy: () => inWords(() => client.sealed.dropPracticeCopy()),
  recover: (typed, name) => inWords(() => client.sealed.recover(typed, name)),
  askOtherDevice: (name) => inWords(() => client.sealed.askOtherDevice(name)),
  resetIdentity: (name) => inWords(() => client.sealed.resetIdentity(name)),
  forget: () => inWords(() => client.sealed.forget()),
  refreshDevices: () => inWords(() => client.sealed.refreshDevices()),
  removeDevice: (id) => inWords(() => client.sealed.removeDevice(id)),
  renameDevice: (id, name) => inWords(() => client.sealed.renameDevice(id, name)),
  verifyPerson: (person) => inWords(() => client.sealed.verifyPerson(person)),
  acceptVerification: (id) => inWords(() => client.sealed.acceptVerification(id)),
  compareVerification: (id, same) => inWords(() => client.sealed.compareVerification(id, same)),
  cancelVerification: (id) => inWords(() => client.sealed.cancelVerification(id)),
  acceptIdentity: (person) => inWords(() => client.sealed.acceptIdentity(person)),
};

/** What screens may ask (types.ts), on top of the machine. */

import { asUser } from "./conversations";
import type { Hold } from "./hold";
import { userId } from "./ids";
import type { Machine } from "./machine";
import { acceptIdentity } from "./people";
import { acceptPractice, dropCopy } from "./practice_copy";
import { openReport, sealReport } from "./reports";
import type { Station } from "./station";
import type { Talk } from "./talk";
import type { Sealed } from "./types";
import type { Verifying } from "./verifying";

export function makeSealed(machine: Machine, hold: Hold | null): Sealed {
  const talk = (): Talk => machine.talk ?? fail();
  const station = (): Station => machine.station ?? fail();
  const verifying = (): Verifying => machine.verifying ?? fail();
  return {
    async start() {
      if (hold && !(await hold.take())) machine.lock("other_tab");
      else await machine.open();
    },
    async stop() {
      machine.shut();
      hold?.drop();
    },
    async takeOver() {
      if (!hold || (await hold.takeOver())) await machine.open();
    },
    wake: (what, conversation) => machine.wake(what, conversation),
    comeBack: () => machine.comeBack(),
    deviceRemoved: async (device) => {
      if (machine.station?.device === device) await machine.wasRemoved();
      else if (machine.station) await machine.refreshDevices();
    },

    setUp: (name) => machine.setUp(name),
    unsavedKey: () => machine.unsavedKey(),
    confirmRecoveryKey: (typed) => machine.confirmRecoveryKey(typed),
    renewRecoveryKey: () => machine.renewRecoveryKey(),
    acceptPractice: (code) => acceptPractice(station(), code),
    async dropPracticeCopy() {
      await dropCopy(station());
      await machine.checkKeys();
    },
    recover: (typed, name) => machine.recover(typed, name),
    askOtherDevice: (name) => machine.askOtherDevice(name),
    resetIdentity: (name) => machine.resetIdentity(name),
    forget: () => machine.forget(),

    refreshDevices: () => machine.refreshDevices(),
    async removeDevice(id) {
      await machine.relay.remove(`devices/${id}`);
      if (id === machine.station?.device) await machine.forget();
      else await machine.comeBack();
      await machine.refreshDevices();
    },
    async renameDevice(id, name) {
      await machine.relay.post(`devices/${id}/name`, { name });
      await machine.refreshDevices();
    },

    refreshContacts: () => talk().refresh(),
    startConversation: (people, options) => talk().start(people, options),
    addMember: (conversation, person) => talk().addMember(conversation, person),
    removeMember: (conversation, person) => talk().removeMember(conversation, person),
    leave: (conversation) => talk().leave(conversation),
    confirmPeople: (conversation) => talk().confirmPeople(conversation),
    setTitle: (conversation, title) => talk().setTitle(conversation, title),
    setTimer: (conversation, seconds) => talk().setTimer(conversation, seconds),

    openTimeline: (conversation) => talk().open(conversation),
    closeTimeline: async (conversation) => machine.talk?.close(conversation),
    loadOlder: (conversation) => talk().loadOlder(conversation),
    markRead: (conversation) => talk().markRead(conversation),

    sendText: (conversation, body, reply) => talk().say(conversation, body, reply),
    sendFile: (conversation, file, thumb, body) => talk().sendFile(conversation, file, thumb, body),
    edit: (conversation, item, body) => talk().edit(conversation, item, body),
    react: (conversation, item, word, on) => talk().react(conversation, item, word, on),
    erase: (conversation, item) => talk().erase(conversation, item),
    retry: (_conversation, item) => talk().sending.retry(item),
    discard: (_conversation, item) => talk().sending.discard(item),
    openFile: (conversation, item, thumb) => talk().openFile(conversation, item, thumb),

    draft: async (conversation) => (await station().vault.get("draft", conversation)) ?? "",
    keepDraft: (conversation, text) =>
      text ? station().vault.put("draft", conversation, text) : station().vault.remove("draft", conversation),
    search: (words, conversation) => talk().search(words, conversation),

    verifyPerson: (person) => verifying().ask(userId(person)),
    acceptVerification: (id) => verifying().accept(id),
    compareVerification: (id, same) => verifying().compare(id, same),
    cancelVerification: (id) => verifying().cancel(id),
    async acceptIdentity(person) {
      await acceptIdentity(station(), userId(person));
      await talk().look();
      await talk().trustAgain(userId(person));
    },

    proof: async (conversation, item) => talk().proof(conversation, item),
    async sealReport(report, conversation, item, recipients) {
      const proof = talk().proof(conversation, item);
      return proof ? sealReport(station(), report, proof, recipients.map(asUser)) : 0;
    },
    openReport: (report, commitment, conversation) => openReport(station(), report, commitment, conversation),
    exportRecord: (conversation, yourName) => talk().exportRecord(conversation, yourName),
  };
}

function fail(): never {
  throw new Error("locked");
}

// The browser's encryption engine in Node: takes orders from stdin, one JSON a line, and answers each with one line.
// Run by engine.py.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const engine = await import(pathToFileURL(process.argv[2]).href);
await engine.initAsync();
let machine;

const users = (names) => names.map((name) => new engine.UserId(name));
const request = (made) => ({
  id: made.id,
  type: made.type,
  kind: made.event_type,
  txn: made.txn_id,
  body: JSON.parse(made.body),
});

const orders = {
  async begin({ user, device }) {
    machine = await engine.OlmMachine.initialize(new engine.UserId(user), new engine.DeviceId(device));
    const made = await machine.bootstrapCrossSigning(true);
    const [keys, signatures] = [made.uploadKeysRequest, made.uploadSignaturesRequest];
    return {
      keys: request(keys),
      identity: JSON.parse(made.uploadSigningKeysRequest.body),
      signatures: JSON.parse(signatures.body),
    };
  },
  outgoing: async () => (await machine.outgoingRequests()).map(request),
  sent: async ({ id, type, answer }) => machine.markRequestAsSent(id, type, JSON.stringify(answer)),
  track: async ({ people }) => machine.updateTrackedUsers(users(people)).then(() => true),
  async receive({ sync }) {
    const changed = new engine.DeviceLists(users(sync.device_lists.changed), users(sync.device_lists.left));
    const counts = new Map(Object.entries(sync.device_one_time_keys_count));
    const unused = new Set(sync.device_unused_fallback_key_types);
    const taken = await machine.receiveSyncChanges(JSON.stringify(sync.to_device.events), changed, counts, unused);
    return taken.map((event) => event.type);
  },
  async claim({ people }) {
    const made = await machine.getMissingSessions(users(people));
    return made ? request(made) : null;
  },
  async share({ room, people }) {
    const settings = new engine.EncryptionSettings();
    settings.sharingStrategy = engine.CollectStrategy.identityBasedStrategy();
    return (await machine.shareRoomKey(new engine.RoomId(room), users(people), settings)).map(request);
  },
  async encrypt({ room, kind, content }) {
    return JSON.parse(await machine.encryptRoomEvent(new engine.RoomId(room), kind, JSON.stringify(content)));
  },
  async decrypt({ room, event }) {
    const settings = new engine.DecryptionSettings(engine.TrustRequirement.CrossSigned);
    return JSON.parse((await machine.decryptRoomEvent(JSON.stringify(event), new engine.RoomId(room), settings)).event);
  },
  async dehydrate() {
    const device = await machine.dehydratedDevices().create();
    const key = engine.DehydratedDeviceKey.createRandomKey();
    return JSON.parse((await device.keysForUpload("waiting", key)).body);
  },
  async backup() {
    const key = engine.BackupDecryptionKey.createRandomKey().megolmV1PublicKey;
    const data = { public_key: key.publicKeyBase64 };
    const signatures = JSON.parse((await machine.sign(JSON.stringify(data))).asJSON());
    await machine.enableBackupV1(key.publicKeyBase64, "1");
    const keys = JSON.parse((await machine.backupRoomKeys()).body);
    return { version: { algorithm: key.algorithm, auth_data: { ...data, signatures } }, keys };
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { order, ...told } = JSON.parse(line);
  let answer;
  try {
    answer = { done: (await orders[order](told)) ?? null };
  } catch (error) {
    answer = { failed: String(error?.message ?? error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
